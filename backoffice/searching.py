"""Searching what hangs on orders: the orders are found first, by the index of their numbers."""

from django.db.models import Q

from shop.codes import as_typed
from shop.order.models import Order

# As many orders as the beginning of a number may stand for.
MOST_ORDERS = 500


def of_orders(rows, path, typed, **otherwise):
    """The rows of the orders whose number begins as typed, or that are named in another way.

    `path` is the way to the order; `otherwise` names fields that hold just what was typed.
    """
    term = typed.strip()
    if not term:
        return rows
    found = Q(**{f"{path}__in": _orders(as_typed(term))})
    for field, name in otherwise.items():
        found |= Q(**{field: name})
    return rows.filter(found)


def _orders(number):
    if not number:
        return []
    numbered = Order.objects.filter(number__startswith=number).order_by("number")
    return list(numbered.values_list("pk", flat=True)[:MOST_ORDERS])
