"""What is bought most."""

from django.db.models import Count

from shop.order.bought import BOUGHT
from shop.order.models import Line, Order

# Only the latest orders are counted: fashion changes, and counting all of them takes longer
# the longer the shop has been open.
LATEST = 500


def best_sellers(location, most):
    """Ids of the products in most of the latest orders at a location, or anywhere with None."""
    orders = Order.objects.filter(status__in=BOUGHT)
    if location:
        orders = orders.filter(location=location)
    latest = orders.order_by("-date_placed").values("pk")[:LATEST]
    lines = Line.objects.filter(order__in=latest, product__isnull=False)
    counted = lines.values("product").annotate(orders=Count("order", distinct=True))
    return list(counted.order_by("-orders", "product").values_list("product", flat=True)[:most])
