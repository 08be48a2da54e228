"""What can happen to stock, in the shop's own verbs. Quantities are steps.

Each function books in the caller's transaction, all demands or none, and
raises `OutOfStock`. A demand is a pair (stock record id, steps); anything but a
positive whole number of steps is refused with `NotAQuantity`.
"""

from django.db import transaction

from shop.inventory.ledger import OutOfStock, Shortage, book
from shop.inventory.models import MovementKind
from shop.inventory.quantities import NotAQuantity, positive
from shop.partner.models import StockRecord

__all__ = [
    "ChangedMeanwhile",
    "NotAQuantity",
    "OutOfStock",
    "Shortage",
    "adjust",
    "consume",
    "correct",
    "put_back",
    "receive",
    "release",
    "reserve",
    "take_back",
]


class ChangedMeanwhile(Exception):
    """A shelf holds another number, `in_stock`, than the one that was seen; nothing was booked."""

    def __init__(self, in_stock):
        self.in_stock = in_stock
        super().__init__(f"{in_stock} by now")


def reserve(demands, *, cause):
    """Set stock aside for an order. The last statement before the commit."""
    book(
        MovementKind.RESERVED,
        ((record, 0, positive(steps)) for record, steps in demands),
        cause=cause,
    )


def release(demands, *, cause, actor=None, reason=""):
    """Give back what was set aside and never left the shelf."""
    changes = ((record, 0, -positive(steps)) for record, steps in demands)
    book(MovementKind.RELEASED, changes, cause=cause, actor=actor, reason=reason)


def consume(demands, *, cause, kind=MovementKind.HANDED_OVER, actor=None, reason=""):
    """Take what was set aside off the shelf: handed over, or shipped."""
    changes = ((record, -positive(steps), -steps) for record, steps in demands)
    book(kind, changes, cause=cause, actor=actor, reason=reason)


def put_back(demands, *, cause, actor=None, reason=""):
    """Undo that something was handed over: it is on the shelf again, set aside as before."""
    changes = ((record, positive(steps), steps) for record, steps in demands)
    book(MovementKind.HAND_OVER_UNDONE, changes, cause=cause, actor=actor, reason=reason)


@transaction.atomic
def receive(demands, *, cause="", actor=None, reason=""):
    """Add a delivery."""
    changes = ((record, positive(steps), 0) for record, steps in demands)
    book(MovementKind.RECEIVED, changes, cause=cause, actor=actor, reason=reason)


def take_back(demands, *, cause, actor=None, reason=""):
    """Put back on the shelf what had left it with an order: it came back and can be sold."""
    changes = ((record, positive(steps), 0) for record, steps in demands)
    book(MovementKind.RETURNED, changes, cause=cause, actor=actor, reason=reason)


@transaction.atomic
def adjust(record, change, *, reason, actor=None, seen=None):
    """Put a wrong number right, up or down; never below what is reserved.

    `seen` is the number in stock that the change was decided on: when it is another
    one by now, `ChangedMeanwhile` is raised.
    """
    positive(abs(change))
    if seen is not None:
        _holds_still(record, seen)
    book(MovementKind.ADJUSTED, [(record.pk, change, 0)], actor=actor, reason=reason)


def correct(changes, *, cause, reason, actor=None):
    """Put many wrong numbers right at once, from (record id, steps) with a sign."""
    changes = [(record, change, 0) for record, change in changes if positive(abs(change))]
    book(MovementKind.ADJUSTED, changes, cause=cause, reason=reason, actor=actor)


def _holds_still(record, seen):
    locked = StockRecord.objects.select_for_update(no_key=True, of=("self",))
    now = locked.values_list("num_in_stock", flat=True).get(pk=record.pk)
    if now != seen:
        raise ChangedMeanwhile(now)
