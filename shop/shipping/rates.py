"""What it costs to send a basket somewhere, or why it cannot be sent."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from shop.catalogue.units import format_quantity
from shop.countries import name_of


class CannotDeliver(Exception):
    """A basket that cannot be sent; `str()` says why, to the shopper."""


class NothingToDeliver(CannotDeliver):
    def __init__(self):
        super().__init__(_("Your basket is empty."))


class DoesNotDeliver(CannotDeliver):
    def __init__(self, location):
        super().__init__(
            _("%(location)s does not deliver. Your order can be collected there.")
            % {"location": location.name}
        )


class CountryNotServed(CannotDeliver):
    def __init__(self, location, country):
        super().__init__(
            _("%(location)s does not deliver to %(country)s.")
            % {"location": location.name, "country": name_of(country)}
        )


class TooHeavy(CannotDeliver):
    """`limit` is the heaviest that goes, in grams."""

    def __init__(self, limit):
        self.limit = limit
        super().__init__(
            _("This is too heavy to be sent: at most %(limit)s. You can still collect it.")
            % {"limit": format_quantity(Decimal(limit) / 1000, "kg")}
        )


class WeightUnknown(CannotDeliver):
    """Goods that nobody has weighed go at a flat rate only, and there is none."""

    def __init__(self, products):
        self.products = products
        super().__init__(
            _("We cannot send this, only hand it over: %(products)s.")
            % {"products": ", ".join(product.title for product in products)}
        )


class NoSuchMethod(CannotDeliver):
    def __init__(self):
        super().__init__(_("Choose how it is to be sent."))


@dataclass(frozen=True)
class Method:
    """A way to send a basket; the price includes VAT."""

    code: str
    name: str
    price: Decimal
    currency: str


def quote(basket, country) -> list[Method]:
    """The ways to send a basket to a country, the cheapest first. Raises `CannotDeliver`."""
    location = basket.location
    if not basket.all_lines():
        raise NothingToDeliver
    if not location.delivers:
        raise DoesNotDeliver(location)
    rates = [rate for rate in _rates_of(location) if rate.country == country]
    if not rates:
        raise CountryNotServed(location, country)
    methods = _carrying(rates, _weight(basket), location.currency)
    if not methods:
        raise _too_much(basket, rates)
    return sorted(methods, key=lambda method: (method.price, method.code))


def method_for(basket, country, code) -> Method:
    """The way to send a basket that was chosen. Raises `CannotDeliver`."""
    for method in quote(basket, country):
        if method.code == code:
            return method
    raise NoSuchMethod


def countries_served(location):
    """The countries that a location delivers to, as (code, name) by name."""
    if location is None or not location.delivers:
        return []
    codes = {rate.country for rate in _rates_of(location)}
    return sorted(((code, name_of(code)) for code in codes), key=lambda pair: pair[1])


def _rates_of(location):
    """Read once for a location at hand: a checkout asks for its countries, then for a price."""
    prefetch_related_objects([location], "delivery_rates")
    return location.delivery_rates.all()


def _carrying(rates, grams, currency):
    """Rates come lightest first, so the first that carries a weight is its price."""
    methods = {}
    for rate in rates:
        if rate.carries(grams):
            method = Method(rate.code, rate.name, rate.price, currency)
            methods.setdefault(rate.code, method)
    return methods.values()


def _weight(basket):
    """In grams, or None if some of it was never weighed."""
    weights = [line.product.weight(line.quantity) for line in basket.all_lines()]
    return None if None in weights else sum(weights)


def _too_much(basket, rates):
    products = [line.product for line in basket.all_lines()]
    unknown = [product for product in products if product.weight(1) is None]
    return WeightUnknown(unknown) if unknown else TooHeavy(max(rate.up_to_grams for rate in rates))
