"""Refunds that did not go at once: sent again when they are due, or when somebody says so.

What is due is the database's to say: the clocks of several machines differ.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from shop.order.models import Order
from shop.payment.gateways import NoAnswer
from shop.payment.models import Payment, Refund, RefundStatus
from shop.payment.refunds import TooMuch, left_to_refund, send

logger = logging.getLogger(__name__)


def send_due(now=None):
    """Send the refunds whose next attempt is due; returns how many that was.

    One that its gateway is silent about, or that cannot be sent at all, keeps
    no other one waiting.
    """
    waiting = Refund.objects.filter(status=RefundStatus.PENDING, next_attempt_at__lte=now or Now())
    due = list(waiting.select_related("payment").order_by("next_attempt_at")[:100])
    for refund in due:
        try:
            send(refund)
        except NoAnswer:
            _put_off(refund)
        except Exception:
            logger.exception("refund %s cannot be sent", refund.pk)
            _put_off(refund)
    return len(due)


def _put_off(refund):
    """Ask again soon, under the same key: nobody knows what became of it."""
    later = Now() + timedelta(seconds=settings.REFUND_RETRY_SECONDS)
    sent = Refund.objects.filter(
        pk=refund.pk, status=RefundStatus.PENDING, attempts=refund.attempts
    )
    sent.update(next_attempt_at=later)


@transaction.atomic
def send_again(refund):
    """Begin anew with a refund that had failed for good. Raises `TooMuch`.

    The money may have gone back another way meanwhile. Whether this call took
    the refund up again is returned: a second one does nothing.
    """
    order = Order.objects.select_for_update(of=("self",)).get(payments=refund.payment_id)
    payment = Payment.objects.select_for_update().get(order=order, pk=refund.payment_id)
    failed = Refund.objects.filter(pk=refund.pk, status=RefundStatus.FAILED)
    left = left_to_refund(payment)
    if failed.exists() and refund.amount > left:
        raise TooMuch(left, payment.currency)
    return bool(failed.update(status=RefundStatus.PENDING, next_attempt_at=Now(), settled_at=None))
