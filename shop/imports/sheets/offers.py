"""What is offered where, at what price, and how much lies there: the sheets of stock and prices."""

from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from import_export.fields import Field

from shop.catalogue.models import Product
from shop.catalogue.units import NotAStep, steps_in
from shop.imports.models import Kind
from shop.imports.rewriting import rewrite
from shop.imports.sheets.base import Draft, Sheet, Stale
from shop.imports.sheets.widgets import MoneyWidget, NumberWidget, TextWidget
from shop.inventory import stock
from shop.locations.models import Location
from shop.partner.models import StockRecord

KEPT = ["price", "shelf", "low_stock_threshold"]
MOST = Decimal(1_000_000)


@dataclass(eq=False, repr=False)
class Offer(Draft):
    """A product at a location; quantities are in the product's unit."""

    product: Product | None = None
    location: Location | None = None
    record: StockRecord | None = None
    sku: str = ""
    name: str = ""
    place: str = ""
    currency: str = ""
    price: Decimal | None = None
    in_stock: Decimal | None = None
    shelf: str = ""
    low_below: Decimal | None = None

    def take(self, record):
        """Fill in what a stock record holds."""
        self.record, self.price, self.shelf = record, record.price, record.shelf
        self.in_stock = self.quantity(record.num_in_stock)
        threshold = record.low_stock_threshold
        self.low_below = None if threshold is None else self.quantity(threshold)

    def quantity(self, steps):
        return steps * self.product.step

    @property
    def measure(self):
        return self.product.step, self.product.unit

    def steps(self, quantity):
        return steps_in(quantity, *self.measure) if quantity else 0

    @property
    def threshold(self):
        return None if self.low_below is None else self.steps(self.low_below)


class Places:
    """The locations that somebody works at, by whichever name a row gives them."""

    def __init__(self, user):
        own = list(Location.objects.visible_to(user))
        self.known = {place.name.lower(): place for place in own}
        self.known |= {place.code.lower(): place for place in own}
        self.pks = [place.pk for place in own]

    def find(self, name):
        return self.known.get(name.strip().lower())


class OffersSheet(Sheet):
    """What the sheets of stock, prices and products know of offers."""

    sku = Field("sku", "SKU", TextWidget(64, needed=True), readonly=True)
    keys = ("SKU", "Location")
    permission = "partner.change_stockrecord"

    def __init__(self, user, location=None, **kwargs):
        super().__init__(user, location, **kwargs)
        self.places = Places(user)

    def load(self, rows):
        skus = {row["SKU"].strip() for row in rows}
        own = Product.objects.visible_to(self.user).filter(upc__in=skus)
        self.products = {product.upc: product for product in self.products_of(own)}
        records = StockRecord.objects.filter(
            product__in=[product.pk for product in self.products.values()],
            partner__in=self.places.pks,
        )
        self.records = {(record.product_id, record.partner_id): record for record in records}

    def products_of(self, rows):
        return rows

    def place_of(self, row):
        """A row's location. One that they do not work at is told from none by nobody."""
        if "Location" not in row:
            return self.location
        place = self.places.find(row["Location"])
        if place is None:
            self.refuse("place", _("You work at no location of this name."))
        return place

    def find(self, row):
        place, product = self.place_of(row), self.products.get(row["SKU"].strip())
        if product is None:
            self.refuse("sku", _("There is no product with this SKU."))
        record = self.records.get((product.pk, place.pk))
        if record is None:
            return None
        self.may("partner.change_stockrecord", "sku")
        return self.draft(product, place, record)

    def draft(self, product, place, record=None):
        draft = Offer(product, place, sku=product.upc, name=product.title)
        draft.place, draft.currency = place.code, place.currency
        if record:
            draft.take(record)
        return draft

    def begin(self, row):
        self.may("partner.add_stockrecord", "sku")
        return self.draft(self.products[row["SKU"].strip()], self.place_of(row))

    def faults_of(self, draft):
        return faults_of_offer(draft)

    def write(self, planned, *, actor, cause, reason):
        write_offers(planned, actor=actor, cause=cause, reason=reason)

    def take_back(self, drafts):
        return self.withdraw(drafts)

    def withdraw(self, drafts):
        """Withdraw offers that nothing was ever booked on; the others stay, with no stock."""
        ids = [draft.record.pk for draft in drafts if draft.record]
        bare = StockRecord.objects.filter(pk__in=ids, movements=None, counts=None)
        gone = set(bare.values_list("pk", flat=True))
        StockRecord.objects.filter(pk__in=gone).delete()
        stays = _("It is offered there still: its stock has a ledger.")
        return {draft: stays for draft in drafts if draft.record and draft.record.pk not in gone}

    def drafts_of(self, queryset):
        """For an export: the drafts of stock records."""
        for record in queryset.select_related("product", "partner__location").iterator(2000):
            yield self.draft(record.product, record.partner.location, record)


