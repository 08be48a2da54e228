"""A basket that moves to another location, and what that does to each of its lines."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from shop.basket import contents
from shop.basket.elsewhere import where_else
from shop.basket.models import Line
from shop.catalogue.models import Product
from shop.locations.models import Location


@dataclass(frozen=True)
class Price:
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Change:
    """What became of one line. `now` is None where its product is not offered there.

    `left` counts the steps that are there, and `elsewhere` names who has enough, of what lacks.
    """

    product: Product
    wanted: int
    before: Price
    now: Price | None
    left: int
    elsewhere: list[Location] = field(default_factory=list)

    @property
    def is_missing(self):
        return self.now is None

    @property
    def is_short(self):
        return not self.is_missing and self.left < self.wanted

    @property
    def is_repriced(self):
        return not self.is_missing and self.now != self.before


@transaction.atomic
def move(basket, location):
    """Re-price a basket for a location; what is not offered there leaves it.

    Returns a `Change` of each line that is not as it was. Raises `BasketRefused`.
    """
    before = _lines(basket)
    contents.move_to(basket, location)
    after = {line.product_id: line for line in _lines(basket)}
    moved = [_change(line, after.get(line.product_id)) for line in before]
    lacking = {c.product.pk: c.wanted for c in moved if c.is_missing or c.is_short}
    elsewhere = where_else(lacking, location)
    for change in moved:
        change.elsewhere.extend(elsewhere.get(change.product.pk, ()))
    return [c for c in moved if c.is_missing or c.is_short or c.is_repriced]


def _lines(basket):
    lines = Line.objects.filter(basket_id=basket.pk).order_by("pk")
    return list(lines.select_related("product", "stockrecord"))


def _change(line, moved):
    return Change(
        product=line.product,
        wanted=line.quantity,
        before=_price(line),
        now=moved and _price(moved),
        left=moved.stockrecord.net_stock_level if moved else 0,
    )


def _price(line):
    return Price(line.price_incl_tax, line.price_currency)
