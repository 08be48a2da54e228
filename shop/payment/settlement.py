"""How a payment comes to its end: asked by a worker, settled once, swept when stuck."""

import logging
import random
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.payment import late
from shop.payment.endings import end_unpaid, is_overdue
from shop.payment.gateways import Answer, NoAnswer, gateway_for
from shop.payment.models import (
    TAKEN,
    UNPAID,
    UNSETTLED,
    Payment,
    PaymentEvent,
    PaymentStatus,
)
from shop.payment.refunds import request_refund

logger = logging.getLogger(__name__)

SWEEP_BATCH = 20
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 10, 40


def collect(payment):
    """Ask the gateway for the money and settle by its answer. No answer leaves the payment open.

    A payment that was called off meanwhile is left alone.
    """
    # Written before the gateway hears of it: whoever calls the payment off afterwards
    # knows that the gateway must be told, and whoever did so before is seen here.
    wanted = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.PENDING, call_off_at=None)
    if not wanted.update(asked_at=timezone.now()):
        return
    try:
        answer = _ask(payment)
    except NoAnswer:
        logger.warning("no answer for payment %s; it will be looked up", payment.pk)
        return
    settle(payment, answer)


def _ask(payment):
    if not payment.amount:
        # Nothing is taken for what costs nothing, so nobody is asked.
        return Answer(PaymentStatus.SUCCEEDED)
    return gateway_for(payment.method).charge(payment)


def sweep(now=None):
    """Find out about payments without an end, and ask again for those never asked for.

    Returns how many were looked at. Their task or their webhook was lost, their
    gateway was silent, or their shopper has yet to confirm. What is due is the
    database's to say: the clocks of several machines differ.
    """
    payments = _take_due(now or Now())
    for payment in payments:
        try:
            _find_out(payment)
        except NoAnswer:
            continue
        except Exception:
            # One payment that nobody can find out about keeps no other one waiting.
            logger.exception("payment %s cannot be looked up", payment.pk)
    return len(payments)


@transaction.atomic
def _take_due(now):
    """The payments that are due for a look, those waiting longest first; each is put off.

    Nobody else looks at them meanwhile: a second sweep skips the rows, then finds
    them not due.
    """
    due = Payment.objects.filter(status__in=UNSETTLED, look_at__lte=now).order_by("look_at")
    payments = list(due.select_for_update(skip_locked=True)[:SWEEP_BATCH])
    for payment in payments:
        payment.looks += 1
        payment.look_at = now + _wait(payment)
    Payment.objects.bulk_update(payments, ["looks", "look_at"])
    return payments


def _wait(payment):
    """Twice as long each time, and never quite the same: what got stuck together comes apart."""
    seconds = min(FIRST_WAIT_SECONDS * 2 ** min(payment.looks - 1, 10), LONGEST_WAIT_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - no secret


def _find_out(payment):
    answer = gateway_for(payment.method).look_up(payment) if payment.asked_at else None
    if answer is None:
        collect(payment)
    else:
        settle(payment, answer)


@transaction.atomic
def settle(payment, answer):
    """Apply a gateway's answer, once however often and from wherever it comes.

    The first answer stands, but money that comes after all is money: a payment
    that had failed succeeds late. An answer about another sum settles nothing and
    is written down. Returns whether this call settled the payment.
    """
    if not answer.fits(payment.amount, payment.currency):
        _write_down_mismatch(payment, answer)
        return False
    if answer.status in UNSETTLED:
        _keep_up(payment, answer)
        return False
    # The order first, as everywhere: whoever cancels it meanwhile waits here.
    order = Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    if not _write_end(payment, answer):
        return False
    if answer.status == PaymentStatus.SUCCEEDED:
        _paid(order, payment, answer)
    else:
        _not_paid(order, answer)
    return True


def _write_down_mismatch(payment, answer):
    """People must look at this; the sum that the gateway named is in the log and its webhook."""
    said = {"kind": "mismatch", "amount": payment.amount, "reference": answer.reference}
    if not payment.events.filter(**said).exists():
        PaymentEvent.objects.create(payment=payment, **said)
    logger.error("payment %s: its gateway names %s %s", payment.pk, answer.amount, answer.currency)


def _keep_up(payment, answer):
    """What the gateway knows a payment by, and that it waits for its shopper."""
    if answer.reference:
        Payment.objects.filter(pk=payment.pk, reference="").update(reference=answer.reference)
    if answer.status == PaymentStatus.REQUIRES_ACTION:
        Payment.objects.filter(pk=payment.pk, status=PaymentStatus.PENDING).update(
            status=answer.status
        )


def _write_end(payment, answer):
    """Take a payment to its end, if it is somewhere before; whether this call did."""
    came = answer.status == PaymentStatus.SUCCEEDED
    others = Payment.objects.filter(order=payment.order_id, status__in=TAKEN)
    settled = Payment.objects.filter(
        pk=payment.pk, status__in=(*UNSETTLED, *UNPAID) if came else UNSETTLED
    ).update(
        status=answer.status,
        reference=answer.reference or F("reference"),
        failure_code=answer.failure_code,
        settled_at=timezone.now(),
        surplus=came and others.exclude(pk=payment.pk).exists(),
    )
    payment.refresh_from_db()
    if settled:
        record_end(payment)
    return settled


def record_end(payment):
    """Add where a payment has come to what became of it."""
    PaymentEvent.objects.create(
        payment=payment, kind=payment.status, amount=payment.amount, reference=payment.reference
    )


def _paid(order, payment, answer):
    if payment.surplus:
        _send_back(payment, _("This order had been paid already."))
    elif order.status == Status.PENDING:
        lifecycle.mark_paid(order)
    else:
        _paid_late(order, payment, answer)


def _paid_late(order, payment, answer):
    try:
        late.revive(order, occurred_at=answer.occurred_at or timezone.now())
    except late.CannotRevive as refusal:
        _send_back(payment, str(refusal))


def _send_back(payment, reason):
    if payment.amount:
        request_refund(payment, payment.amount, reason=reason)


def _not_paid(order, answer):
    if order.status != Status.PENDING or order.payments.filter(status__in=UNSETTLED).exists():
        return
    if answer.status == PaymentStatus.CANCELLED and is_overdue(order):
        end_unpaid(order, Ending.EXPIRED)
    else:
        end_unpaid(order, Ending.PAYMENT_FAILED)
