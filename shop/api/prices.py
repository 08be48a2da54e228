"""Products with the price and the stock of the locations that somebody asks about."""

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Subquery, Sum
from django.db.models.functions import Coalesce

from shop.catalogue.models import Category, Product
from shop.catalogue.reviews.models import ProductReview
from shop.partner.models import StockRecord

FREE = F("num_in_stock") - F("num_allocated")


def priced():
    """What locations that are open to shoppers ask for."""
    return StockRecord.objects.filter(price__isnull=False, partner__location__is_active=True)


def on_sale():
    return Product.objects.on_sale().filter(structure=Product.STANDALONE).order_by("title", "pk")


def offered_by(products, records):
    """The products that these stock records are of."""
    return products.filter(Exists(records.filter(product=OuterRef("pk"))))


def quoted(products, records=None):
    """Products with `price`, `currency` and `free` steps, as `records` have them.

    Without records they speak of the shop's main currency; a product that is sold in none
    of those locations speaks of its first location's.
    """
    mine = (priced() if records is None else records).filter(product=OuterRef("pk")).order_by()
    first = mine.order_by("partner_id")
    if records is None:
        main = first.filter(price_currency=settings.OSCAR_DEFAULT_CURRENCY)
        currency = Coalesce(_one(main, "price_currency"), _one(first, "price_currency"))
    else:
        currency = _one(first, "price_currency")
    alike = mine.filter(price_currency=OuterRef("currency"))
    return products.annotate(currency=currency).annotate(
        price=_of_all(alike, Min("price")), free=Coalesce(_of_all(alike, Sum(FREE)), 0)
    )


def told(products):
    """With all that the API tells of a product in a list."""
    approved = ProductReview.objects.filter(
        product=OuterRef("pk"), status=ProductReview.APPROVED
    ).order_by()
    return (
        products.annotate(review_count=Coalesce(_of_all(approved, Count("pk")), 0))
        .select_related("image")
        .prefetch_related(Prefetch("categories", Category.objects.order_by("path")))
    )


def _one(records, field):
    return Subquery(records.values(field)[:1])


def _of_all(rows, expression):
    return Subquery(rows.values("product").annotate(it=expression).values("it"))
