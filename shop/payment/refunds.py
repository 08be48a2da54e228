"""Money back: booked here in a transaction, and from then on no longer left.

`shop.payment.refund_settlement` sends it and says what became of it.
"""

from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from shop.money import money
from shop.order.models import Order
from shop.order.returns import CannotGiveBack, give_back
from shop.payment.models import Payment, PaymentStatus, Refund, RefundLine
from shop.payment.signals import refund_requested

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
def refund_lines(order, parts, *, restock, beside=NOTHING, reason="", actor=None, note=None):
    """Book the money of goods to go back, and let the order give the goods back at once.

    `parts` are pairs of an order's line and steps; `beside` is money on top of
    what they were sold for, for the shipping say. See `give_back` for what
    `restock` means. The goods' side stands even if the money fails to go. `note` writes
    down what the caller has to about the refund, before stock is locked.
    Raises `TooMuch` and `CannotGiveBack`.
    """
    order = _lock_order(order.pk)
    goods, total = _priced(order, parts, beside)
    refund = _book(payment_of(order), total, reason, actor)
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line=line, steps=steps, amount=amount, restock=restock)
        for line, steps, amount in goods
    )
    if note:
        note(refund)
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
    """What could still go back: captured, not refunded, and not bound to go back either."""
    if payment.status != PaymentStatus.SUCCEEDED:
        return NOTHING
    bound = payment.refunds.owed().aggregate(total=Sum("amount"))
    return payment.refundable - (bound["total"] or 0)


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
