"""Cancelling an order, with its money: what is left of it goes back, the goods go on sale."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from shop.order import lifecycle
from shop.order.models import HOLDS_STOCK, Ending, Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment.models import Refund
from shop.payment.refunds import left_to_refund, payment_of, request_refund

# Until somebody has fetched the goods from the shelf, an order is its shopper's to call off.
BY_SHOPPER_WHILE = (Status.PENDING, Status.PAID)


@dataclass(frozen=True)
class Cancellation:
    """What cancelling an order now would do."""

    refund: Decimal
    lines_back_on_sale: int


def foresee(order) -> Cancellation:
    payment = payment_of(order)
    return Cancellation(
        refund=left_to_refund(payment) if payment else Decimal(0),
        lines_back_on_sale=len(order.stock_demands) if order.status in HOLDS_STOCK else 0,
    )


@transaction.atomic
def cancel_order(order, *, actor, reason, ending=Ending.BY_STAFF) -> Refund | None:
    """Cancel an order and ask for what is left of its payment to be sent back.

    A payment that is still under way sends itself back when it succeeds.
    Raises `InvalidTransition`.
    """
    order = _locked(order)
    payment = payment_of(order)
    left = left_to_refund(payment) if payment else Decimal(0)
    refund = request_refund(payment, left, reason=reason, actor=actor) if left else None
    # Last, because it moves stock.
    lifecycle.cancel(order, actor=actor, reason=reason, ending=ending)
    return refund


@transaction.atomic
def cancel_own_order(order, *, reason=""):
    """Cancel an order for whoever placed it. Raises `InvalidTransition`.

    Its history names nobody: the staff read it.
    """
    order = _locked(order)
    if order.status not in BY_SHOPPER_WHILE:
        raise InvalidTransition(order, Status.CANCELLED)
    return cancel_order(order, actor=None, reason=reason, ending=Ending.BY_SHOPPER)


def _locked(order):
    return Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
