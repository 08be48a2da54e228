"""Units that goods are counted in, and the steps that they are sold by.

Stock, baskets and orders count whole steps: apples sold by 0.25 kg are
counted in quarters of a kilogram, so no quantity is ever a rounded number.
"""

from decimal import Decimal

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    PIECE = "piece", _("piece")
    KILOGRAM = "kg", _("kg")
    LITRE = "l", _("l")
    METRE = "m", _("m")


class NotAStep(ValueError):
    """A quantity that is no positive whole number of steps."""

    def __init__(self, quantity, step, unit):
        self.quantity, self.step, self.unit = quantity, step, unit
        super().__init__(
            _("This is sold in steps of %(step)s.") % {"step": format_quantity(step, unit)}
        )


def steps_in(quantity: Decimal, step: Decimal, unit: str = Unit.PIECE) -> int:
    """How many steps a quantity in its unit is. Raises `NotAStep`."""
    if not quantity.is_finite() or quantity <= 0 or quantity % step:
        raise NotAStep(quantity, step, unit)
    return int(quantity / step)


def plain(number: Decimal) -> str:
    """A number without zeros that say nothing: `0.5`, `10`."""
    return f"{number.normalize():f}"


def format_quantity(quantity: Decimal, unit: str) -> str:
    """A quantity as a shopper reads it: `3`, `0.75 kg`, `0,75 kg` in Spanish."""
    number = number_format(plain(quantity))
    return number if unit == Unit.PIECE else f"{number} {Unit(unit).label}"
