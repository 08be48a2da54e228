"""What shoppers write about a product: one review each, read by somebody before everybody does."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from shop.catalogue.reviews.models import ProductReview

LEAST_STARS, MOST_STARS = 1, 5
FIRST_STATUS = (
    ProductReview.FOR_MODERATION if settings.OSCAR_MODERATE_REVIEWS else ProductReview.APPROVED
)


class DuplicateReview(Exception):
    """Somebody has reviewed the product already; `review` is what they wrote."""

    def __init__(self, review):
        self.review = review
        super().__init__(_("You have reviewed this product already."))


@transaction.atomic
def write_review(product, user, *, score, title, body):
    """Raises `DuplicateReview`, also for the later one of two at once."""
    review, is_new = ProductReview.objects.get_or_create(
        product=product,
        user=user,
        defaults={"score": score, "title": title, "body": body, "status": FIRST_STATUS},
    )
    if not is_new:
        raise DuplicateReview(review)
    return review


@transaction.atomic
def rewrite_review(review, *, score, title, body):
    """What was read before is not what stands there now: it is read again."""
    review = ProductReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    review.score, review.title, review.body = score, title, body
    review.status = FIRST_STATUS
    review.save()
    return review


@transaction.atomic
def withdraw_review(review):
    review.delete()
