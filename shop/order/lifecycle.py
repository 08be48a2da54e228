"""An order's steps with all that belongs to them. Stock is moved last, right before the commit.

Every function raises `InvalidTransition` when the order is somewhere else.
"""

from django.db import transaction

from shop.inventory import stock
from shop.inventory.models import MovementKind
from shop.order import promise
from shop.order.models import HOLDS_STOCK, Ending, Order, Status
from shop.order.statuses import InvalidTransition, advance, go_back
from shop.voucher import promo_codes


@transaction.atomic
def mark_paid(order, *, reason=""):
    """What is paid late is promised anew, and its history says so."""
    if order.status == Status.CANCELLED:
        raise InvalidTransition(order, Status.PAID)
    moved = promise.renew(order)
    advance(order, Status.PAID, reason=reason or moved)


@transaction.atomic
def revive(order, *, reason=""):
    """Its money came after all: an order that had ended unpaid is paid, with its goods.

    Raises `PromoCodeRefused` or `OutOfStock` when what it gave up is gone meanwhile;
    the caller's `order` is stale then.
    """
    if order.status != Status.CANCELLED:
        raise InvalidTransition(order, Status.PAID)
    promo_codes.claim_again(order)
    promise.renew(order)
    advance(order, Status.PAID, reason=reason)
    stock.reserve(order.stock_demands, cause=order.number)


@transaction.atomic
def mark_ready(order, *, actor):
    _hold_what_is_left(order, Status.READY)
    advance(order, Status.READY, actor=actor)


@transaction.atomic
def ship(order, *, actor, carrier, tracking_number=""):
    """The goods leave the shelf, on their way to whoever ordered them."""
    _hold_what_is_left(order, Status.SHIPPED)
    order.carrier, order.tracking_number = carrier, tracking_number
    order.save(update_fields=["carrier", "tracking_number"])
    advance(order, Status.SHIPPED, actor=actor)
    stock.consume(order.stock_demands, cause=order.number, kind=MovementKind.SHIPPED, actor=actor)


@transaction.atomic
def correct_tracking(order, *, carrier, tracking_number):
    """While the goods are on their way, what tells where they are may be told anew."""
    on_its_way = Order.objects.filter(pk=order.pk, status=Status.SHIPPED)
    if not on_its_way.update(carrier=carrier, tracking_number=tracking_number):
        raise InvalidTransition(order, Status.SHIPPED)


def deliver(order, *, actor):
    """What was sent has arrived. What is collected is handed over for its code alone."""
    if order.status != Status.SHIPPED:
        raise InvalidTransition(order, Status.COMPLETED)
    complete(order, actor=actor)


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
def undo_hand_over(order, *, actor=None, reason=""):
    """Nobody has the goods after all: they lie on the shelf again, set aside as before."""
    _hold_what_is_left(order, Status.READY)
    go_back(order, Status.READY, actor=actor, reason=reason)
    stock.put_back(order.stock_demands, cause=order.number, actor=actor, reason=reason)


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


@transaction.atomic
def undo_refunded(order, *, reason=""):
    """Its money came back to us: the order is where it was, or cancelled if its goods went on sale.

    Goods that may be sold by now are promised to nobody again, only the money is.
    """
    came_from = order.status_changes.filter(new_status=Status.REFUNDED).last().old_status
    cancelled = order.status_changes.filter(new_status=Status.CANCELLED).last()
    if came_from not in HOLDS_STOCK + (Status.CANCELLED,):
        go_back(order, came_from, reason=reason)
    else:
        ending = cancelled.ending if cancelled else Ending.BY_STAFF
        go_back(order, Status.CANCELLED, reason=reason, ending=ending)


def _hold_what_is_left(order, to):
    """Lock an order of which something is left to hand over; all of it may have been given back."""
    Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not order.lines_left.exists():
        raise InvalidTransition(order, to)
