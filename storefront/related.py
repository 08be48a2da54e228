"""What may be wanted beside a product: what the shop recommends, then its neighbours on the shelf."""

from django.db.models import F, OuterRef, Q, Subquery

from shop.catalogue.models import ProductRecommendation
from storefront import listing

SHOWN = 4
# More are looked at than are shown: not all of them are to be had here.
LOOKED_AT = 8
# The topmost categories stand at this depth, below the catalogue.
SECTION = 4


def related_to(page, request):
    """Cards of up to four other products, in two queries whatever there is."""
    pages = type(page).objects.live().filter(is_withdrawn=False).exclude(pk=page.pk)
    beside = [pages.filter(product__in=_recommended(page)), *_neighbours(page, pages)]
    few = Q()
    for some in beside:
        few |= Q(pk__in=some.values("pk")[:LOOKED_AT])
    cards = listing.cards(_ranked(page, pages.filter(few)), request)
    wanted = [card for card in cards if card.offer is None or card.offer.is_offered]
    return sorted(wanted, key=lambda card: _distance(card, page))[:SHOWN]


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
