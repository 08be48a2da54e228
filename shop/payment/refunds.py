"""Money back: requested in a transaction, sent by a worker, counted when it went.

1. `request_refund` and `refund_lines` book a refund: from here on its money is no longer left.
2. A worker sends it. A gateway that is silent is asked again under the same key.
3. A gateway that refuses is asked again later, under a new key, `REFUND_ATTEMPTS` times.
4. Then the refund has failed: its money is left again, and somebody may send it again.
"""

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.money import money
from shop.order import lifecycle
from shop.order.models import HOLDS_STOCK, Order, Status
from shop.order.returns import CannotGiveBack, give_back
from shop.order.statuses import may_become
from shop.payment.gateways import Answer, NoAnswer, gateway_for
from shop.payment.models import (
    UNSETTLED,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    RefundLine,
    RefundStatus,
)
from shop.payment.signals import refund_failed, refund_requested, refund_settled

NOTHING = Decimal(0)


class TooMuch(ValueError):
    """More than what is left of a payment; `left` is what is."""

    def __init__(self, left, currency):
        self.left = left
        super().__init__(_("Only %(left)s are left to refund.") % {"left": money(left, currency)})


@transaction.atomic
def request_refund(payment, amount, *, reason="", actor=None):
    """Book a refund that a worker will send. Raises `TooMuch`."""
    _lock_order(payment.order_id)
    if amount <= 0:
        raise TooMuch(left_to_refund(payment), payment.currency)
    return _book(payment, amount, reason, actor)


@transaction.atomic
def refund_lines(order, parts, *, restock, beside=NOTHING, reason="", actor=None):
    """Book the money of goods to go back, and let the order give the goods back at once.

    `parts` are pairs of an order's line and steps; `beside` is money on top of
    what they were sold for, for the shipping say. See `give_back` for what
    `restock` means. The goods' side stands even if the money fails to go.
    Raises `TooMuch` and `CannotGiveBack`.
    """
    order = _lock_order(order.pk)
    goods, total = _priced(order, parts, beside)
    refund = _book(payment_of(order), total, reason, actor)
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line=line, steps=steps, amount=amount, restock=restock)
        for line, steps, amount in goods
    )
    returned = [(line, steps) for line, steps, _amount in goods]
    # Last, because it moves stock.
    give_back(order, returned, restock=restock, reason=reason, actor=actor)
    return refund


def foresee_refund(order, parts, *, beside=NOTHING):
    """What `refund_lines` would send back now. Raises as it does."""
    _goods_of_it, total = _priced(order, parts, beside)
    return total


def _priced(order, parts, beside):
    """The goods with their prices, and all the money that goes back."""
    goods = _goods(order, parts)
    total = sum((amount for *_part, amount in goods), beside)
    payment = payment_of(order)
    left = left_to_refund(payment) if payment else NOTHING
    if payment is None or beside < 0 or not (goods or beside) or total > left:
        raise TooMuch(left, order.currency)
    return goods, total


def payment_of(order):
    """The payment that an order was paid with and that still holds money, or None."""
    return Payment.objects.filter(
        order=order, status=PaymentStatus.SUCCEEDED, surplus=False
    ).first()


def left_to_refund(payment):
    """What could still go back: captured, not refunded, and not on its way back either."""
    if payment.status != PaymentStatus.SUCCEEDED:
        return NOTHING
    under_way = payment.refunds.filter(status=RefundStatus.PENDING).aggregate(total=Sum("amount"))
    return payment.refundable - (under_way["total"] or 0)


def _lock_order(pk):
    return Order.objects.select_for_update(of=("self",)).get(pk=pk)


def _goods(order, parts):
    """The parts as (line, steps, what they were sold for), each line as it is now and once."""
    wanted = defaultdict(int)
    for line, steps in parts:
        wanted[line] += steps
    now = {line.pk: line for line in order.lines.all()}
    for line, steps in wanted.items():
        left = now[line.pk].steps_left if line.pk in now else 0
        if not 0 < steps <= left:
            raise CannotGiveBack(line, left)
    return [
        (now[line.pk], steps, now[line.pk].price_of_next(steps)) for line, steps in wanted.items()
    ]


