"""The uses of a promo code."""

from django.utils.translation import gettext_lazy as _

from shop.reconciliation import corrections
from shop.reconciliation.invariant import Invariant

INVARIANTS = [
    Invariant(
        "a promo code counts the orders that hold a use of it",
        """
        SELECT voucher.id, voucher.code, voucher.num_orders, count(application.id)
        FROM voucher_voucher voucher
        LEFT JOIN voucher_voucherapplication application
            ON application.voucher_id = voucher.id AND application.given_back_at IS NULL
        GROUP BY voucher.id
        HAVING voucher.num_orders <> count(application.id)
            OR voucher.num_orders > voucher.max_uses
    """,
        correction=corrections.USES_AS_ORDERS_HOLD_THEM,
    ),
    Invariant(
        "no shopper holds more uses of a promo code than one may",
        """
        SELECT voucher.id, voucher.code, application.user_id, count(*)
        FROM voucher_voucherapplication application
        JOIN voucher_voucher voucher ON voucher.id = application.voucher_id
        WHERE application.given_back_at IS NULL AND application.user_id IS NOT NULL
        GROUP BY voucher.id, application.user_id
        HAVING count(*) > voucher.max_uses_per_user
    """,
        advice=_(
            "Decide whether the orders stand; a use is given back by cancelling an unpaid order."
        ),
    ),
    Invariant(
        "no address holds more uses of a promo code than one may",
        """
        SELECT voucher.id, voucher.code, count(*)
        FROM voucher_voucherapplication application
        JOIN voucher_voucher voucher ON voucher.id = application.voucher_id
        WHERE application.given_back_at IS NULL AND application.contact_digest <> ''
        GROUP BY voucher.id, application.contact_digest
        HAVING count(*) > voucher.max_uses_per_contact
    """,
        advice=_(
            "Decide whether the orders stand; a use is given back by cancelling an unpaid order."
        ),
    ),
    Invariant(
        "a promo code's use is held, or was given back by an order that is not paid",
        """
        SELECT placed.id, placed.number, placed.status
        FROM voucher_voucherapplication application
        JOIN order_order placed ON placed.id = application.order_id
        WHERE application.given_back_at IS NOT NULL
          AND placed.status NOT IN ('cancelled', 'refunded')
    """,
        advice=_(
            "The order has its discount but holds no use. Decide whether the code's limit "
            "is raised by one."
        ),
    ),
    Invariant(
        "a promo code's use is given back by an order that ends unpaid",
        """
        SELECT application.id, application.order_id, application.voucher_id
        FROM voucher_voucherapplication application
        JOIN order_order placed ON placed.id = application.order_id
        WHERE application.given_back_at IS NULL AND placed.status = 'cancelled'
          AND NOT EXISTS (
              SELECT FROM order_orderstatuschange change
              WHERE change.order_id = placed.id AND change.new_status = 'paid')
    """,
        correction=corrections.GIVE_UNPAID_USE_BACK,
    ),
]
