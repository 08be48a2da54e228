"""Low stock: a record with less free stock than its threshold has one open alert.

An alert is raised and closed in the transaction that moves the stock or the
threshold, which holds the record's row: nobody raises a second one meanwhile.
"""

from django.db import transaction
from django.utils import timezone

from shop.inventory.models import LowStockAlert
from shop.inventory.quantities import none_or_more
from shop.inventory.signals import stock_ran_low
from shop.partner.models import StockRecord


def watch(levels):
    """Raise and close what a booking changed. Asks nothing of the database when it crossed nothing.

    Goods that come in and are still too few raise an alert too: a shelf may
    have been low before anything lay on it.
    """
    fell = [level for level in levels if level.is_low and (not level.was_low or level.came_in > 0)]
    recovered = [level for level in levels if level.was_low and not level.is_low]
    if fell:
        _raise({level.stockrecord_id: (level.after, level.threshold) for level in fell})
    if recovered:
        _close([level.stockrecord_id for level in recovered])


def set_threshold(record, threshold):
    """Call a record low below this many steps, or never with None; looks at once whether it is.

    Raises `NotAQuantity`.
    """
    set_thresholds({record.pk: threshold})
    record.low_stock_threshold = threshold


@transaction.atomic
def set_thresholds(thresholds):
    """The same for many at once: `thresholds` maps record ids to steps or None."""
    for threshold in thresholds.values():
        if threshold is not None:
            none_or_more(threshold)
    records = list(
        StockRecord.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=thresholds)
        .order_by("pk")
    )
    for record in records:
        record.low_stock_threshold, record.date_updated = thresholds[record.pk], timezone.now()
    StockRecord.objects.bulk_update(
        records, ["low_stock_threshold", "date_updated"], batch_size=1000
    )
    low = [record for record in records if record.is_below_threshold]
    if low:
        _raise({record.pk: (record.net_stock_level, record.low_stock_threshold) for record in low})
    _close([record.pk for record in records if not record.is_below_threshold])


def _raise(found):
    """`found` maps record ids to (what is left, the threshold); those with an alert keep theirs."""
    open_ones = LowStockAlert.objects.open().filter(stockrecord__in=found)
    known = set(open_ones.values_list("stockrecord_id", flat=True))
    alerts = LowStockAlert.objects.bulk_create(
        LowStockAlert(stockrecord_id=record_id, left=left, threshold=threshold)
        for record_id, (left, threshold) in found.items()
        if record_id not in known
    )
    if alerts:
        stock_ran_low.send(sender=LowStockAlert, alerts=alerts)


def _close(record_ids):
    alerts = LowStockAlert.objects.open().filter(stockrecord__in=record_ids)
    alerts.update(closed_at=timezone.now())