def _book(payment, amount, reason, actor):
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    left = left_to_refund(payment)
    if not NOTHING <= amount <= left:
        raise TooMuch(left, payment.currency)
    refund = Refund.objects.create(payment=payment, amount=amount, reason=reason, actor=actor)
    refund_requested.send(sender=Refund, refund=refund)
    return refund


def send(refund):
    """Ask the gateway to send the money. Raises `NoAnswer`: send again, the key makes it once.

    Money that is still on its way is no answer either: to take it for a failure
    would let it go back twice.
    """
    # Whoever sends many may have read this one long ago: under an old key it would go twice.
    refund.refresh_from_db()
    if refund.status != RefundStatus.PENDING or _is_for_later(refund):
        return
    answer = _ask(refund)
    if answer.status in UNSETTLED:
        raise NoAnswer
    settle_refund(refund, answer)


def _is_for_later(refund):
    return Refund.objects.filter(pk=refund.pk, next_attempt_at__gt=Now()).exists()


def _ask(refund):
    if not refund.amount:
        return Answer(PaymentStatus.SUCCEEDED)
    return gateway_for(refund.payment.method).refund(refund)


@transaction.atomic
def settle_refund(refund, answer):
    """Apply the gateway's answer to a refund, once; `refund` is as it was when it was sent."""
    order = _lock_order(refund.payment.order_id)
    # An answer to an earlier attempt says nothing about this one.
    sent = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING)
    if answer.status == PaymentStatus.SUCCEEDED:
        _succeeded(refund, sent, answer, order)
    elif not _is_known(refund, answer):
        _refused(refund, sent.filter(attempts=refund.attempts), answer)


def _succeeded(refund, sent, answer, order):
    now = timezone.now()
    if sent.update(
        status=RefundStatus.SUCCEEDED,
        reference=answer.reference,
        settled_at=now,
        next_attempt_at=None,
    ):
        _record(refund, "refunded", answer)
        payment = _count(refund)
        refund.refresh_from_db()
        refund_settled.send(sender=Refund, refund=refund)
        # Last: where this was all the money, it moves stock.
        _end(refund, payment, order)


def _is_known(refund, answer):
    """Whether a refusal was counted already: a webhook may say again what an answer said."""
    refusals = refund.payment.events.filter(kind__in=["refund_refused", "refund_failed"])
    return bool(answer.reference) and refusals.filter(reference=answer.reference).exists()


def _refused(refund, sent, answer):
    attempts = refund.attempts + 1
    # Each sending again begins a new round of as many attempts.
    gives_up = attempts % settings.REFUND_ATTEMPTS == 0
    if not sent.update(
        status=RefundStatus.FAILED if gives_up else RefundStatus.PENDING,
        reference=answer.reference,
        attempts=attempts,
        next_attempt_at=None if gives_up else Now() + _pause(attempts),
        settled_at=timezone.now() if gives_up else None,
    ):
        return
    _record(refund, "refund_failed" if gives_up else "refund_refused", answer)
    refund.refresh_from_db()
    if gives_up:
        refund_failed.send(sender=Refund, refund=refund)


def _pause(attempts):
    """Twice as long each time, and never quite the same: what failed together comes apart."""
    doubled = settings.REFUND_RETRY_SECONDS * 2 ** ((attempts - 1) % settings.REFUND_ATTEMPTS)
    return timedelta(seconds=doubled * random.uniform(0.75, 1.25))  # noqa: S311 - no secret


def _record(refund, kind, answer):
    PaymentEvent.objects.create(
        payment_id=refund.payment_id, kind=kind, amount=refund.amount, reference=answer.reference
    )


def _goes_on_without_money(refund, order):
    """Goods that cost nothing are handed over all the same when the others went back."""
    return refund.lines.exists() and order.status in HOLDS_STOCK and order.lines_left.exists()


def _count(refund):
    Payment.objects.filter(pk=refund.payment_id).update(refunded=F("refunded") + refund.amount)
    payment = Payment.objects.get(pk=refund.payment_id)
    if not payment.refundable and refund.amount:
        Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.REFUNDED)
    return payment


def _end(refund, payment, order):
    if payment.refundable or not refund.amount:
        return
    # What came on top goes back without touching the order.
    if payment.surplus or _goes_on_without_money(refund, order):
        return
    if may_become(order, Status.REFUNDED):
        lifecycle.mark_refunded(order, reason=refund.reason)
