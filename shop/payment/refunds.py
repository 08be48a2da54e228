"""Money back: requested in a transaction, sent by a worker, counted when it went."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from shop.order import lifecycle
from shop.order.models import Order, Status
from shop.order.statuses import may_become
from shop.payment.gateways import NoAnswer, gateway_for
from shop.payment.models import (
    UNSETTLED,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from shop.payment.signals import refund_requested


class TooMuch(ValueError):
    """More than what is left of a payment; `left` is what is."""

    def __init__(self, left, currency):
        self.left = left
        super().__init__(_("Only %(left)s are left to refund.") % {"left": f"{left} {currency}"})


@transaction.atomic
def request_refund(payment, amount, *, reason="", actor=None):
    """Book a refund that a worker will send. Raises `TooMuch`."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    left = left_to_refund(payment)
    if not Decimal(0) < amount <= left:
        raise TooMuch(left, payment.currency)
    refund = Refund.objects.create(payment=payment, amount=amount, reason=reason, actor=actor)
    refund_requested.send(sender=Refund, refund=refund)
    return refund


def left_to_refund(payment):
    """What could still go back: captured, not refunded, and not on its way back either."""
    if payment.status != PaymentStatus.SUCCEEDED:
        return Decimal(0)
    under_way = payment.refunds.filter(status=RefundStatus.PENDING).aggregate(total=Sum("amount"))
    return payment.refundable - (under_way["total"] or 0)


def send(refund):
    """Ask the gateway to send the money. Raises `NoAnswer`: send again, the key makes it once.

    Money that is still on its way is no answer either: to take it for a failure
    would let it go back twice.
    """
    if refund.status != RefundStatus.PENDING:
        return
    answer = gateway_for(refund.payment.method).refund(refund)
    if answer.status in UNSETTLED:
        raise NoAnswer
    settle_refund(refund, answer)


@transaction.atomic
def settle_refund(refund, answer):
    """Apply the gateway's answer to a refund, once."""
    succeeded = answer.status == PaymentStatus.SUCCEEDED
    order = Order.objects.select_for_update(of=("self",)).get(payments=refund.payment_id)
    settled = Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING).update(
        status=RefundStatus.SUCCEEDED if succeeded else RefundStatus.FAILED,
        reference=answer.reference,
    )
    if not settled:
        return
    PaymentEvent.objects.create(
        payment_id=refund.payment_id,
        kind="refunded" if succeeded else "refund_failed",
        amount=refund.amount,
        reference=answer.reference,
    )
    if succeeded:
        _count(refund, order)


def _count(refund, order):
    Payment.objects.filter(pk=refund.payment_id).update(refunded=F("refunded") + refund.amount)
    payment = Payment.objects.get(pk=refund.payment_id)
    if payment.refundable:
        return
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.REFUNDED)
    # What came on top goes back without touching the order.
    if not payment.surplus and may_become(order, Status.REFUNDED):
        lifecycle.mark_refunded(order, reason=refund.reason)
