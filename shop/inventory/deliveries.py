"""Deliveries: goods that a supplier brings, booked in one go and once. Quantities are steps."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.codes import random_code
from shop.inventory.models import Delivery
from shop.inventory.stock import receive as receive_stock
from shop.partner.models import StockRecord


class DeliveryRefused(ValueError):
    """A delivery that cannot be booked; nothing was. `str()` says why, to whoever tried."""


@transaction.atomic
def receive(location, demands, *, token, reference="", reason="", actor=None):
    """Put a delivery on a location's shelves; demands are (the location's record id, steps).

    A token that was booked already answers with the delivery that it booked. Raises
    `DeliveryRefused` and `NotAQuantity`.
    """
    demands = list(demands)
    if not demands:
        raise DeliveryRefused(_("Say what was delivered."))
    delivery, is_new = Delivery.objects.get_or_create(
        token=token,
        defaults={
            "number": f"D{random_code(8)}",
            "location": location,
            "reference": reference,
            "reason": reason,
            "received_by": actor,
        },
    )
    if is_new:
        _take_in(delivery, demands, actor)
    return delivery


def _take_in(delivery, demands, actor):
    chosen = {record_id for record_id, _steps in demands}
    here = StockRecord.objects.filter(pk__in=chosen, partner=delivery.location_id)
    if here.count() < len(chosen):
        raise DeliveryRefused(_("A delivery comes to one location, for what is offered there."))
    reason = " · ".join(filter(None, [delivery.reference, delivery.reason]))
    receive_stock(demands, cause=delivery.number, actor=actor, reason=reason[:200])
