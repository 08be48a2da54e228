"""What each filter lets through, and what a list knows of each product to count by."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
)

from shop.catalogue.models import Category, ProductCategory
from shop.partner.models import StockRecord
from storefront.listing.cards import records_at

FREE = F("num_in_stock") - F("num_allocated")
KNOWN = ("pk", "unit", "rating", "price", "free")
ORDERS = {
    "": ["pk"],
    "name": ["title", "pk"],
    "new": ["-pk"],
    "price": [F("price").asc(nulls_last=True), "pk"],
    "-price": [F("price").desc(nulls_last=True), "pk"],
    "rating": [F("rating").desc(nulls_last=True), "pk"],
}


def offered(products, location):
    """With `price` and `free`, the least and the most that the records have which are shown."""
    here = records_at(location).filter(product=OuterRef("pk"), price__isnull=False)
    here = here.select_related(None).order_by().values("product")
    return products.annotate(
        price=Subquery(here.annotate(it=Min("price")).values("it")),
        free=Subquery(here.annotate(it=Max(FREE)).values("it")),
    )


def condition(name, asked):
    """What a product that is `offered` must be, for one filter."""
    match name:
        case "category":
            return Q(pk__in=_filed_below(asked))
        case "location" | "country":
            return Q(pk__in=_sold_where(name, asked))
        case "in_stock":
            return Q(free__gt=0)
        case _:
            lookup = {"price_from": "price__gte", "price_to": "price__lte", "rating": "rating__gte"}
            return Q(**{lookup.get(name, name): asked})


def all_of(on):
    conditions = (condition(name, asked) for name, asked in on.items())
    return Q(*conditions)


def facts(products, on, most):
    """What the first of these products are counted by, in their order, in one query.

    A dictionary for each, with whether each filter that is on lets it through.
    """
    sold = _sold().filter(product=OuterRef("pk"))
    filed = ProductCategory.objects.filter(product=OuterRef("pk"))
    lets = {
        f"lets_{name}": ExpressionWrapper(condition(name, asked), BooleanField())
        for name, asked in on.items()
    }
    known = products.annotate(
        places=ArraySubquery(sold.values("partner_id")),
        paths=ArraySubquery(filed.values("category__path")),
        **lets,
    )
    return list(known.values(*KNOWN, "places", "paths", *lets)[:most])


def _sold():
    return StockRecord.objects.filter(price__isnull=False, partner__location__is_active=True)


def _sold_where(name, asked):
    lookup = {"location": "partner__code", "country": "partner__location__country"}[name]
    return _sold().filter(**{lookup: asked}).values("product")


def _filed_below(slug):
    # Slugs are unique among sisters alone: the one nearest to the root wins.
    nearest = Category.objects.filter(slug=slug).order_by("depth", "path").values("path")[:1]
    there = ProductCategory.objects.filter(category__path__startswith=Subquery(nearest))
    return there.values("product")


def in_category(category):
    """Ids of what is in a category or anywhere below it."""
    there = ProductCategory.objects.filter(category__path__startswith=category.path)
    return there.values("product")