class StockSheet(OffersSheet):
    place = Field("place", "Location", TextWidget(), readonly=True)
    name = Field("name", "Name", TextWidget(), readonly=True)
    in_stock = Field("in_stock", "In stock", NumberWidget(3, most=MOST), saves_null_values=False)
    shelf = Field("shelf", "Shelf", TextWidget(16))
    low_below = Field("low_below", "Low below", NumberWidget(3, most=MOST))
    kind = Kind.STOCK
    told = ("Name",)
    counted = "In stock"

    def begin(self, row):
        self.refuse("sku", _("It is not offered at this location: import its price first."))


class PricesSheet(OffersSheet):
    place = Field("place", "Location", TextWidget(), readonly=True)
    name = Field("name", "Name", TextWidget(), readonly=True)
    price = Field("price", "Price", MoneyWidget(), saves_null_values=False)
    currency = Field("currency", "Currency", TextWidget(3))
    kind = Kind.PRICES
    told = ("Name",)

    def faults_of(self, draft):
        faults = super().faults_of(draft)
        if draft.currency.strip().upper() != draft.location.currency:
            values = {"currency": draft.location.currency}
            faults["currency"] = _("Prices there are in %(currency)s.") % values
        return faults


def faults_of_offer(draft):
    faults = {}
    for attribute in ("in_stock", "low_below"):
        try:
            draft.steps(getattr(draft, attribute))
        except NotAStep as refusal:
            faults[attribute] = str(refusal)
    if draft.record is None and draft.price is None:
        faults["price"] = _("It is missing, and it is not offered there yet.")
    return faults


def write_offers(planned, *, actor, cause, reason):
    """Prices and shelves first; stock last, whose rows stay locked until the commit."""
    old = [plan for plan in planned if plan.draft.record]
    new = [plan.draft for plan in planned if not plan.draft.record]
    differences = list(_differences(old))
    _rewrite([plan for plan in old if _kept(plan.draft) != _kept(plan.before)], differences)
    _add(new)
    booked = {"actor": actor, "cause": cause, "reason": reason}
    stock.receive(_opening(new), **booked)
    stock.correct(differences, **booked)


def _kept(draft):
    return draft.price, draft.shelf, draft.low_below


def _rewrite(changed, differences):
    """Nothing but what is kept on a record: its stock is the ledger's to change."""
    if not changed:
        return
    seen = {plan.draft.record.pk: _as_read(plan.before.record) for plan in changed}
    # Those whose stock moves as well: all are locked in one order, before any is written.
    touched = seen.keys() | {pk for pk, _change in differences}
    locked = StockRecord.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    now = {record.pk: _as_read(record) for record in locked.filter(pk__in=touched)}
    if any(now.get(pk) != kept for pk, kept in seen.items()):
        raise Stale
    rewrite([_with_kept(plan.draft) for plan in changed], [*KEPT, "date_updated"])


def _as_read(record):
    return [getattr(record, name) for name in KEPT]


def _with_kept(draft):
    record = copy(draft.record)
    record.price, record.shelf, record.low_stock_threshold = (
        draft.price,
        draft.shelf,
        draft.threshold,
    )
    return record


def _add(drafts):
    records = StockRecord.objects.bulk_create(
        StockRecord(
            product_id=draft.product.pk,
            partner_id=draft.location.pk,
            partner_sku=draft.product.upc,
            price=draft.price,
            price_currency=draft.location.currency,
            shelf=draft.shelf,
            low_stock_threshold=draft.threshold,
        )
        for draft in drafts
    )
    for draft, record in zip(drafts, records, strict=True):
        draft.record = record


def _opening(drafts):
    return [(draft.record.pk, draft.steps(draft.in_stock)) for draft in drafts if draft.in_stock]


def _differences(planned):
    for plan in planned:
        change = plan.draft.steps(plan.draft.in_stock) - plan.before.record.num_in_stock
        if change:
            yield plan.draft.record.pk, change
