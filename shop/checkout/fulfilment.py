"""How an order gets to whoever it is for: collected, or sent. Each knows what it costs."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from oscar.core.utils import round_half_up_two_dec

from shop.order.models import Fulfilment
from shop.shipping.rates import CannotDeliver, method_for


class AddressMissing(CannotDeliver):
    def __init__(self):
        super().__init__(_("Tell us where to send it."))


@dataclass(frozen=True)
class Shipping:
    """What an order says about its way: where to, how, and for how much."""

    fulfilment: Fulfilment
    country: str = ""
    code: str = ""
    name: str = ""
    incl_tax: Decimal = Decimal(0)
    excl_tax: Decimal = Decimal(0)


@dataclass(frozen=True)
class Pickup:
    def shipping(self, basket, contact):
        return Shipping(Fulfilment.PICKUP)


PICKUP = Pickup()


@dataclass(frozen=True)
class Delivery:
    """Sent to the contact's address by one of the ways that `shop.shipping.rates` quotes."""

    method_code: str

    def shipping(self, basket, contact):
        """Raises `CannotDeliver`."""
        if contact.address is None:
            raise AddressMissing
        country = contact.address.country
        method = method_for(basket, country, self.method_code)
        return Shipping(
            Fulfilment.DELIVERY,
            country=country,
            code=method.code,
            name=method.name,
            incl_tax=method.price,
            excl_tax=round_half_up_two_dec(method.price / (1 + basket.location.vat_rate)),
        )
