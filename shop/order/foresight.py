"""What a step would do to stock, in numbers and before it is taken: nothing here changes any.

`lifecycle` and `returns` are what does it; a test holds the two together.
"""

from dataclasses import dataclass

from shop.order.models import HOLDS_STOCK, Line, Status
from shop.order.returns import IS_OUT, WAITS

# What becomes of (in stock, reserved) for each step of goods.
NOTHING, LEAVES, FREED, COMES_BACK = (0, 0), (-1, -1), (0, -1), (1, 0)


@dataclass(frozen=True)
class StockChange:
    """A line's goods, and the stock record's counts before and after, all in steps."""

    line: Line
    steps: int
    in_stock: tuple[int, int]
    reserved: tuple[int, int]

    @property
    def free(self):
        return tuple(there - held for there, held in zip(self.in_stock, self.reserved, strict=True))


def of_step(order, to):
    """What moving the whole order on would do."""
    lines = order.lines_left.select_related("stockrecord").order_by("stockrecord__shelf", "pk")
    return _changes([(line, line.steps_left) for line in lines], _effect_of_step(order, to))


def of_giving_back(order, parts, *, restock):
    """What giving these steps back would do; `parts` are pairs of line and steps."""
    return _changes(parts, _effect_of_giving_back(order, restock))


def _effect_of_step(order, to):
    if order.status not in HOLDS_STOCK or to == Status.READY:
        return NOTHING
    return LEAVES if to in IS_OUT else FREED


def _effect_of_giving_back(order, restock):
    if order.status in WAITS:
        return FREED if restock else LEAVES
    return COMES_BACK if restock and order.status in IS_OUT else NOTHING


def _changes(parts, effect):
    counts, changes = {}, []
    for line, steps in parts:
        record = line.stockrecord
        before = counts.get(record.pk, (record.num_in_stock, record.num_allocated or 0))
        after = tuple(count + change * steps for count, change in zip(before, effect, strict=True))
        counts[record.pk] = after
        changes.append(StockChange(line, steps, *zip(before, after, strict=True)))
    return changes
