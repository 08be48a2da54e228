"""Money that is no longer wanted: its order ended, or was paid another way.

1. `call_off` marks the payment in the transaction that ends its order. From here on
   no worker asks for the money. A payment that its gateway has not heard of has ended by that.
2. For any other one a worker calls `cancel`, which tells the gateway and settles by its
   answer: cancelled for certain, or what the payment has become instead.
"""

from django.db import transaction
from django.utils import timezone

from shop.payment.gateways import NoAnswer, gateway_for
from shop.payment.models import UNSETTLED, Payment, PaymentStatus
from shop.payment.settlement import record, settle
from shop.payment.signals import payment_called_off


def call_off_payments(order):
    """Call off whatever of an order's payments is under way, in the caller's transaction."""
    for payment in order.payments.filter(status__in=UNSETTLED):
        call_off(payment)


@transaction.atomic
def call_off(payment):
    now = timezone.now()
    # The row's conditions decide between this and a worker who asks at the same moment.
    open_payment = Payment.objects.filter(pk=payment.pk, status__in=UNSETTLED, call_off_at=None)
    unheard = open_payment.filter(asked_at=None)
    if unheard.update(status=PaymentStatus.CANCELLED, call_off_at=now, settled_at=now):
        payment.refresh_from_db()
        record(payment, payment.status, payment.amount)
    elif open_payment.update(call_off_at=now):
        payment_called_off.send(sender=Payment, payment=payment)


def cancel(payment):
    """Tell the gateway that a payment was called off, and settle by what it says.

    Raises `NoAnswer` while it cannot tell for certain: try again later.
    """
    if payment.status not in UNSETTLED:
        return
    answer = gateway_for(payment.method).cancel(payment)
    if answer.status in UNSETTLED:
        raise NoAnswer
    settle(payment, answer)
