"""What was paid and what went back."""

from django.utils.translation import gettext_lazy as _

from shop.reconciliation import corrections
from shop.reconciliation.invariant import Invariant

INVARIANTS = [
    Invariant(
        "an order that was paid has one payment, of its total and in its currency",
        """
        SELECT placed.id, placed.number, placed.status, placed.total_incl_tax, count(payment.id)
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
        advice=_(
            "Look the payment up at its gateway. If the money is there, note the "
            "difference; if not, cancel the order."
        ),
    ),
    Invariant(
        "no money stays for an order that waits or was cancelled",
        """
        SELECT payment.id, placed.number, placed.status
        FROM payment_payment payment JOIN order_order placed ON placed.id = payment.order_id
        WHERE (placed.status IN ('pending', 'cancelled') OR payment.surplus)
          AND payment.status = 'succeeded'
          AND payment.refunded + (
              SELECT coalesce(sum(amount), 0) FROM payment_refund
              WHERE payment_id = payment.id AND status = 'pending'
          ) < payment.amount
    """,
        correction=corrections.MONEY_WHERE_IT_BELONGS,
    ),
    Invariant(
        "nobody is asked for money that is no longer wanted",
        """
        SELECT payment.id, placed.number, placed.status, payment.status AS payment
        FROM payment_payment payment JOIN order_order placed ON placed.id = payment.order_id
        WHERE placed.status <> 'pending' AND payment.call_off_at IS NULL
          AND payment.status IN ('pending', 'requires_action')
    """,
        advice=_("Cancel the payment at its gateway."),
    ),
    Invariant(
        "a payment that was called off has ended",
        """
        SELECT payment.id, placed.number, payment.status, payment.call_off_at
        FROM payment_payment payment JOIN order_order placed ON placed.id = payment.order_id
        WHERE payment.status IN ('pending', 'requires_action')
          AND payment.call_off_at < now() - interval '1 hour'
    """,
        advice=_("Its gateway has not answered for long: cancel the payment there."),
    ),
    Invariant(
        "no money is held that nobody asked for",
        """
        SELECT payment.id, placed.number, payment.held_amount, payment.held_currency
        FROM payment_payment payment JOIN order_order placed ON placed.id = payment.order_id
        WHERE payment.held_amount IS NOT NULL
    """,
        advice=_(
            "The gateway took another sum than the order's. Send it back there, then note "
            "that on the payment."
        ),
    ),
    Invariant(
        "what came back to us goes again, or is under way",
        """
        SELECT refund.id, placed.number, refund.amount, refund.came_back_at
        FROM payment_refund refund
        JOIN payment_payment payment ON payment.id = refund.payment_id
        JOIN order_order placed ON placed.id = payment.order_id
        WHERE refund.status = 'failed' AND refund.came_back_at IS NOT NULL
    """,
        advice=_("Send the refund again: the shopper has its credit note, and not the money."),
    ),
    Invariant(
        "captured less refunded is what the payment events say",
        """
        SELECT payment.id, payment.status, payment.amount, payment.refunded, events.taken
        FROM payment_payment payment
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(amount) FILTER (WHERE kind = 'succeeded'), 0) AS taken,
                   coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0)
                   - coalesce(sum(amount) FILTER (WHERE kind = 'refund_came_back'), 0) AS returned
            FROM payment_paymentevent WHERE payment_id = payment.id
        ) events ON true
        WHERE events.returned <> payment.refunded
           OR events.taken <> CASE
                WHEN payment.status IN ('succeeded', 'refunded') THEN payment.amount ELSE 0 END
    """,
        advice=_("Look the payment up at its gateway, and write down what it says there."),
    ),
    Invariant(
        "never more refunded, or on its way back, than captured",
        """
        SELECT payment.id, payment.amount, payment.refunded
        FROM payment_payment payment
        WHERE payment.refunded > payment.amount
           OR payment.refunded <> (
              SELECT coalesce(sum(amount), 0) FROM payment_refund
              WHERE payment_id = payment.id AND status = 'succeeded')
           OR payment.amount < (
              SELECT coalesce(sum(amount), 0) FROM payment_refund
              WHERE payment_id = payment.id
                AND (status <> 'failed' OR came_back_at IS NOT NULL))
    """,
        advice=_("Look the payment's refunds up at its gateway before any more goes back."),
    ),
    Invariant(
        "what a line gave back is what its refunds say, and their money is its share",
        """
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
        advice=_(
            "Compare the refund's lines with what its gateway sent; the goods are where "
            "the shelf says."
        ),
    ),
    Invariant(
        "a refund is at least what the goods that it is for were sold for",
        """
        SELECT refund.id, refund.amount, sum(part.amount)
        FROM payment_refund refund JOIN payment_refundline part ON part.refund_id = refund.id
        GROUP BY refund.id HAVING refund.amount < sum(part.amount)
    """,
        advice=_("Send the shopper the rest as a refund of its own."),
    ),
]
