"""An order's lines, its total, its steps, and who may not be named in it."""

from django.utils.translation import gettext_lazy as _

from shop.reconciliation.invariant import Invariant

INVARIANTS = [
    Invariant(
        "a line is its price before discounts less its discounts",
        """
        SELECT id, line_price_incl_tax, line_price_before_discounts_incl_tax FROM order_line
        WHERE line_price_incl_tax NOT BETWEEN 0 AND line_price_before_discounts_incl_tax
           OR line_price_before_discounts_incl_tax
              <> round(quantity * step * unit_price_incl_tax, 2)
    """,
        advice=_(
            "Nothing edits an order. Compare the line with its payment; what was charged "
            "too much goes back as a refund."
        ),
    ),
    Invariant(
        "an order's total is its lines less its discounts, plus shipping",
        """
        SELECT placed.id, placed.number, placed.total_incl_tax, lines.before,
               coalesce(discounts.amount, 0) AS discounts
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
        advice=_(
            "Nothing edits an order. Compare its total with its payment; what was charged "
            "too much goes back as a refund."
        ),
    ),
    Invariant(
        "an order's status is where its history ends",
        """
        SELECT placed.id, placed.number, placed.status, latest.new_status
        FROM order_order placed
        LEFT JOIN LATERAL (
            SELECT new_status FROM order_orderstatuschange
            WHERE order_id = placed.id ORDER BY id DESC LIMIT 1
        ) latest ON true
        WHERE latest.new_status IS DISTINCT FROM placed.status
    """,
        advice=_(
            "Somebody changed the status past the table of steps. Ask who, and take the "
            "steps that are missing."
        ),
    ),
    Invariant(
        "each step of an order starts where the one before ended",
        """
        SELECT id, order_id, old_status, came_from FROM (
            SELECT change.*,
                   lag(new_status, 1, '') OVER (PARTITION BY order_id ORDER BY id) AS came_from
            FROM order_orderstatuschange change
        ) history
        WHERE old_status <> came_from
    """,
        advice=_(
            "Somebody changed the history. Ask who; the payments and movements tell what happened."
        ),
    ),
    Invariant(
        "no order waits for its payment for ever",
        """
        SELECT id, number, expires_at FROM order_order
        WHERE status = 'pending' AND expires_at < now() - interval '1 hour'
    """,
        advice=_(
            "Its time was over long ago, and its goods are held still: look its payment up "
            "at the gateway, and whether the payment workers run."
        ),
    ),
    Invariant(
        "an order's row names nobody",
        """
        SELECT id, number FROM order_order
        WHERE guest_email <> '' OR billing_address_id IS NOT NULL
           OR shipping_address_id IS NOT NULL
    """,
        advice=_("Move what names somebody to the order's contact, and empty it here."),
    ),
    Invariant(
        "an order has one pickup code at most that is good",
        """
        SELECT order_id, count(*) FROM pickup_pickupcode
        WHERE voided_at IS NULL AND used_at IS NULL
        GROUP BY order_id HAVING count(*) > 1
    """,
        advice=_("Issue the order's code anew: that withdraws every other."),
    ),
    Invariant(
        "what is collected was handed over, and nothing else",
        """
        SELECT code.id, placed.number, placed.status
        FROM pickup_pickupcode code JOIN order_order placed ON placed.id = code.order_id
        WHERE code.used_at IS NOT NULL AND placed.status NOT IN ('completed', 'refunded')
    """,
        advice=_(
            "Ask at the location whether the goods are there, then take the order's missing step."
        ),
    ),
]
