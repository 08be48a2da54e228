"""Which of an order's payments tells how the order stands."""

from shop.payment.models import TAKEN


def telling_payment(order):
    """The one that paid it, else the latest, or None; reads `order.payments.all()`."""
    payments = [payment for payment in order.payments.all() if not payment.surplus]
    paid = [payment for payment in payments if payment.status in TAKEN]
    return next(iter(paid or payments), None)
