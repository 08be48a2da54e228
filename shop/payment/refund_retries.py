"""Refunds that did not go at once: sent again when they are due, or when somebody says so.

What is due is the database's to say: the clocks of several machines differ.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from shop.batches import one_by_one
from shop.order.models import Order
from shop.payment.gateways import NoAnswer
from shop.payment.models import Payment, Refund, RefundStatus
from shop.payment.refund_settlement import send
from shop.payment.refunds import TooMuch, left_to_refund


def send_due(now=None):
    """Send the refunds that are due, or find out about them; returns how many were answered."""
    waiting = Refund.objects.filter(status=RefundStatus.PENDING, next_attempt_at__lte=now or Now())
    due = list(waiting.select_related("payment").order_by("next_attempt_at")[:100])
    return one_by_one(_send_one, due, "refund %s cannot be sent")


def _send_one(refund):
    try:
        send(refund)
    except NoAnswer:
        return False
    finally:
        _put_off(refund)
    return True


def _put_off(refund):
    """What is due still has had its turn all the same: nobody knows what became of it."""
    due = Refund.objects.filter(
        pk=refund.pk, status=RefundStatus.PENDING, next_attempt_at__lte=Now()
    )
    due.update(next_attempt_at=Now() + timedelta(seconds=settings.REFUND_RETRY_SECONDS))


@transaction.atomic
def send_again(refund):
    """Begin anew with a refund that had failed for good. Raises `TooMuch`.

    The money may have gone back another way meanwhile, unless this refund had gone and came
    back: then nothing else may have it. Whether this call took the refund up again is
    returned: a second one does nothing.
    """
    order = Order.objects.select_for_update(of=("self",)).get(payments=refund.payment_id)
    payment = Payment.objects.select_for_update().get(order=order, pk=refund.payment_id)
    failed = Refund.objects.filter(pk=refund.pk, status=RefundStatus.FAILED)
    left = left_to_refund(payment)
    if refund.amount > left and failed.filter(came_back_at=None).exists():
        raise TooMuch(left, payment.currency)
    return bool(failed.update(status=RefundStatus.PENDING, next_attempt_at=Now(), settled_at=None))
