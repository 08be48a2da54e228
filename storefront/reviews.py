"""What shoppers say about a product: a few at a time, and how their stars are spread."""

from dataclasses import dataclass

from django.db.models import Count, Q, Window

from shop.catalogue.reviews.models import ProductReview
from shop.catalogue.reviews.writing import LEAST_STARS, MOST_STARS
from shop.order.bought import marking_buyers

A_PAGE = 5
STARS = range(MOST_STARS, LEAST_STARS - 1, -1)


@dataclass(frozen=True)
class Share:
    """How many of the reviews give so many stars."""

    stars: int
    count: int
    percent: int


@dataclass(frozen=True)
class Reviews:
    shown: list
    count: int
    average: float
    spread: list[Share]
    page: int

    @property
    def newer(self):
        return self.page - 1 or None

    @property
    def older(self):
        return self.page + 1 if self.page * A_PAGE < self.count else None


def reviews_of(product, page=1):
    """In one query; None where nobody has said anything yet."""
    start = (page - 1) * A_PAGE
    shown = list(_counted(product)[start : start + A_PAGE])
    if not shown:
        return reviews_of(product) if page > 1 else None
    counts = {stars: getattr(shown[0], f"with_{stars}") for stars in STARS}
    total = sum(counts.values())
    return Reviews(
        shown=shown,
        count=total,
        average=sum(stars * count for stars, count in counts.items()) / total,
        spread=[Share(stars, n, round(100 * n / total)) for stars, n in counts.items()],
        page=page,
    )


def _counted(product):
    """Each row counts all of them, so that no other query has to."""
    everybody = {f"with_{n}": Window(Count("pk", filter=Q(score=n))) for n in STARS}
    reviews = ProductReview.objects.approved().filter(product=product, score__in=STARS)
    reviews = marking_buyers(reviews).annotate(**everybody).select_related("user")
    return reviews.order_by("-date_created", "-pk")
