"""Goods that an order gives back: never handed over after all, or brought back."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shop.inventory import stock
from shop.inventory.models import MovementKind
from shop.order.models import Line, Status

WAITS = (Status.PAID, Status.READY)
IS_OUT = (Status.SHIPPED, Status.COMPLETED)


class CannotGiveBack(ValueError):
    """Steps that a line does not have to give back; `left` are those that it has."""

    def __init__(self, line, left):
        self.line, self.left = line, left
        label = line.label_of(left) if left else _("nothing")
        super().__init__(
            _("Of %(title)s, %(left)s is left to give back.") % {"title": line.title, "left": label}
        )


@transaction.atomic
def give_back(order, parts, *, restock, reason="", actor=None):
    """Take steps of an order's lines out of the order; `parts` are pairs of line and steps.

    While the order waits on the shelf it holds that much less from now on: with
    `restock` the goods go on sale again, without they leave the shelf as lost.
    Goods that were handed over or sent come back onto the shelf with `restock`;
    without, they are where they are. The caller has locked the order. It moves
    stock, so it is the last thing before the commit. Raises `CannotGiveBack`.
    """
    for line, steps in parts:
        _count(order, line, steps)
    demands = [(line.stockrecord_id, steps) for line, steps in parts]
    booked = {"cause": order.number, "actor": actor, "reason": reason}
    if order.status in WAITS and restock:
        stock.release(demands, **booked)
    elif order.status in WAITS:
        stock.consume(demands, kind=MovementKind.ADJUSTED, **booked)
    elif restock:
        stock.take_back(demands, **booked)


def _count(order, line, steps):
    can = order.status in WAITS + IS_OUT and steps > 0
    left = Line.objects.filter(pk=line.pk, order=order, returned__lte=F("quantity") - steps)
    if not can or not left.update(returned=F("returned") + steps):
        raise CannotGiveBack(line, line.steps_left if order.status in WAITS + IS_OUT else 0)
