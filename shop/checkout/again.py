"""Buying once more what was bought before, as far as it can be had."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shop.basket import contents
from shop.basket.contents import BasketRefused, NotEnough
from shop.catalogue.units import NotAStep


class NotSoldAnyMore(BasketRefused):
    def __init__(self, title):
        super().__init__(_("%(product)s is not sold any more.") % {"product": title})


class SoldInOtherSteps(BasketRefused):
    def __init__(self, product, refusal):
        super().__init__(f"{product.title}: {refusal}")


@dataclass(frozen=True)
class Again:
    """How many products went into the basket, and why others did not, or not all of them."""

    added: int
    refusals: list[BasketRefused]


def order_again(order, basket):
    """Put what an order was for into a basket, on top of what is there; returns an `Again`.

    A basket without a location begins at the order's.
    """
    if basket.location is None:
        contents.move_to(basket, order.location)
    added, refusals = 0, []
    for line in order.lines.select_related("product"):
        try:
            _add(basket, line)
        except BasketRefused as refusal:
            refusals.append(refusal)
            added += _add_what_is_left(basket, refusal)
        else:
            added += 1
    return Again(added, refusals)


def _add(basket, line):
    """Raises `BasketRefused`."""
    if line.product is None:
        raise NotSoldAnyMore(line.title)
    try:
        steps = line.product.steps(line.quantity * line.step)
    except NotAStep as refusal:
        raise SoldInOtherSteps(line.product, refusal) from refusal
    contents.add(basket, line.product, steps)


def _add_what_is_left(basket, refusal):
    """Whether there was less than was wanted, and not all of it in the basket already."""
    if not isinstance(refusal, NotEnough) or refusal.left < 1:
        return False
    here = basket.lines.filter(product=refusal.product).values_list("quantity", flat=True).first()
    missing = refusal.left - (here or 0)
    if missing > 0:
        contents.add(basket, refusal.product, missing)
    return missing > 0
