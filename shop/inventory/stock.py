"""What can happen to stock, in the shop's own verbs. Quantities are steps.

Each function books in the caller's transaction, all demands or none, and
raises `OutOfStock`. A demand is a pair (stock record id, steps).
"""

from django.db import transaction

from shop.inventory.ledger import OutOfStock, Shortage, book
from shop.inventory.models import MovementKind

__all__ = [
    "OutOfStock",
    "Shortage",
    "adjust",
    "consume",
    "receive",
    "release",
    "reserve",
]


def reserve(demands, *, cause):
    """Set stock aside for an order. The last statement before the commit."""
    book(
        MovementKind.RESERVED,
        ((record, 0, steps) for record, steps in demands),
        cause=cause,
    )


def release(demands, *, cause, actor=None, reason=""):
    """Give back what was set aside and never left the shelf."""
    changes = ((record, 0, -steps) for record, steps in demands)
    book(MovementKind.RELEASED, changes, cause=cause, actor=actor, reason=reason)


def consume(demands, *, cause, kind=MovementKind.HANDED_OVER, actor=None, reason=""):
    """Take what was set aside off the shelf: handed over, or shipped."""
    changes = ((record, -steps, -steps) for record, steps in demands)
    book(kind, changes, cause=cause, actor=actor, reason=reason)


@transaction.atomic
def receive(demands, *, cause="", actor=None, reason=""):
    """Add a delivery."""
    changes = ((record, steps, 0) for record, steps in demands)
    book(MovementKind.RECEIVED, changes, cause=cause, actor=actor, reason=reason)


@transaction.atomic
def adjust(record, change, *, reason, actor=None):
    """Put a wrong number right, up or down; never below what is reserved."""
    book(MovementKind.ADJUSTED, [(record.pk, change, 0)], actor=actor, reason=reason)
