"""The filters that are on, in words, each with the address that the list has without it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shop.money import money
from storefront.listing.facets import lets_through


@dataclass(frozen=True)
class Narrowing:
    name: str
    words: str
    address: str
    count_without: int


def narrowings(request, asked, facts, facets):
    return [
        Narrowing(
            name,
            _words(name, value, facets, request.location),
            address(request.GET, name),
            sum(lets_through(fact, asked.without(name)) for fact in facts),
        )
        for name, value in asked.on.items()
    ]


def address(query, *without):
    """The same list without these filters, from its first page."""
    kept = query.copy()
    for name in ("page", *without):
        kept.pop(name, None)
    return f"?{kept.urlencode()}"


def _words(name, value, facets, location):
    currency = location.currency if location else None
    match name:
        case "price_from":
            return _("From %(price)s") % {"price": money(value, currency)}
        case "price_to":
            return _("Up to %(price)s") % {"price": money(value, currency)}
        case "in_stock":
            return _("In stock")
    choices = facets[name].choices if name in facets else []
    return next((choice.label for choice in choices if choice.is_on), value)
