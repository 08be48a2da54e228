"""A product at a location, in the words and numbers that a shopper sees."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from oscar.core.utils import round_half_up_two_dec

from shop.catalogue.units import NotAStep, Unit, format_quantity, plain
from shop.partner.models import StockRecord
from shop.partner.strategy import AtLocation

MAIN_CURRENCY = settings.OSCAR_DEFAULT_CURRENCY


@dataclass(frozen=True)
class Availability:
    """`mood` is "good", "warn" or "bad"; `words` say it."""

    mood: str
    words: str


class Offer:
    """What a product costs at a location and how much of it is there.

    The product's stock records must be prefetched, with their partner.
    """

    def __init__(self, product, location, info):
        self.product, self.location = product, location
        self.record, self.price, self._availability = (
            info.stockrecord,
            info.price,
            info.availability,
        )

    @property
    def is_offered(self):
        return self.price.exists and self.product.is_public

    @property
    def can_be_bought(self):
        return self.is_offered and self._availability.is_available_to_buy

    @property
    def is_sold_out(self):
        return self.is_offered and not self.can_be_bought

    @property
    def unit_price(self):
        return self.record.price

    @property
    def currency(self):
        return self.record.price_currency

    @property
    def unit(self):
        return unit_of(self.product)

    @property
    def vat_percent(self):
        return plain(self.record.partner.vat_rate * 100)

    @property
    def left(self):
        return self.product.quantity(self.record.net_stock_level)

    def price_of(self, steps):
        """Rounded once, half up, as the basket will."""
        return round_half_up_two_dec(steps * self.price.incl_tax)

    @cached_property
    def availability(self):
        if not self.is_offered:
            return Availability("bad", _("Not offered here"))
        if not self.can_be_bought:
            return Availability("bad", _("Sold out here"))
        left = {"left": format_quantity(self.left, self.product.unit)}
        if self.record.is_below_threshold:
            return Availability("warn", _("Only %(left)s left") % left)
        return Availability("good", _("In stock: %(left)s") % left)

    @cached_property
    def availability_there(self):
        """The same, said of another place than the one that was chosen."""
        if not self.can_be_bought:
            return Availability("bad", _("Sold out"))
        left = {"left": format_quantity(self.left, self.product.unit)}
        return Availability(self.availability.mood, _("%(left)s left") % left)


def unit_of(product):
    """What follows a price: "kg" in "2.80 / kg", nothing for what is sold by the piece."""
    return "" if product.unit == Unit.PIECE else Unit(product.unit).label


def offer_at(product, location):
    return Offer(product, location, AtLocation(location=location).fetch_for_product(product))


def lowest_price(product):
    """The least that it costs where the shop's main currency is paid, or None."""
    prices = [
        record.price
        for record in product.stockrecords.all()
        if record.price is not None and record.price_currency == MAIN_CURRENCY
    ]
    return min(prices, default=None)


@dataclass(frozen=True)
class Chosen:
    """A quantity as typed, the steps that it comes to, or what is wrong with it."""

    typed: str
    steps: int | None
    fault: str = ""


def chosen_quantity(product, typed):
    """One step, as long as nothing was typed."""
    if not typed:
        return Chosen(plain(product.step), 1)
    try:
        return Chosen(typed, product.steps(Decimal(typed.replace(",", "."))))
    except NotAStep as fault:
        return Chosen(typed, None, str(fault))
    except InvalidOperation:
        return Chosen(typed, None, _("Please type a number."))


@dataclass(frozen=True)
class Offers:
    """A product everywhere: `here` is None until a location is chosen."""

    product: object
    here: Offer | None
    elsewhere: list[Offer]
    lowest: Decimal | None
    chosen: Chosen

    @property
    def unit(self):
        return unit_of(self.product)

    @property
    def step(self):
        return plain(self.product.step)

    @property
    def step_words(self):
        return self.product.format_steps(1)

    @property
    def less(self):
        """The quantity one step down as it is typed, or None where there is none."""
        return self._stepped(-1)

    @property
    def more(self):
        return self._stepped(1)

    @property
    def most(self):
        return plain(self.here.left)

    @property
    def sum(self):
        """What the chosen quantity costs here, or None."""
        if self.here is None or not self.here.is_offered or self.chosen.steps is None:
            return None
        return self.here.price_of(self.chosen.steps)

    @property
    def sum_differs(self):
        """Whether the sum says more than the price does."""
        return self.sum != self.here.unit_price

    @property
    def sum_words(self):
        return self.product.format_steps(self.chosen.steps)

    @property
    def to_be_had_elsewhere(self):
        return [offer for offer in self.elsewhere if offer.can_be_bought]

    def _stepped(self, by):
        steps = (self.chosen.steps or 0) + by
        quantity = self.product.quantity(steps)
        return plain(quantity) if steps >= 1 and quantity <= self.here.left else None


def with_records(product, others, location):
    """Read a product's stock records everywhere, and those of others here: one query.

    Without a location, others are read where the shop's main currency is paid.
    """
    there = Q(partner=location.pk) if location else Q(price_currency=MAIN_CURRENCY)
    wanted = Q(product=product) | Q(there, product__in=others)
    records = StockRecord.objects.filter(wanted, partner__location__is_active=True)
    records = records.select_related("partner__location")
    found = defaultdict(list)
    for record in records.order_by("partner__location__country", "pk"):
        found[record.product_id].append(record)
    for each in (product, *others):
        each._prefetched_objects_cache = {"stockrecords": found[each.pk]}


def offers_of(product, location, typed_quantity=None):
    """A product at every active location, once `with_records` has read where it is."""
    places = [record.partner.location for record in product.stockrecords.all()]
    return Offers(
        product=product,
        here=offer_at(product, location) if location else None,
        elsewhere=_elsewhere(product, location, places),
        lowest=lowest_price(product),
        chosen=chosen_quantity(product, typed_quantity),
    )


def _elsewhere(product, location, places):
    """Where it can be bought comes first, and of that what lies in the same country."""
    others = [offer_at(product, place) for place in places if place != location]

    def far(offer):
        abroad = bool(location) and offer.location.country != location.country
        return not offer.can_be_bought, abroad

    return sorted((offer for offer in others if offer.is_offered), key=far)
