"""What a shelf holds and what of it is set aside."""

from django.utils.translation import gettext_lazy as _

from shop.reconciliation import corrections
from shop.reconciliation.invariant import Invariant

INVARIANTS = [
    Invariant(
        "reserved stays within what is in stock",
        """
        SELECT id, num_in_stock, num_allocated FROM partner_stockrecord
        WHERE num_allocated < 0 OR num_allocated > num_in_stock
    """,
        advice=_(
            "No row of its own says which number is wrong: count the shelf, and compare "
            "the record's movements with its orders."
        ),
    ),
    Invariant(
        "in stock is the sum of its movements",
        """
        SELECT record.id, record.num_in_stock, coalesce(sum(movement.in_stock_change), 0)
        FROM partner_stockrecord record
        LEFT JOIN inventory_movement movement ON movement.stockrecord_id = record.id
        GROUP BY record.id
        HAVING record.num_in_stock <> coalesce(sum(movement.in_stock_change), 0)
    """,
        correction=corrections.AS_THE_LEDGER_SAYS,
    ),
    Invariant(
        "reserved is the sum of its movements",
        """
        SELECT record.id, record.num_allocated, coalesce(sum(movement.reserved_change), 0)
        FROM partner_stockrecord record
        LEFT JOIN inventory_movement movement ON movement.stockrecord_id = record.id
        GROUP BY record.id
        HAVING record.num_allocated <> coalesce(sum(movement.reserved_change), 0)
    """,
        correction=corrections.AS_THE_LEDGER_SAYS,
    ),
    Invariant(
        "reserved is what orders hold that are not handed over, sent or ended",
        """
        SELECT record.id, record.num_allocated, coalesce(held.steps, 0)
        FROM partner_stockrecord record
        LEFT JOIN (
            SELECT line.stockrecord_id, sum(line.quantity) AS steps
            FROM order_line line JOIN order_order placed ON placed.id = line.order_id
            WHERE placed.status IN ('pending', 'paid', 'ready')
            GROUP BY line.stockrecord_id
        ) held ON held.stockrecord_id = record.id
        WHERE record.num_allocated <> coalesce(held.steps, 0)
    """,
        correction=corrections.AS_THE_ORDERS_SAY,
    ),
    Invariant(
        "a movement's balance follows from the one before",
        """
        SELECT id, stockrecord_id, in_stock_after, reserved_after, in_stock, reserved FROM (
            SELECT movement.*,
                   sum(in_stock_change) OVER so_far AS in_stock,
                   sum(reserved_change) OVER so_far AS reserved
            FROM inventory_movement movement
            WINDOW so_far AS (PARTITION BY stockrecord_id ORDER BY id)
        ) ledger
        WHERE in_stock_after <> in_stock OR reserved_after <> reserved
    """,
        advice=_(
            "The ledger was written past its trigger. Restore it from a backup; count "
            "what the record stands for."
        ),
    ),
]
