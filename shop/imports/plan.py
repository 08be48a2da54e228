"""What a batch of articles would change in the shop, worked out before anything is written."""

from dataclasses import dataclass, field
from decimal import Decimal

from shop.catalogue.models import Product
from shop.imports.articles import Article
from shop.imports.sales import in_cents
from shop.locations.models import Location
from shop.partner.models import StockRecord


@dataclass(frozen=True)
class Destination:
    """A location that will offer the articles. `rate` is its currency in one of the file's."""

    location: Location
    rate: Decimal = Decimal(1)

    def price_of(self, article):
        return in_cents(article.price * self.rate)


@dataclass
class Plan:
    new_products: list[Article] = field(default_factory=list)
    retitled: list[tuple[Product, str]] = field(default_factory=list)
    new_offers: list[tuple[Article, Destination]] = field(default_factory=list)
    repriced: list[tuple[StockRecord, Article, Destination]] = field(default_factory=list)

    def __bool__(self):
        return any(self.counts)

    def __str__(self):
        products, retitled, offers, repriced = self.counts
        return (
            f"{products} new products, {retitled} new titles, "
            f"{offers} new offers, {repriced} new prices"
        )

    @property
    def counts(self):
        parts = (self.new_products, self.retitled, self.new_offers, self.repriced)
        return tuple(len(part) for part in parts)


def plan_for(articles, destinations):
    """The plan that makes the shop's titles and prices those of the file; two queries."""
    codes = [article.code for article in articles]
    products = {p.upc: p for p in Product.objects.filter(upc__in=codes)}
    records = {
        (record.product_id, record.partner_id): record
        for record in StockRecord.objects.filter(
            product__upc__in=codes,
            partner__in=[destination.location.pk for destination in destinations],
        )
    }
    return compare(articles, destinations, products, records)


def compare(articles, destinations, products, records):
    """The plan, from products by code and stock records by (product id, location id)."""
    plan = Plan()
    for article in articles:
        product = products.get(article.code)
        if product is None:
            plan.new_products.append(article)
        elif product.title != article.title:
            plan.retitled.append((product, article.title))
        for destination in destinations:
            record = product and records.get((product.pk, destination.location.pk))
            _compare_offer(plan, article, destination, record)
    return plan


def _compare_offer(plan, article, destination, record):
    price = destination.price_of(article), destination.location.currency
    if record is None:
        plan.new_offers.append((article, destination))
    elif (record.price, record.price_currency) != price:
        plan.repriced.append((record, article, destination))
