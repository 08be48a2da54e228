"""The locations that a shopper chooses from: found by word and country, each with its hours."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from storefront.opening import Opening, opening_of, with_hours

# From here on the list does without pictures: it is read, not looked at.
MANY = 12


@dataclass(frozen=True)
class Place:
    page: object
    opening: Opening

    @property
    def location(self):
        return self.page.location


@dataclass(frozen=True)
class Places:
    """`shown` are those that were asked for, of `total` that there are."""

    query: str
    country: str
    shown: list[Place]
    total: int
    countries: list[tuple[str, str, int]]
    chosen: Place | None

    @property
    def are_many(self):
        return self.total > MANY


def places_of(request, pages):
    """The location pages that a request asks for, in the order of countries and towns."""
    pages = sorted(pages, key=_order)
    query, country = request.GET.get("q", "").strip(), request.GET.get("country", "")
    wanted = [p for p in pages if _answers(p, query) and country in ("", p.location.country)]
    chosen = [p for p in pages if request.location and p.location.pk == request.location.pk]
    with_hours(dict.fromkeys([*wanted, *chosen]))
    return Places(
        query=query,
        country=country,
        shown=[_place(page) for page in wanted],
        total=len(pages),
        countries=_countries(pages),
        chosen=_place(chosen[0]) if chosen else None,
    )


def _place(page):
    return Place(page, opening_of(page.location))


def _order(page):
    return page.location.country_name, page.location.city, page.title


def _countries(pages):
    counted = Counter((page.location.country, page.location.country_name) for page in pages)
    return [(code, name, number) for (code, name), number in counted.items()]


def _answers(page, query):
    """Whether each word begins one of the place's own, accents aside."""
    place = page.location
    said = f"{page.title} {place.address} {place.country_name}"
    words = _plain(said).replace(",", " ").split()
    return all(any(w.startswith(asked) for w in words) for asked in _plain(query).split())


def _plain(text):
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
