"""What a product's page holds for whoever is logged in, and nobody else."""

from dataclasses import dataclass

from shop.catalogue.reviews.models import ProductReview
from shop.wishlists.wishes import is_wished


@dataclass(frozen=True)
class Own:
    is_wished: bool
    review: ProductReview | None


def own(user, product):
    """None for guests: their pages are all alike."""
    if not user.is_authenticated:
        return None
    review = ProductReview.objects.filter(user=user, product=product).first()
    return Own(is_wished(user, product), review)
