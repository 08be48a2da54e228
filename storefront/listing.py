"""Shelves of products: cards, their order, a page at a time."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Func, OuterRef, Prefetch, Subquery, Value
from django.utils.translation import gettext_lazy as _

from shop.catalogue.finding.search import find
from shop.catalogue.models import Product, ProductCategory
from shop.partner.models import StockRecord
from storefront.offers import Offer, lowest_price, offer_at, unit_of
from storefront.paging import page_number

PAGE_SIZE = 24

SORTS = {
    "": _("Our order"),
    "name": _("Name"),
    "new": _("Newest"),
    "price": _("Price"),
}


@dataclass(frozen=True)
class Card:
    """A product on a shelf; `offer` is None until a location is chosen."""

    page: object
    product: object
    url: str
    unit: str
    offer: Offer | None
    lowest: object


@dataclass(frozen=True)
class Listing:
    cards: list[Card]
    sort: str
    sorts: list[tuple[str, str]]
    previous_page: int | None
    next_page: int | None


def of(request, pages):
    """The part of these product pages that the address asks for, sorted as it asks."""
    sort = request.GET.get("sort", "")
    sorts = [(key, label) for key, label in SORTS.items() if key != "price" or request.location]
    ordered = _sorted(_on_shelf(pages, request), sort, request.location)
    return _listing(request, ordered, sort, sorts)


def found(request, pages, query):
    """Those of these product pages whose products answer to these words; best first."""
    shelf = _on_shelf(pages, request)
    ids = find(Product.objects.filter(page__in=shelf.values("pk")), query).ids
    place = Func(Value(ids), F("product_id"), template="array_position(%(expressions)s)")
    return _listing(request, shelf.filter(product__in=ids).order_by(place))


def cards(pages, request, limit=None):
    """Cards of those pages that are shown: two queries for any number."""
    return [_card(page, request) for page in _on_shelf(pages, request)[:limit]]


def _on_shelf(pages, request):
    pages = pages.live().filter(is_withdrawn=False)
    pages = pages.select_related("product__image").defer("story")
    return pages.prefetch_related(
        Prefetch("product__stockrecords", queryset=_records(request.location))
    )


def _listing(request, pages, sort="", sorts=()):
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    # One more than is shown tells whether there is a next page, without counting.
    shown = list(pages[start : start + PAGE_SIZE + 1])
    return Listing(
        cards=[_card(page, request) for page in shown[:PAGE_SIZE]],
        sort=sort,
        sorts=list(sorts),
        previous_page=number - 1 or None,
        next_page=number + 1 if len(shown) > PAGE_SIZE else None,
    )


def in_category(pages, category):
    """Pages of what is in a category or anywhere below it."""
    there = ProductCategory.objects.filter(category__path__startswith=category.path)
    return pages.filter(product__in=there.values("product"))


def category_tiles(pages):
    return pages.live().filter(is_withdrawn=False).select_related("picture").order_by("path")


def _card(page, request):
    product = page.product
    return Card(
        page=page,
        product=product,
        url=page.get_url(request),
        unit=unit_of(product),
        offer=offer_at(product, request.location) if request.location else None,
        lowest=None if request.location else lowest_price(product),
    )


def _records(location):
    if location:
        records = StockRecord.objects.filter(partner_id=location.pk)
    else:
        records = StockRecord.objects.filter(
            partner__location__is_active=True, price_currency=settings.OSCAR_DEFAULT_CURRENCY
        )
    return records.select_related("partner")


def _sorted(pages, sort, location):
    if sort == "price" and location:
        here = StockRecord.objects.filter(product=OuterRef("product"), partner_id=location.pk)
        pages = pages.annotate(price_here=Subquery(here.values("price")[:1]))
        return pages.order_by(F("price_here").asc(nulls_last=True), "pk")
    if sort == "name":
        return pages.order_by("title", "pk")
    return pages.order_by("-product_id" if sort == "new" else "product_id")
