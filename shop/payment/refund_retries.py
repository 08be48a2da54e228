"""Refunds that did not go at once: sent again when they are due, or when somebody says so.

What is due is the database's to say: the clocks of several machines differ.
"""

import logging

from django.db import transaction
from django.db.models.functions import Now

from shop.order.models import Order
from shop.payment.gateways import NoAnswer
from shop.payment.models import Payment, Refund, RefundStatus
from shop.payment.refund_settlement import send
from shop.payment.refunds import TooMuch, left_to_refund

logger = logging.getLogger(__name__)

BATCH = 500


def due(now=None):
    """Keys of the refunds whose turn it is, those that wait longest first.

    `send` puts off whatever it takes up, so one that a worker finds twice goes once.
    """
    waiting = Refund.objects.filter(status=RefundStatus.PENDING, next_attempt_at__lte=now or Now())
    return list(waiting.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH])


def send_again_in_turn(pk):
    """Send a refund that is due, or find out about it; returns whether its gateway answered."""
    try:
        send(Refund.objects.select_related("payment").get(pk=pk))
    except NoAnswer:
        logger.warning("no answer about refund %s; it will be asked about again", pk)
        return False
    return True


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
