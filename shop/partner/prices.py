"""Changing prices."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.audit import trail
from shop.audit.trail import Change
from shop.partner.models import StockRecord


@transaction.atomic
def set_prices(prices, actor, *, reason=""):
    """Give stock records these prices, by key, and write down who did.

    The records stay locked until the transaction ends: call this last in yours.
    """
    records = StockRecord.objects.select_for_update(of=("self",)).select_related(
        "product", "partner"
    )
    changed = [
        record
        for record in records.filter(pk__in=prices).order_by("pk")
        if record.price != prices[record.pk]
    ]
    told = [(r, [Change(_("price"), r.price, prices[r.pk])]) for r in changed]
    trail.record_all(told, actor, reason=reason)
    for record in changed:
        record.price = prices[record.pk]
        record.save(update_fields=["price", "date_updated"])
