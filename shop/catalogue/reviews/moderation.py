"""What is read by everybody was read by somebody first."""

from django.db import transaction

from shop.catalogue.reviews.models import ProductReview


def approve(review):
    """Show a review; the product's rating counts it from here on."""
    return _decide(review, ProductReview.APPROVED)


def reject(review):
    return _decide(review, ProductReview.REJECTED)


@transaction.atomic
def _decide(review, status):
    """Whether this call changed where the review stands."""
    review = ProductReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if review.status == status:
        return False
    review.status = status
    review.save()
    return True
