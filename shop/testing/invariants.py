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
            SELECT line.stockrecord_id, sum(line.quantity) AS steps
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
        LEFT JOIN voucher_voucherapplication application ON application.voucher_id = voucher.id
        GROUP BY voucher.id
        HAVING voucher.num_orders <> count(application.id)
            OR voucher.num_orders > voucher.max_uses
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
