"""The one statement that changes stock, and books why in the same breath."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from shop.inventory import back_in_stock, low_stock
from shop.inventory.models import MovementKind
from shop.inventory.quantities import MOST_STEPS, Level, TooMany, countable
from shop.partner.models import StockRecord

# The WHERE of `moved` is read again on the newest version of a row that had to be
# waited for: whoever comes second sees what the first one left.
BOOK = """
WITH wanted AS (
    SELECT * FROM unnest(%(records)s::bigint[], %(in_stock)s::int[], %(reserved)s::int[])
        AS wanted(id, in_stock, reserved)
), moved AS (
    UPDATE partner_stockrecord record
    SET num_in_stock = record.num_in_stock + wanted.in_stock,
        num_allocated = record.num_allocated + wanted.reserved,
        date_updated = statement_timestamp()
    FROM wanted
    WHERE record.id = wanted.id
      AND record.num_allocated + wanted.reserved::bigint
          BETWEEN 0 AND record.num_in_stock + wanted.in_stock::bigint
      AND record.num_in_stock + wanted.in_stock::bigint <= %(most)s
    RETURNING record.id, wanted.in_stock, wanted.reserved,
              record.num_in_stock, record.num_allocated, record.low_stock_threshold
), written AS (
    INSERT INTO inventory_movement (
        stockrecord_id, kind, in_stock_change, reserved_change, in_stock_after, reserved_after,
        cause, reason, actor_id, created_at
    )
    SELECT id, %(kind)s, in_stock, reserved, num_in_stock, num_allocated,
           %(cause)s, %(reason)s, %(actor)s, statement_timestamp()
    FROM moved
    RETURNING id, stockrecord_id
)
SELECT written.id, moved.id, moved.in_stock,
       num_in_stock - in_stock - (num_allocated - reserved), num_in_stock - num_allocated,
       low_stock_threshold
FROM moved JOIN written ON written.stockrecord_id = moved.id
ORDER BY moved.id
"""


@dataclass(frozen=True)
class Shortage:
    """A stock record that had less than was asked for; both numbers in steps."""

    stockrecord_id: int
    product_id: int
    asked: int
    left: int


class OutOfStock(Exception):
    """Stock would have fallen below what is reserved; nothing was booked."""

    def __init__(self, shortages):
        self.shortages = shortages
        super().__init__(", ".join(f"{s.stockrecord_id}: {s.left} of {s.asked}" for s in shortages))


def book(kind: MovementKind, changes, *, cause="", reason="", actor=None):
    """Book changes of (record id, in stock, reserved), in steps: all of them, or none.

    Changes of one record are summed first. Call it last in a transaction: its
    row locks are held until the commit. Raises `OutOfStock` and `NotAQuantity`,
    which must roll the caller's transaction back.
    """
    totals = _sum_per_record(changes)
    if not totals:
        return
    if len(totals) > 1:
        _lock(totals)
    with connection.cursor() as cursor:
        cursor.execute(
            BOOK,
            {
                "records": list(totals),
                "in_stock": [in_stock for in_stock, _ in totals.values()],
                "reserved": [reserved for _, reserved in totals.values()],
                "most": MOST_STEPS,
                "kind": kind,
                "cause": cause,
                "reason": reason,
                "actor": actor.pk if actor else None,
            },
        )
        levels = [Level(*row) for row in cursor.fetchall()]
    if refused := totals.keys() - {level.stockrecord_id for level in levels}:
        raise _refusal(refused, totals)
    low_stock.watch(levels)
    back_in_stock.watch(levels)


def _lock(record_ids):
    """Take rows in primary-key order: bookings that share some never wait in a circle.

    In a statement of its own. One that locks a row and then updates it comes by the
    version of that row that it saw at first once more, and there it may have to wait
    for somebody who queues for the lock that it has just got.
    """
    rows = StockRecord.objects.select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk__in=record_ids).order_by("pk").values_list("pk"))


def _sum_per_record(changes):
    totals = defaultdict(lambda: (0, 0))
    for record_id, in_stock, reserved in changes:
        before = totals[record_id]
        totals[record_id] = countable(before[0] + in_stock), countable(before[1] + reserved)
    return dict(sorted(totals.items()))


def _refusal(record_ids, totals):
    records = StockRecord.objects.filter(pk__in=record_ids).order_by("pk")
    if any(record.num_in_stock + totals[record.pk][0] > MOST_STEPS for record in records):
        return TooMany()
    return OutOfStock([_shortage(record, *totals[record.pk]) for record in records])


def _shortage(record, in_stock, reserved):
    return Shortage(record.pk, record.product_id, reserved - in_stock, record.net_stock_level)
