"""How a payment comes to its end: asked by a worker, settled once, swept when stuck."""

import logging

from django.db import transaction
from django.db.models import F
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
from shop.payment.signals import payment_doubted

logger = logging.getLogger(__name__)

# What a payment has failed of whose gateway took another sum than it was asked for.
ANOTHER_SUM = "another_sum"


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


def find_out(payment):
    """Settle by what became of a payment, or ask for it if nobody has. Raises `NoAnswer`."""
    if not look_up(payment):
        collect(payment)


def look_up(payment):
    """Settle by what became of a payment; whether its gateway has taken it up at all.

    Raises `NoAnswer`.
    """
    answer = gateway_for(payment.method).look_up(payment) if payment.asked_at else None
    if answer is not None:
        settle(payment, answer)
    return answer is not None


@transaction.atomic
def settle(payment, answer):
    """Apply a gateway's answer, once however often and from wherever it comes.

    The first answer stands, but money that comes after all is money: a payment
    that had failed succeeds late. Money of another sum pays for nothing: the payment
    has failed, and what was taken is held for somebody to send back. Returns whether
    this call settled the payment.
    """
    # The order first, as everywhere: whoever cancels it meanwhile waits here.
    order = Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    fits = answer.fits(payment.amount, payment.currency)
    if not fits:
        _write_down_mismatch(payment, answer)
    if answer.status in UNSETTLED:
        _keep_up(payment, answer)
        return False
    came = answer.status == PaymentStatus.SUCCEEDED
    settled = _write_end(payment, answer) if fits or not came else _hold(payment, answer)
    if settled and payment.status == PaymentStatus.SUCCEEDED:
        _paid(order, payment, answer)
    elif settled:
        _not_paid(order, answer)
    return bool(settled)


@transaction.atomic
def doubt(payment, answer):
    """A message named another sum. It settles nothing: the gateway is asked what is true."""
    Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    if _write_down_mismatch(payment, answer):
        payment_doubted.send(sender=Payment, payment=payment)


def _write_down_mismatch(payment, answer):
    """People must look at this; the sum that the gateway named is in the log and its webhook."""
    said = {"kind": "mismatch", "amount": payment.amount, "reference": answer.reference}
    _event, is_new = payment.events.get_or_create(**said)
    logger.error("payment %s: its gateway names %s %s", payment.pk, answer.amount, answer.currency)
    return is_new


def _hold(payment, answer):
    """End a payment by money that is not the one asked for, once; whether this call did."""
    if payment.events.filter(kind="held").exists():
        return False
    amount = payment.amount if answer.amount is None else answer.amount
    held = Payment.objects.filter(pk=payment.pk, status__in=(*UNSETTLED, *UNPAID)).update(
        status=PaymentStatus.FAILED,
        failure_code=ANOTHER_SUM,
        reference=answer.reference or F("reference"),
        settled_at=timezone.now(),
        held_amount=amount,
        held_currency=(answer.currency or payment.currency).upper(),
    )
    payment.refresh_from_db()
    if held:
        record(payment, "held", amount)
    return held


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
        # It was that money all along.
        **({"held_amount": None, "held_currency": ""} if came else {}),
    )
    payment.refresh_from_db()
    if settled:
        record(payment, payment.status, payment.amount)
    return settled


def record(payment, kind, amount):
    """Add to what became of a payment."""
    PaymentEvent.objects.create(
        payment=payment, kind=kind, amount=amount, reference=payment.reference
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
