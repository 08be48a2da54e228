"""What becomes of a refund: sent by a worker, counted when it went, no longer when it came back.

1. `send` lets the gateway send the money, and writes down beforehand that it does. Whoever
   comes again asks what became of it, by the gateway's reference or by our own key: a
   gateway forgets keys after a day, and would send the money twice.
2. A gateway that refuses is asked again later, under a new key, `REFUND_ATTEMPTS` times.
3. Then the refund has failed: its money is left again, and somebody may send it again.
4. Money that went may come back weeks later, from an account that was closed say. It is
   counted no longer, and owed: its credit note stands, since the shopper's claim does, and
   no other refund may have the money until this one was sent again.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DurationField, F, Value
from django.db.models.functions import Greatest, Least, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import lifecycle
from shop.order.models import HOLDS_STOCK, Order, Status
from shop.order.statuses import may_become
from shop.payment.gateways import Answer, gateway_for
from shop.payment.models import (
    UNSETTLED,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from shop.payment.signals import refund_failed, refund_settled

LONGEST_LOOK = timedelta(hours=1)
FAILURES = ("refund_refused", "refund_failed", "refund_came_back")


def send(refund):
    """Let the gateway send the money, or find out what became of it. Raises `NoAnswer`."""
    refund, is_news = _take_up(refund)
    if refund:
        settle_refund(refund, _ask(refund, is_news))


@transaction.atomic
def _take_up(refund):
    """The refund if it is to be sent now, and whether its gateway has yet to hear of it.

    It is read anew under lock: whoever sends many may have read it long ago, and under an
    old key its money would go twice. Nobody else takes it up while its gateway is asked,
    and whoever dies over it leaves it to be due again.
    """
    due = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING)
    due = due.exclude(next_attempt_at__gt=Now()).select_related("payment")
    refund = due.select_for_update(of=("self",)).first()
    is_news = bool(refund) and refund.asked_at is None
    if refund:
        first_asked = {"asked_at": Now(), "reference": ""} if is_news else {}
        pause = _lasting(settings.REFUND_RETRY_SECONDS)
        _attempt(refund).update(next_attempt_at=Now() + pause, **first_asked)
    return refund, is_news


def _ask(refund, is_news):
    if not refund.amount:
        return Answer(PaymentStatus.SUCCEEDED)
    gateway = gateway_for(refund.payment.method)
    if is_news:
        return gateway.refund(refund)
    return gateway.look_up_refund(refund) or gateway.refund(refund)


def _attempt(refund):
    """The refund's row, as long as it is at the attempt that the caller knows of."""
    return Refund.objects.filter(
        pk=refund.pk, status=RefundStatus.PENDING, attempts=refund.attempts
    )


@transaction.atomic
def settle_refund(refund, answer):
    """Apply the gateway's answer to a refund, once; `refund` is as it was when it was sent."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=refund.payment.order_id)
    if _has_failed(refund, answer):
        return
    if answer.status in UNSETTLED:
        _is_on_its_way(refund, answer)
    elif answer.status == PaymentStatus.SUCCEEDED:
        _went(refund, answer, order)
    elif not _came_back(refund, answer, order):
        _refused(refund, answer)


def _has_failed(refund, answer):
    """Whether what the gateway speaks of is known to have failed: it says so again, or an
    older message was overtaken by that."""
    failures = refund.payment.events.filter(kind__in=FAILURES)
    return bool(answer.reference) and failures.filter(reference=answer.reference).exists()


def _is_on_its_way(refund, answer):
    """Asked about again after as long as it has been on its way, within bounds."""
    age = Greatest(Now() - F("asked_at"), _lasting(settings.REFUND_RETRY_SECONDS))
    _attempt(refund).update(
        reference=answer.reference or F("reference"),
        next_attempt_at=Now() + Least(age, _lasting(LONGEST_LOOK.total_seconds())),
    )


def _lasting(seconds):
    return Value(timedelta(seconds=seconds), output_field=DurationField())


def _went(refund, answer, order):
    # Whichever attempt it is that went: another one is not to follow.
    under_way = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING)
    if under_way.update(
        status=RefundStatus.SUCCEEDED,
        reference=answer.reference,
        settled_at=timezone.now(),
        next_attempt_at=None,
        came_back_at=None,
    ):
        _record(refund, "refunded", answer)
        payment = _count(refund)
        refund.refresh_from_db()
        refund_settled.send(sender=Refund, refund=refund)
        # Last: where this was all the money, it moves stock.
        _end(refund, payment, order)


def _came_back(refund, answer, order):
    """Take back what was counted, if it is this very money that the gateway has got back."""
    gone = Refund.objects.filter(
        pk=refund.pk, status=RefundStatus.SUCCEEDED, reference=answer.reference
    )
    if not answer.reference or not gone.update(
        status=RefundStatus.FAILED,
        attempts=F("attempts") + 1,
        asked_at=None,
        came_back_at=Now(),
        settled_at=timezone.now(),
    ):
        return False
    _record(refund, "refund_came_back", answer)
    _uncount(refund, order)
    refund.refresh_from_db()
    refund_failed.send(sender=Refund, refund=refund)
    return True


def _refused(refund, answer):
    attempts = refund.attempts + 1
    # Sending again begins a new round of as many attempts.
    gives_up = attempts % settings.REFUND_ATTEMPTS == 0
    if not _attempt(refund).update(
        status=RefundStatus.FAILED if gives_up else RefundStatus.PENDING,
        reference=answer.reference,
        attempts=attempts,
        asked_at=None,
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


def _goes_on_without_money(refund, order):
    """Goods that cost nothing are handed over all the same when the others went back."""
    return refund.lines.exists() and order.status in HOLDS_STOCK and order.lines_left.exists()


def _uncount(refund, order):
    payment = Payment.objects.get(pk=refund.payment_id)
    Payment.objects.filter(pk=payment.pk).update(
        refunded=F("refunded") - refund.amount, status=PaymentStatus.SUCCEEDED
    )
    if order.status == Status.REFUNDED and not payment.surplus:
        lifecycle.undo_refunded(order, reason=_("The refund came back."))
