"""A product at a location: its price there, how much lies there, and when that is too little."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from shop.audit.trail import Change
from shop.audit.trail import record as write_down
from shop.inventory import low_stock, stock
from shop.partner.models import StockRecord

UNCHANGED = object()


@dataclass(frozen=True)
class Amendment:
    """What is to be other about a stock record; stock and threshold in steps.

    Stock moves by `delta`, or to `in_stock`.
    """

    price: Decimal | None = None
    threshold: object = UNCHANGED
    delta: int | None = None
    in_stock: int | None = None
    reason: str = ""


@transaction.atomic
def amend(record, amendment, *, actor):
    """All of it, or nothing. Raises `OutOfStock` and `NotAQuantity`."""
    if amendment.price is not None:
        reprice(record, amendment.price, actor=actor)
    if amendment.threshold is not UNCHANGED:
        _call_low_below(record, amendment.threshold, actor)
    # Last, because its row stays locked until the commit.
    if change := _change(record, amendment):
        said = f"{_('adjusted')}: {change:+d}"
        write_down(record, actor, summary=said, reason=amendment.reason)
        stock.adjust(record, change, reason=amendment.reason, actor=actor)


def offer(product, location, price):
    """Begin to sell a product at a location, where nothing of it lies yet."""
    return StockRecord.objects.create(
        product=product,
        partner_id=location.pk,
        partner_sku=product.upc,
        price=price,
        price_currency=location.currency,
    )


def reprice(record, price, *, actor):
    if record.price == price:
        return
    write_down(record, actor, [Change(_("price"), record.price, price)])
    record.price = price
    # Never the two counts: orders move them meanwhile.
    record.save(update_fields=["price", "date_updated"])


def _call_low_below(record, threshold, actor):
    before = record.low_stock_threshold
    if before != threshold:
        low_stock.set_threshold(record, threshold)
        write_down(record, actor, [Change(_("low below"), before, threshold)])


def _change(record, amendment):
    """By how much stock moves. To a number, it is counted from what lies there at this moment."""
    if amendment.in_stock is None:
        return amendment.delta or 0
    locked = StockRecord.objects.select_for_update(no_key=True, of=("self",))
    return amendment.in_stock - locked.values_list("num_in_stock", flat=True).get(pk=record.pk)
