"""The choices that each filter offers, and how many products each would leave.

A choice is counted with all other filters on: it tells what pressing it would show.
"""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Category
from shop.catalogue.units import Unit
from shop.countries import name_of


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_on: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]

    @property
    def is_on(self):
        return any(choice.is_on for choice in self.choices)


def lets_through(fact, on):
    return all(fact[f"lets_{name}"] for name in on)


def facets(facts, wanted, names, location, below=None):
    """Those facets that part these products at all."""
    every = [
        _categories(facts, wanted, names.categories, below),
        _units(facts, wanted),
        _ratings(facts, wanted),
        *_places(facts, wanted, names.places, location),
    ]
    return {f.name: f for f in every if len(f.choices) > 1 or f.is_on}


def in_stock_count(facts, wanted):
    others = wanted.without("in_stock")
    return sum(lets_through(f, others) and (f["free"] or 0) > 0 for f in facts)


def _count(facts, wanted, name, values_of):
    others = wanted.without(name)
    return Counter(
        value for fact in facts if lets_through(fact, others) for value in set(values_of(fact))
    )


def _facet(name, label, counts, labels, wanted):
    chosen = wanted.on.get(name)
    choices = [
        Choice(value, text, counts[value], value == chosen)
        for value, text in labels
        if counts[value] or value == chosen
    ]
    return Facet(name, label, choices)


def _categories(facts, wanted, categories, below):
    """Those right below the shelf that one stands at."""
    above = below.path if below else ""
    steps = len(above) + Category.steplen
    slugs = {path: (slug, name) for path, slug, name in categories if len(path) == steps}
    slugs = {path: names for path, names in slugs.items() if path.startswith(above)}
    counts = _count(
        facts,
        wanted,
        "category",
        lambda fact: [slugs[p[:steps]][0] for p in fact["paths"] if p[:steps] in slugs],
    )
    return _facet("category", _("Category"), counts, slugs.values(), wanted)


def _units(facts, wanted):
    counts = _count(facts, wanted, "unit", lambda fact: [fact["unit"]])
    return _facet("unit", _("Sold by"), counts, Unit.choices, wanted)


def _ratings(facts, wanted):
    counts = _count(facts, wanted, "rating", lambda fact: range(1, int(fact["rating"] or 0) + 1))
    labels = [(stars, _("%(n)s stars and more") % {"n": stars}) for stars in (4, 3, 2)]
    return _facet("rating", _("Rating"), counts, labels, wanted)


def _places(facts, wanted, places, location):
    """Countries only for whoever has not chosen where to collect."""
    near = {p.pk: p for p in places if not location or p.country == location.country}

    def of(fact, value):
        return [getattr(near[pk], value) for pk in fact["places"] if pk in near]

    counts = _count(facts, wanted, "location", lambda fact: of(fact, "code"))
    labels = [(place.code, place.name) for place in near.values()]
    yield _facet("location", _("To collect at"), counts, labels, wanted)
    if not location:
        counts = _count(facts, wanted, "country", lambda fact: of(fact, "country"))
        codes = dict.fromkeys(place.country for place in near.values())
        yield _facet(
            "country", _("Country"), counts, [(code, name_of(code)) for code in codes], wanted
        )
