"""Whether who speaks about a product has bought it here."""

from django.db.models import Exists, OuterRef

from shop.order.models import Line, Status

# Somebody has it, or has had it.
BOUGHT = (Status.PAID, Status.READY, Status.SHIPPED, Status.COMPLETED)


def marking_buyers(reviews):
    """The reviews, each with `is_bought`."""
    return reviews.annotate(
        is_bought=Exists(_lines().filter(product=OuterRef("product"), order__user=OuterRef("user")))
    )


def has_bought(user, product):
    return _lines().filter(product=product, order__user=user).exists()


def _lines():
    return Line.objects.filter(order__status__in=BOUGHT)
