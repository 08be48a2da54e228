"""What the checkout says about delivery: whether there is one, where to, how, for how much."""

from dataclasses import dataclass
from decimal import Decimal

from oscar.core.utils import round_half_up_two_dec

from shop.shipping.rates import CannotDeliver, Method, quote


@dataclass(frozen=True)
class Sending:
    """`method` is the way that is chosen, or None: it is collected, or cannot be sent."""

    is_chosen: bool = False
    methods: tuple[Method, ...] = ()
    method: Method | None = None
    country: str = ""
    refusal: str = ""

    @property
    def price(self):
        return self.method.price if self.method else Decimal(0)

    @property
    def way(self):
        return f"{self.country}:{self.method.code}" if self.method else ""

    def tax(self, vat_rate):
        return self.price - round_half_up_two_dec(self.price / (1 + vat_rate))


def sending_of(basket, form, countries):
    """What a form, filled in so far, says about sending a basket."""
    if not form.is_delivery:
        return Sending()
    country = form["country"].value() or default_country(basket.location, countries)
    try:
        methods = quote(basket, country)
    except CannotDeliver as refusal:
        return Sending(is_chosen=True, country=country, refusal=str(refusal))
    wanted = form["method"].value()
    method = next((method for method in methods if method.code == wanted), methods[0])
    return Sending(is_chosen=True, methods=tuple(methods), method=method, country=country)


def default_country(location, countries):
    """The location's own, if it delivers there; else the first that it does."""
    codes = [code for code, _name in countries]
    return location.country if location.country in codes else next(iter(codes), "")
