"""Beginning to be paid. Nobody is asked for money here: a worker does that."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from shop.payment.gateways import gateway_for
from shop.payment.models import Payment
from shop.payment.signals import payment_started


# Error reports print the locals of whatever failed: this prints nothing.
@dataclass(frozen=True, repr=False)
class PaymentChoice:
    method: str
    token: str


def check_choice(choice):
    """Raises `PaymentRefused` for a way of paying that can be refused without asking anybody."""
    gateway_for(choice.method).check_token(choice.token)


def start_payment(order, choice):
    """Begin one payment of an order's total, in the caller's transaction.

    Raises `PaymentRefused` for a choice, a sum or a currency that cannot be taken.
    """
    check_choice(choice)
    gateway_for(choice.method).check_amount(order.total_incl_tax, order.currency)
    payment = Payment.objects.create(
        order=order,
        user=order.user,
        amount=order.total_incl_tax,
        currency=order.currency,
        method=choice.method,
        token=choice.token,
        look_at=Now() + timedelta(seconds=settings.PAYMENT_STUCK_SECONDS),
    )
    payment_started.send(sender=Payment, payment=payment)
    return payment
