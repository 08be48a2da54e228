"""What must never break (design.md), each rule as one query for whatever breaks it.

A query is written so that its rows name the culprits: an empty one means that
the rule holds for every row of the shop.
"""

from django.db import connection

INVARIANTS = {
    "reserved stays within what is in stock": """
        SELECT id, num_in_stock, num_allocated FROM partner_stockrecord
        WHERE num_allocated < 0 OR num_allocated > num_in_stock
    """,
    "in stock is the sum of its movements": """
        SELECT record.id, record.num_in_stock, coalesce(sum(movement.in_stock_change), 0)
        FROM partner_stockrecord record
        LEFT JOIN inventory_movement movement ON movement.stockrecord_id = record.id
        GROUP BY record.id
        HAVING record.num_in_stock <> coalesce(sum(movement.in_stock_change), 0)
    """,
    "reserved is the sum of its movements": """
        SELECT record.id, record.num_allocated, coalesce(sum(movement.reserved_change), 0)
        FROM partner_stockrecord record
        LEFT JOIN inventory_movement movement ON movement.stockrecord_id = record.id
        GROUP BY record.id
        HAVING record.num_allocated <> coalesce(sum(movement.reserved_change), 0)
    """,
    "reserved is what orders hold that are not handed over, sent or ended": """
        SELECT record.id, record.num_allocated, coalesce(held.steps, 0)
        FROM partner_stockrecord record
        LEFT JOIN (
            SELECT line.stockrecord_id, sum(line.quantity - line.returned) AS steps
            FROM order_line line JOIN order_order placed ON placed.id = line.order_id
            WHERE placed.status IN ('pending', 'paid', 'ready')
            GROUP BY line.stockrecord_id
        ) held ON held.stockrecord_id = record.id
        WHERE record.num_allocated <> coalesce(held.steps, 0)
    """,
    "a line is its price before discounts less its discounts": """
        SELECT id, line_price_incl_tax, line_price_before_discounts_incl_tax FROM order_line
        WHERE line_price_incl_tax NOT BETWEEN 0 AND line_price_before_discounts_incl_tax
           OR line_price_before_discounts_incl_tax
              <> round(quantity * step * unit_price_incl_tax, 2)
    """,
    "an order's total is its lines less its discounts, plus shipping": """
        SELECT placed.number, placed.total_incl_tax, lines.before, coalesce(discounts.amount, 0)
        FROM order_order placed
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(line_price_before_discounts_incl_tax), 0) AS before,
                   coalesce(sum(line_price_incl_tax), 0) AS after
            FROM order_line WHERE order_id = placed.id
        ) lines ON true
        LEFT JOIN LATERAL (
            SELECT sum(amount) AS amount FROM order_orderdiscount WHERE order_id = placed.id
        ) discounts ON true
        WHERE placed.total_incl_tax
              <> lines.before - coalesce(discounts.amount, 0) + placed.shipping_incl_tax
           OR placed.total_incl_tax <> lines.after + placed.shipping_incl_tax
    """,
    "an order that was paid has one payment, of its total and in its currency": """
        SELECT placed.number, placed.status, placed.total_incl_tax, count(payment.id)
        FROM order_order placed
        LEFT JOIN payment_payment payment
            ON payment.order_id = placed.id AND payment.status IN ('succeeded', 'refunded')
            AND NOT payment.surplus
        WHERE placed.status IN ('paid', 'ready', 'shipped', 'completed', 'refunded')
        GROUP BY placed.id
        HAVING count(payment.id) <> 1
            OR min(payment.amount) <> placed.total_incl_tax
            OR min(payment.currency) <> placed.currency
    """,
    "what a line gave back is what its refunds say, and their money is its share": """
        SELECT line.id, line.quantity, line.returned, coalesce(given.steps, 0), given.amount
        FROM order_line line
        LEFT JOIN (
            SELECT line_id, sum(steps) AS steps, sum(amount) AS amount
            FROM payment_refundline GROUP BY line_id
        ) given ON given.line_id = line.id
        WHERE line.returned <> coalesce(given.steps, 0)
           OR line.returned > line.quantity
           OR coalesce(given.amount, 0)
              <> round(line.line_price_incl_tax * line.returned / line.quantity, 2)
    """,
    "a refund is at least what the goods that it is for were sold for": """
        SELECT refund.id, refund.amount, sum(part.amount)
        FROM payment_refund refund JOIN payment_refundline part ON part.refund_id = refund.id
        GROUP BY refund.id HAVING refund.amount < sum(part.amount)
    """,
    # A refund that its gateway refused for good has moved nothing: it shows here.
    "no money stays for an order that waits or was cancelled": """
        SELECT placed.number, placed.status, payment.id
        FROM payment_payment payment JOIN order_order placed ON placed.id = payment.order_id
        WHERE (placed.status IN ('pending', 'cancelled') OR payment.surplus)
          AND payment.status = 'succeeded'
          AND payment.refunded + (
              SELECT coalesce(sum(amount), 0) FROM payment_refund
              WHERE payment_id = payment.id AND status = 'pending'
          ) < payment.amount
    """,
    "nobody is asked for money that is no longer wanted": """
        SELECT placed.number, placed.status, payment.id, payment.status
        FROM payment_payment payment JOIN order_order placed ON placed.id = payment.order_id
        WHERE placed.status <> 'pending' AND payment.call_off_at IS NULL
          AND payment.status IN ('pending', 'requires_action')
    """,
    "captured less refunded is what the payment events say": """
        SELECT payment.id, payment.status, payment.amount, payment.refunded, events.taken
        FROM payment_payment payment
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(amount) FILTER (WHERE kind = 'succeeded'), 0) AS taken,
                   coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0) AS returned
            FROM payment_paymentevent WHERE payment_id = payment.id
        ) events ON true
        WHERE events.returned <> payment.refunded
           OR events.taken <> CASE
                WHEN payment.status IN ('succeeded', 'refunded') THEN payment.amount ELSE 0 END
    """,
    "never more refunded, or on its way back, than captured": """
        SELECT payment.id, payment.amount, payment.refunded
        FROM payment_payment payment
        WHERE payment.refunded > payment.amount
           OR payment.refunded <> (
              SELECT coalesce(sum(amount), 0) FROM payment_refund
              WHERE payment_id = payment.id AND status = 'succeeded')
           OR payment.amount < (
              SELECT coalesce(sum(amount), 0) FROM payment_refund
              WHERE payment_id = payment.id AND status <> 'failed')
    """,
    "an order's status is where its history ends": """
        SELECT placed.number, placed.status, latest.new_status
        FROM order_order placed
        LEFT JOIN LATERAL (
            SELECT new_status FROM order_orderstatuschange
            WHERE order_id = placed.id ORDER BY id DESC LIMIT 1
        ) latest ON true
        WHERE latest.new_status IS DISTINCT FROM placed.status
    """,
    "a promo code counts the orders that hold a use of it": """
        SELECT voucher.code, voucher.num_orders, count(application.id)
        FROM voucher_voucher voucher
        LEFT JOIN voucher_voucherapplication application
            ON application.voucher_id = voucher.id AND application.given_back_at IS NULL
        GROUP BY voucher.id
        HAVING voucher.num_orders <> count(application.id)
            OR voucher.num_orders > voucher.max_uses
    """,
    "what was sent was received, differs with a reason, is in transit or went back": """
        SELECT transfer.number, transfer.status, line.sent, line.received, line.reason
        FROM inventory_transferline line
        JOIN inventory_transfer transfer ON transfer.id = line.transfer_id
        WHERE (transfer.status = 'received') <> (line.received IS NOT NULL)
           OR line.received <> line.sent AND line.reason = ''
    """,
    "a transfer's movements are what left the sender and what the receiver got": """
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
    "a closed stocktake booked its differences, an open one nothing": """
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
    "a record that was stocked has an open low stock alert if and only if it is low": """
        SELECT record.id, record.num_in_stock, record.num_allocated, record.low_stock_threshold
        FROM partner_stockrecord record
        WHERE EXISTS (SELECT FROM inventory_movement WHERE stockrecord_id = record.id)
          AND EXISTS (
              SELECT FROM inventory_lowstockalert
              WHERE stockrecord_id = record.id AND closed_at IS NULL
          ) <> coalesce(
              record.num_in_stock - record.num_allocated < record.low_stock_threshold, false)
    """,
    "no shopper holds more uses of a promo code than one may": """
        SELECT voucher.code, application.user_id, count(*)
        FROM voucher_voucherapplication application
        JOIN voucher_voucher voucher ON voucher.id = application.voucher_id
        WHERE application.given_back_at IS NULL AND application.user_id IS NOT NULL
        GROUP BY voucher.id, application.user_id
        HAVING count(*) > voucher.max_uses_per_user
    """,
    "no address holds more uses of a promo code than one may": """
        SELECT voucher.code, application.contact_digest, count(*)
        FROM voucher_voucherapplication application
        JOIN voucher_voucher voucher ON voucher.id = application.voucher_id
        WHERE application.given_back_at IS NULL AND application.contact_digest <> ''
        GROUP BY voucher.id, application.contact_digest
        HAVING count(*) > voucher.max_uses_per_contact
    """,
    "a promo code's use is held, or was given back by an order that is not paid": """
        SELECT placed.number, placed.status
        FROM voucher_voucherapplication application
        JOIN order_order placed ON placed.id = application.order_id
        WHERE application.given_back_at IS NOT NULL
          AND placed.status NOT IN ('cancelled', 'refunded')
    """,
    "invoice numbers of a location and year have no gap": """
        SELECT series.location_id, series.year, series.series, series.serial, count(paper.serial)
        FROM invoices_lastnumber series
        LEFT JOIN (
            SELECT 'invoices' AS series, location_id, year, serial FROM invoices_invoice
            UNION ALL
            SELECT 'credit_notes', location_id, year, serial FROM invoices_creditnote
        ) paper USING (series, location_id, year)
        GROUP BY series.id
        HAVING count(paper.serial) <> series.serial
            OR min(paper.serial) <> 1 OR max(paper.serial) <> series.serial
    """,
    "an order that was paid has its invoice, of its total": """
        SELECT DISTINCT placed.number, invoice.number
        FROM order_orderstatuschange paid
        JOIN order_order placed ON placed.id = paid.order_id
        LEFT JOIN invoices_invoice invoice ON invoice.order_id = placed.id
        WHERE paid.new_status = 'paid'
          AND (invoice.id IS NULL OR invoice.total <> placed.total_incl_tax)
          AND NOT EXISTS (
              SELECT FROM tasks_outboxmessage
              WHERE effect = 'issue_invoice' AND subject = placed.id::text AND done_at IS NULL)
    """,
    "what went back of an invoice has its credit note": """
        SELECT refund.id, refund.amount, note.total
        FROM payment_refund refund
        JOIN payment_payment payment ON payment.id = refund.payment_id
        JOIN invoices_invoice invoice ON invoice.order_id = payment.order_id
        LEFT JOIN invoices_creditnote note ON note.refund_id = refund.id
        WHERE refund.status = 'succeeded' AND note.total IS DISTINCT FROM refund.amount
          AND NOT EXISTS (
              SELECT FROM tasks_outboxmessage
              WHERE effect = 'issue_credit_note' AND subject = refund.id::text AND done_at IS NULL)
    """,
    "an invoice's and a credit note's VAT adds up to its total": """
        SELECT paper.number, paper.total FROM (
            SELECT number, total, content FROM invoices_invoice
            UNION ALL SELECT number, total, content FROM invoices_creditnote
        ) paper
        WHERE paper.total <> (
            SELECT coalesce(sum((rate ->> 'gross')::numeric), 0)
            FROM jsonb_array_elements(paper.content -> 'vat') rate)
           OR EXISTS (
            SELECT FROM jsonb_array_elements(paper.content -> 'vat') rate
            WHERE (rate ->> 'net')::numeric + (rate ->> 'vat')::numeric
                  <> (rate ->> 'gross')::numeric)
    """,
}


def broken_invariants():
    """Each rule that does not hold, with the rows that break it."""
    with connection.cursor() as cursor:
        return {rule: rows for rule, query in INVARIANTS.items() if (rows := _rows(cursor, query))}


def _rows(cursor, query):
    cursor.execute(query)
    return cursor.fetchall()


def assert_invariants():
    assert broken_invariants() == {}
