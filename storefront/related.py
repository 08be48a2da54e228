"""What may be wanted beside a product: what the shop recommends, then what stands beside it."""

from django.db.models import F, OuterRef, Q, Subquery

from shop.catalogue.models import ProductRecommendation
from storefront.listing import Card
from storefront.offers import lowest_price, offer_at, unit_of
from storefront.ways import way_to

SHOWN = 4
# More are looked at than are shown: not all of them are to be had here.
LOOKED_AT = 8
# The topmost categories stand at this depth, below the catalogue.
SECTION = 4


def pages_beside(page):
    """A few more than are shown, the likeliest first; their stock is read by who shows them."""
    pages = type(page).objects.live().filter(is_withdrawn=False).exclude(pk=page.pk)
    few = Q()
    for some in (pages.filter(product__in=_recommended(page)), *_neighbours(page, pages)):
        few |= Q(pk__in=some.values("pk")[:LOOKED_AT])
    shown = _ranked(page, pages.filter(few)).select_related("product__image").defer("story")
    return list(shown)


def cards_beside(page, pages, location):
    cards = [_card(other, location) for other in pages]
    wanted = [card for card in cards if card.offer is None or card.offer.is_offered]
    return sorted(wanted, key=lambda card: _distance(card, page))[:SHOWN]


def _card(page, location):
    product = page.product
    return Card(
        page=page,
        product=product,
        url=way_to(page),
        unit=unit_of(product),
        offer=offer_at(product, location) if location else None,
        lowest=None if location else lowest_price(product),
    )


def _recommended(page):
    return ProductRecommendation.objects.filter(primary=page.product_id).values("recommendation")


def _neighbours(page, pages):
    """Those behind it in the section that its page stands in, and those before it."""
    above = min(page.depth - 1, SECTION)
    section = pages.filter(path__startswith=page.path[: above * page.steplen])
    behind = section.filter(path__gt=page.path).order_by("path")
    return behind, section.filter(path__lt=page.path).order_by("-path")


def _ranked(page, pages):
    recommended = ProductRecommendation.objects.filter(
        primary=page.product_id, recommendation=OuterRef("product")
    )
    pages = pages.annotate(rank=Subquery(recommended.values("ranking")[:1]))
    return pages.order_by(F("rank").desc(nulls_last=True), "path")


def _distance(card, page):
    """What cannot be bought comes last; what is recommended comes first, then the same shelf."""
    is_gone = card.offer is not None and not card.offer.can_be_bought
    is_beside = card.page.path.startswith(page.path[: -page.steplen])
    return is_gone, card.page.rank is None, not is_beside
