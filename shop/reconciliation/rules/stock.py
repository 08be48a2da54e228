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
        SELECT record.id, record.num_in_stock,
               coalesce(sum(movement.in_stock_change), 0) AS by_movements
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
        SELECT record.id, record.num_allocated,
               coalesce(sum(movement.reserved_change), 0) AS by_movements
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
        SELECT record.id, record.num_allocated, coalesce(held.steps, 0) AS by_orders
        FROM partner_stockrecord record
        LEFT JOIN (
            SELECT line.stockrecord_id, sum(line.quantity - line.returned) AS steps
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
    Invariant(
        "what was sent was received, differs with a reason, is in transit or went back",
        """
        SELECT transfer.number, transfer.status, line.sent, line.received, line.reason
        FROM inventory_transferline line
        JOIN inventory_transfer transfer ON transfer.id = line.transfer_id
        WHERE (transfer.status = 'received') <> (line.received IS NOT NULL)
           OR line.received <> line.sent AND line.reason = ''
    """,
        advice=_(
            "Ask both locations what was sent and what came, and adjust with that as the reason."
        ),
    ),
    Invariant(
        "a transfer's movements are what left the sender and what the receiver got",
        """
        WITH said AS (
            SELECT number, record_id, sum(steps) AS steps FROM (
                SELECT transfer.number, sent_from_id AS record_id,
                       CASE transfer.status WHEN 'cancelled' THEN 0 ELSE -sent END AS steps
                FROM inventory_transferline line
                JOIN inventory_transfer transfer ON transfer.id = line.transfer_id
                UNION ALL
                SELECT transfer.number, received_into_id, coalesce(received, 0)
                FROM inventory_transferline line
                JOIN inventory_transfer transfer ON transfer.id = line.transfer_id
            ) ends GROUP BY number, record_id
        ), moved AS (
            SELECT cause AS number, stockrecord_id AS record_id, sum(in_stock_change) AS steps
            FROM inventory_movement WHERE kind IN ('transferred_out', 'transferred_in')
            GROUP BY cause, stockrecord_id
        )
        SELECT number, record_id, said.steps, moved.steps
        FROM said FULL JOIN moved USING (number, record_id)
        WHERE coalesce(said.steps, 0) <> coalesce(moved.steps, 0)
    """,
        advice=_("Count at both locations, and adjust with the transfer as the reason."),
    ),
    Invariant(
        "a closed stocktake booked its differences, an open one nothing",
        """
        SELECT stocktake.number, count.stockrecord_id, count.counted, count.in_stock_then
        FROM inventory_count count
        JOIN inventory_stocktake stocktake ON stocktake.id = count.stocktake_id
        WHERE (
            SELECT coalesce(sum(in_stock_change), 0) FROM inventory_movement
            WHERE cause = stocktake.number AND kind = 'counted'
              AND stockrecord_id = count.stockrecord_id
        ) <> CASE WHEN stocktake.closed_at IS NULL THEN 0
             ELSE coalesce(count.counted - count.in_stock_then, 0) END
    """,
        advice=_("Count the record again: the difference is booked then."),
    ),
    Invariant(
        "a record that was stocked has an open low stock alert if and only if it is low",
        """
        SELECT record.id, record.num_in_stock, record.num_allocated, record.low_stock_threshold
        FROM partner_stockrecord record
        WHERE EXISTS (SELECT FROM inventory_movement WHERE stockrecord_id = record.id)
          AND EXISTS (
              SELECT FROM inventory_lowstockalert
              WHERE stockrecord_id = record.id AND closed_at IS NULL
          ) <> coalesce(
              record.num_in_stock - record.num_allocated < record.low_stock_threshold, false)
    """,
        advice=_("Save the record's threshold again: that opens or closes its alert."),
    ),
]
