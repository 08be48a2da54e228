"""The choices that each filter offers, and how many products each would leave.

A choice is counted with all other filters on: it tells what pressing it would show.
"""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Category
from shop.catalogue.units import Unit
from shop.countries import name_of
from shop.locations.models import Location


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


def lets_through(fact, on):
    return all(fact[f"lets_{name}"] for name in on)


def facets(facts, wanted, location, below=None):
    """Those facets that part these products at all."""
    every = [
        _categories(facts, wanted, below),
        _units(facts, wanted),
        _ratings(facts, wanted),
        *_places(facts, wanted, location),
    ]
    return {f.name: f for f in every if len(f.choices) > 1 or any(c.is_on for c in f.choices)}


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


def _categories(facts, wanted, below):
    """Those right below the shelf that one stands at."""
    depth = below.depth + 1 if below else 1
    categories = Category.objects.filter(is_public=True, depth=depth).order_by("path")
    if below:
        categories = categories.filter(path__startswith=below.path)
    steps = depth * Category.steplen
    by_path = {
        path: (slug, name) for path, slug, name in categories.values_list("path", "slug", "name")
    }
    counts = _count(
        facts,
        wanted,
        "category",
        lambda fact: [by_path[p[:steps]][0] for p in fact["paths"] if p[:steps] in by_path],
    )
    return _facet("category", _("Category"), counts, by_path.values(), wanted)


def _units(facts, wanted):
    counts = _count(facts, wanted, "unit", lambda fact: [fact["unit"]])
    return _facet("unit", _("Sold by"), counts, Unit.choices, wanted)


def _ratings(facts, wanted):
    counts = _count(facts, wanted, "rating", lambda fact: range(1, int(fact["rating"] or 0) + 1))
    labels = [(stars, _("%(n)s stars and more") % {"n": stars}) for stars in (4, 3, 2)]
    return _facet("rating", _("Rating"), counts, labels, wanted)


def _places(facts, wanted, location):
    """Countries only for whoever has not chosen where to collect."""
    places = Location.objects.open_to_shoppers().order_by("country", "city", "name")
    if location:
        places = places.filter(country=location.country)
    places = {place.pk: place for place in places.only("code", "name", "country")}
    here = _count(
        facts,
        wanted,
        "location",
        lambda fact: [places[pk].code for pk in fact["places"] if pk in places],
    )
    yield _facet(
        "location", _("To collect at"), here, [(p.code, p.name) for p in places.values()], wanted
    )
    if not location:
        codes = dict.fromkeys(place.country for place in places.values())
        there = _count(
            facts,
            wanted,
            "country",
            lambda fact: [places[pk].country for pk in fact["places"] if pk in places],
        )
        labels = [(code, name_of(code)) for code in codes]
        yield _facet("country", _("Country"), there, labels, wanted)
