"""What an address asks for. Nonsense asks for nothing."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from shop.catalogue.units import Unit

HIGHEST_PRICE = Decimal(10) ** 9
# An empty sort is the shelf's own order.
SORTS = {
    "": _("Our order"),
    "name": _("Name"),
    "new": _("Newest"),
    "price": _("Price, lowest first"),
    "-price": _("Price, highest first"),
    "rating": _("Best rated"),
}
SORTS_FOUND = SORTS | {"": _("Best match")}


@dataclass(frozen=True)
class Wanted:
    """The filters that are on, each by its name, with what it asks for."""

    on: dict = field(default_factory=dict)
    faults: dict = field(default_factory=dict)
    sort: str = ""
    page: int = 1

    def without(self, name):
        return {key: value for key, value in self.on.items() if key != name}


def wanted(query, page):
    """From the query of an address, or of a form."""
    readers = {
        "category": str,
        "price_from": _price,
        "price_to": _price,
        "in_stock": bool,
        "location": str,
        "country": str.upper,
        "rating": _rating,
        "unit": _unit,
    }
    on, faults = {}, {}
    for name, read in readers.items():
        typed = query.get(name, "").strip()[:100]
        if not typed:
            continue
        try:
            on[name] = read(typed)
        except ValueError as fault:
            faults[name] = str(fault)
    sort = query.get("sort", "")
    return Wanted(on, faults, sort if sort in SORTS else "", page)


def _price(typed):
    try:
        price = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        raise ValueError(_("Please type a number.")) from None
    if not 0 <= price < HIGHEST_PRICE:
        raise ValueError(_("Please type a price."))
    return price


def _rating(typed):
    if typed not in ("1", "2", "3", "4", "5"):
        raise ValueError
    return int(typed)


def _unit(typed):
    return Unit(typed).value
