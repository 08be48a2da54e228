"""An order's steps with all that belongs to them. Stock is moved last, right before the commit.

Every function raises `InvalidTransition` when the order is somewhere else.
"""

from django.db import transaction
from django.utils import timezone

from shop.inventory import stock
from shop.inventory.models import MovementKind
from shop.locations.hours import ready_at
from shop.order.models import HOLDS_STOCK, Status
from shop.order.statuses import InvalidTransition, advance
from shop.voucher import promo_codes


def mark_paid(order, *, reason=""):
    if order.status == Status.CANCELLED:
        raise InvalidTransition(order, Status.PAID)
    advance(order, Status.PAID, reason=reason)


@transaction.atomic
def revive(order, *, reason=""):
    """Its money came after all: an order that had ended unpaid is paid, with its goods.

    Raises `PromoCodeRefused` or `OutOfStock` when what it gave up is gone meanwhile;
    the caller's `order` is stale then.
    """
    if order.status != Status.CANCELLED:
        raise InvalidTransition(order, Status.PAID)
    promo_codes.claim_again(order)
    _promise_anew(order)
    advance(order, Status.PAID, reason=reason)
    stock.reserve(order.stock_demands, cause=order.number)


def _promise_anew(order):
    """What was promised first may have passed."""
    earliest = ready_at(order.location, timezone.now())
    if order.promised_at and earliest and order.promised_at < earliest:
        order.promised_at = earliest
        order.save(update_fields=["promised_at"])


def mark_ready(order, *, actor):
    advance(order, Status.READY, actor=actor)


@transaction.atomic
def ship(order, *, actor):
    """The goods leave the shelf, on their way to whoever ordered them."""
    advance(order, Status.SHIPPED, actor=actor)
    stock.consume(order.stock_demands, cause=order.number, kind=MovementKind.SHIPPED, actor=actor)


@transaction.atomic
def complete(order, *, actor=None, reason=""):
    """Whoever ordered the goods has them. What was not sent leaves the shelf now."""
    held = order.status in HOLDS_STOCK
    advance(order, Status.COMPLETED, actor=actor, reason=reason)
    if held:
        stock.consume(
            order.stock_demands, cause=order.number, kind=MovementKind.HANDED_OVER, actor=actor
        )


@transaction.atomic
def cancel(order, *, ending, actor=None, reason=""):
    """The goods go back on sale; a promo code's use goes back if nothing was paid."""
    was_unpaid = order.status == Status.PENDING
    held = order.status in HOLDS_STOCK
    advance(order, Status.CANCELLED, actor=actor, reason=reason, ending=ending)
    if was_unpaid:
        promo_codes.give_back(order)
    if held:
        stock.release(order.stock_demands, cause=order.number, actor=actor, reason=reason)


@transaction.atomic
def mark_refunded(order, *, reason=""):
    """All the money went back. What is still set aside for the order goes back on sale."""
    held = order.status in HOLDS_STOCK
    advance(order, Status.REFUNDED, reason=reason)
    if held:
        stock.release(order.stock_demands, cause=order.number, reason=reason)
