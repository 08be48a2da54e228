"""Products as cards."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q

from shop.partner.models import StockRecord
from storefront.offers import Offer, lowest_price, offer_at, unit_of
from storefront.ways import way_to


@dataclass(frozen=True)
class Card:
    """A product on a shelf; `offer` is None until a location is chosen."""

    page: object
    product: object
    url: str
    unit: str
    offer: Offer | None
    lowest: object


def cards(pages, request, limit=None):
    """Cards of those pages that are shown: two queries for any number."""
    pages = pages.live().filter(is_withdrawn=False).filter(advertised_at(request.location))
    pages = pages.select_related("product__image").defer("story")
    pages = pages.prefetch_related(
        Prefetch("product__stockrecords", queryset=records_at(request.location))
    )
    return [_card(page, request) for page in pages[:limit]]


def advertised_at(location, product="product"):
    """What may be shown to somebody who collects there: what their country can have at all."""
    if not location:
        return Q()
    there = StockRecord.objects.filter(
        product=OuterRef(product),
        price__isnull=False,
        partner__location__is_active=True,
        partner__location__country=location.country,
    )
    return Exists(there)


def records_at(location):
    """The stock records whose prices and stock a card shows."""
    if location:
        records = StockRecord.objects.filter(partner_id=location.pk)
    else:
        records = StockRecord.objects.filter(
            partner__location__is_active=True, price_currency=settings.OSCAR_DEFAULT_CURRENCY
        )
    return records.select_related("partner")


def category_tiles(pages):
    return pages.live().filter(is_withdrawn=False).select_related("picture").order_by("path")


def _card(page, request):
    product = page.product
    return Card(
        page=page,
        product=product,
        url=way_to(page),
        unit=unit_of(product),
        offer=offer_at(product, request.location) if request.location else None,
        lowest=None if request.location else lowest_price(product),
    )
