"""How much can be counted at all. Quantities are steps."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# The most that a column for steps holds.
MOST_STEPS = 2**31 - 1


class NotAQuantity(ValueError):
    """No number of goods that can be booked; nothing was. `str()` says why, to whoever typed it."""


class TooMany(NotAQuantity):
    def __init__(self):
        super().__init__(_("This is more than the shop can count."))


def positive(steps):
    """The steps as they came. Raises `NotAQuantity`."""
    if not _is_whole(steps) or steps < 1:
        raise NotAQuantity(_("A quantity is a whole number of steps, one at least."))
    return countable(steps)


def none_or_more(steps):
    """The steps as they came; none at all is an answer too. Raises `NotAQuantity`."""
    if not _is_whole(steps) or steps < 0:
        raise NotAQuantity(_("A quantity is a whole number of steps, and not below nothing."))
    return countable(steps)


def countable(steps):
    if abs(steps) > MOST_STEPS:
        raise TooMany
    return steps


def _is_whole(steps):
    return isinstance(steps, int) and not isinstance(steps, bool)


@dataclass(frozen=True)
class Level:
    """A record's free stock before and after a booking, and how much of it came in."""

    movement_id: int
    stockrecord_id: int
    came_in: int
    before: int
    after: int
    threshold: int | None

    @property
    def was_low(self):
        return self.threshold is not None and self.before < self.threshold

    @property
    def is_low(self):
        return self.threshold is not None and self.after < self.threshold

    @property
    def came_free(self):
        return self.before <= 0 < self.after
