"""Stocktakes: somebody counts what lies on the shelves without being told what should.

Quantities are steps. The difference is to what the ledger said when a record
was counted, so the shop may go on selling until the stocktake is closed.
"""

from django.db import IntegrityError, transaction
from django.db.models import Count as CountOf
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.codes import random_code
from shop.inventory.ledger import book
from shop.inventory.models import Count, MovementKind, Scan, Stocktake
from shop.inventory.quantities import none_or_more
from shop.partner.models import StockRecord


class StocktakeRefused(ValueError):
    """A step that cannot be taken; nothing was. `str()` says why, to whoever tried."""


@transaction.atomic
def begin(location, records=None, *, actor=None):
    """Begin to count a location's records: the given ones, or all. Raises `StocktakeRefused`."""
    here = StockRecord.objects.filter(partner=location.pk)
    if records is not None:
        chosen = {record.pk for record in records}
        here = here.filter(pk__in=chosen)
        if len(here) < len(chosen):
            raise StocktakeRefused(_("A stocktake counts one location."))
    if not here:
        raise StocktakeRefused(_("There is nothing to count."))
    stocktake = _open(location, actor)
    Count.objects.bulk_create(
        Count(stocktake=stocktake, stockrecord=record) for record in here.order_by("pk")
    )
    return stocktake


def _open(location, actor):
    try:
        with transaction.atomic():
            return Stocktake.objects.create(
                number=f"C{random_code(8)}", location=location, begun_by=actor
            )
    except IntegrityError as taken:
        raise StocktakeRefused(
            _("This location is being counted already. Close that stocktake first.")
        ) from taken


@transaction.atomic
def enter(stocktake, counted, *, actor=None):
    """Write down what was counted: `counted` maps record ids to steps, or to None to count again.

    The last number counts. The same number again is the same count, sent twice:
    it keeps the moment of the first. Raises `StocktakeRefused` and `NotAQuantity`.
    """
    _lock_open(stocktake)
    counts = stocktake.counts.filter(stockrecord__in=counted)
    if len(counts) < len(counted):
        raise StocktakeRefused(_("This is not part of the stocktake."))
    for count in counts:
        steps = counted[count.stockrecord_id]
        if steps != count.counted:
            _write(count, steps, actor)


def _write(count, steps, actor):
    """What the ledger says now is read by the statement that writes the count."""
    record = StockRecord.objects.filter(pk=OuterRef("stockrecord_id"))
    taken_back = steps is None
    Count.objects.filter(pk=count.pk).update(
        counted=None if taken_back else none_or_more(steps),
        in_stock_then=None if taken_back else Subquery(record.values("num_in_stock")),
        counted_at=None if taken_back else timezone.now(),
        counted_by=None if taken_back else actor,
    )


@transaction.atomic
def scan(stocktake, sku, *, token, actor=None):
    """Count one step more of what carries a SKU; returns its count. Raises `StocktakeRefused`.

    A token that was scanned already counts nothing.
    """
    _lock_open(stocktake)
    found = stocktake.counts.select_related("stockrecord__product")
    count = found.filter(stockrecord__product__upc__iexact=sku).first()
    if count is None:
        said = _("%(sku)s is not part of this stocktake. It was not counted.")
        raise StocktakeRefused(said % {"sku": sku})
    _scan, is_new = Scan.objects.get_or_create(
        token=token, defaults={"count": count, "scanned_by": actor}
    )
    if is_new:
        _write(count, (count.counted or 0) + 1, actor)
        count.refresh_from_db(fields=["counted", "in_stock_then"])
    return count


def standing(stocktake):
    """Another text after every count: what somebody looked at is told by it from what is now."""
    now = stocktake.counts.aggregate(counted=CountOf("counted"), last=Max("counted_at"))
    return f"{now['counted']} {now['last']}"


@transaction.atomic
def close(stocktake, *, actor=None, seen=None):
    """Book what was counted, for all records or for none; what nobody counted stays as it is.

    `seen` is the `standing` of the differences that somebody looked at. Raises
    `StocktakeRefused`, and `OutOfStock`, which names each record that would fall
    below what is reserved of it.
    """
    stocktake = _lock_open(stocktake)
    if seen is not None and seen != standing(stocktake):
        raise StocktakeRefused(_("Somebody counted on meanwhile. Look at the differences again."))
    stocktake.closed_at, stocktake.closed_by = timezone.now(), actor
    stocktake.save(update_fields=["closed_at", "closed_by"])
    changes = [
        (count.stockrecord_id, count.difference, 0)
        for count in stocktake.counts.all()
        if count.difference
    ]
    book(MovementKind.COUNTED, changes, cause=stocktake.number, actor=actor)


def _lock_open(stocktake):
    locked = Stocktake.objects.select_for_update(of=("self",)).get(pk=stocktake.pk)
    if not locked.is_open:
        raise StocktakeRefused(
            _("Stocktake %(number)s is closed already.") % {"number": locked.number}
        )
    return locked
