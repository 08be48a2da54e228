"""One page of a list: its cards, what narrows it down, and the way on."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from shop.catalogue.finding import search
from shop.catalogue.models import Product
from storefront.listing import filters
from storefront.listing.cards import advertised_at, cards
from storefront.listing.facets import facets, in_stock_count, lets_through
from storefront.listing.names import names
from storefront.listing.narrowing import address, narrowings
from storefront.listing.wanted import SORTS, SORTS_FOUND, Wanted, wanted
from storefront.paging import page_number
from storefront.ways import way_to

PAGE_SIZE = 24
# Beyond this many products counts say "at least", and a list goes on without being counted.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Listing:
    cards: list
    wanted: Wanted
    sorts: list
    total: int
    is_more: bool
    facets: dict
    narrowings: list
    in_stock: int
    next_page: int | None
    bare_address: str
    elsewhere: int = 0
    found: search.Found = field(default_factory=search.Found)

    @property
    def previous_page(self):
        return self.wanted.page - 1 or None

    @property
    def sort(self):
        return self.wanted.sort

    @cached_property
    def pages(self):
        """The numbers to turn to, None for those left out."""
        last = -(-self.total // PAGE_SIZE)
        if self.is_more or last < 2:
            return []
        here = self.wanted.page
        near = sorted({1, last, *range(max(1, here - 1), min(last, here + 1) + 1)})
        numbers = []
        for number in near:
            if numbers and number - numbers[-1] > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


def of(request, pages, category=None):
    """Product pages as the address asks for them, all or those below a category."""
    products = _shown(request)
    if category:
        products = products.filter(pk__in=filters.in_category(category))
    return _listing(request, pages, products, category)


def found(request, pages, query):
    """Those whose products answer to these words; best first."""
    products = _shown(request)
    answers = search.find(products, query)
    asked = wanted(request.GET, page_number(request))
    if answers.is_cut and asked.on:
        # A filter looks at all that answer, not at the first thousand.
        narrowed = filters.offered(products, request.location).filter(filters.all_of(asked.on))
        answers = search.find(narrowed, query)
    if not answers.ids and request.location:
        return _nothing_here(request, query)
    return _listing(request, pages, search.in_order(products, answers.ids), found=answers)


def suggested(request, pages, query):
    """The best few pages, with their addresses, while somebody is typing."""
    products = list(search.suggest(_shown(request), query).values_list("pk", flat=True))
    found = pages.filter(product__in=products).only("title", "url_path", "product_id")
    found = sorted(found, key=lambda page: products.index(page.product_id))
    return [(page.title, way_to(page)) for page in found]


def _nothing_here(request, query):
    """It may be had in another country."""
    listing = _listing(request, [], Product.objects.none(), found=search.Found())
    return replace(listing, elsewhere=len(search.find(_anywhere(), query).ids))


def _shown(request):
    return _anywhere().filter(advertised_at(request.location, "pk"))


def _anywhere():
    return Product.objects.on_sale().filter(page__live=True, page__is_withdrawn=False)


def _listing(request, pages, products, category=None, found=None):
    asked = wanted(request.GET, page_number(request))
    products = filters.offered(products, request.location)
    if found is None or asked.sort:
        products = products.order_by(*filters.ORDERS[asked.sort])
    facts = filters.facts(products, asked.on, MOST_COUNTED)
    fitting = [fact["pk"] for fact in facts if lets_through(fact, asked.on)]
    is_more = len(facts) == MOST_COUNTED
    ids, goes_on = _ids(products, asked, fitting, is_more)
    choices = facets(facts, asked, names(request), request.location, category)
    return Listing(
        cards=_cards(request, pages, ids),
        wanted=asked,
        sorts=list((SORTS_FOUND if found else SORTS).items()),
        total=len(fitting),
        is_more=is_more,
        facets=choices,
        narrowings=narrowings(request, asked, facts, choices),
        in_stock=in_stock_count(facts, asked),
        next_page=asked.page + 1 if goes_on else None,
        bare_address=address(request.GET, *asked.on),
        found=found or search.Found(),
    )


def _ids(products, asked, fitting, is_more):
    """The products of the page, and whether there are others behind them."""
    start = (asked.page - 1) * PAGE_SIZE
    shown = fitting[start : start + PAGE_SIZE + 1]
    if is_more and len(shown) <= PAGE_SIZE:
        rest = products.filter(filters.all_of(asked.on)).values_list("pk", flat=True)
        shown = list(rest[start : start + PAGE_SIZE + 1])
    return shown[:PAGE_SIZE], len(shown) > PAGE_SIZE


def _cards(request, pages, ids):
    place = {pk: nth for nth, pk in enumerate(ids)}
    found = cards(pages.filter(product__in=ids), request) if ids else []
    return sorted(found, key=lambda card: place[card.product.pk])
