"""How a payment comes to its end: asked by a worker, settled once, swept when stuck."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.basket.contents import bring_back
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.payment.gateways import NoAnswer, gateway_for
from shop.payment.models import UNPAID, UNSETTLED, Payment, PaymentEvent, PaymentStatus
from shop.payment.refunds import request_refund

logger = logging.getLogger(__name__)


def collect(payment):
    """Ask the gateway for the money and settle by its answer. No answer leaves the payment open."""
    if payment.status != PaymentStatus.PENDING:
        return
    try:
        answer = gateway_for(payment.method).charge(payment)
    except NoAnswer:
        logger.warning("no answer for payment %s; it will be looked up", payment.pk)
        return
    settle(payment, answer)


def sweep(now=None):
    """Find out about payments without an answer, and ask again for those never asked for.

    Returns how many were looked at. Their task was lost, or their gateway was silent.
    """
    stuck_since = (now or timezone.now()) - timedelta(seconds=settings.PAYMENT_STUCK_SECONDS)
    stuck = Payment.objects.filter(status=PaymentStatus.PENDING, created_at__lte=stuck_since)
    payments = list(stuck.order_by("created_at")[:100])
    for payment in payments:
        try:
            _find_out(payment)
        except NoAnswer:
            continue
        except Exception:
            # One payment that nobody can find out about keeps no other one waiting.
            logger.exception("payment %s cannot be looked up", payment.pk)
    return len(payments)


def _find_out(payment):
    answer = gateway_for(payment.method).look_up(payment)
    if answer is None:
        collect(payment)
    else:
        settle(payment, answer)


@transaction.atomic
def settle(payment, answer):
    """Apply a gateway's answer, once however often and from wherever it comes.

    The first answer stands, but money that comes after all is money: a payment
    that had failed succeeds late. Returns whether this call settled the payment.
    """
    if answer.status == PaymentStatus.REQUIRES_ACTION:
        _await_shopper(payment, answer)
    if answer.status in UNSETTLED:
        return False
    # The order first, as everywhere: whoever cancels it meanwhile waits here.
    order = Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    settled = Payment.objects.filter(pk=payment.pk, status__in=_origins(answer)).update(
        status=answer.status,
        reference=answer.reference,
        failure_code=answer.failure_code,
        settled_at=timezone.now(),
    )
    payment.refresh_from_db()
    if not settled:
        return False
    PaymentEvent.objects.create(
        payment=payment,
        kind=answer.status,
        amount=payment.amount,
        reference=answer.reference,
    )
    if answer.status == PaymentStatus.SUCCEEDED:
        _paid(order, payment)
    else:
        _not_paid(order)
    return True


def _origins(answer):
    return (*UNSETTLED, *UNPAID) if answer.status == PaymentStatus.SUCCEEDED else UNSETTLED


def _await_shopper(payment, answer):
    Payment.objects.filter(pk=payment.pk, status=PaymentStatus.PENDING).update(
        status=answer.status, reference=answer.reference
    )


def _paid(order, payment):
    if order.status == Status.PENDING:
        lifecycle.mark_paid(order)
    elif payment.amount:
        # Too late: the goods may be gone. The money goes back by itself.
        request_refund(payment, payment.amount, reason=_("The payment came after the order ended."))


def _not_paid(order):
    if order.status != Status.PENDING:
        return
    # Erasing an account takes its baskets along.
    if order.basket:
        bring_back(order.basket)
    lifecycle.cancel(order, ending=Ending.PAYMENT_FAILED, reason=_("The payment failed."))
