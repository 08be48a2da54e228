"""Quantities as people type them into a table of rows, in each product's own unit."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from shop.catalogue.units import NotAStep


class NotTyped(ValueError):
    """What was typed is no quantity; `str()` names the product and says `why`."""

    def __init__(self, product, why):
        self.why = why
        super().__init__(f"{product.title}: {why}")


def typed_change(typed, product, seen):
    """What was typed over a number of steps, as a change: `+2`, `-2`, or the new number.

    Raises `NotTyped`.
    """
    typed = typed.strip().replace("\N{MINUS SIGN}", "-")
    if typed.startswith("+"):
        return typed_steps(typed[1:], product)
    if typed.startswith("-"):
        return -typed_steps(typed[1:], product)
    return typed_steps(typed.removeprefix("="), product) - seen


def typed_steps(typed, product):
    """The steps that were typed, none included. Raises `NotTyped`."""
    try:
        quantity = Decimal(typed.strip().replace(",", "."))
        return 0 if quantity == 0 else product.steps(quantity)
    except NotAStep as refusal:
        why = str(refusal)
    except InvalidOperation:
        why = _("Please type a number.")
    raise NotTyped(product, why)
