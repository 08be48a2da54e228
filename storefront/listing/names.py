"""What the choices of a list are called: read once for all lists, until one changes."""

from dataclasses import dataclass

from shop.catalogue.models import Category
from shop.locations.models import Location
from storefront.kept import kept


@dataclass(frozen=True)
class Place:
    pk: int
    code: str
    name: str
    country: str


@dataclass(frozen=True)
class Names:
    """Categories as path, slug and name, from the top; places by country."""

    categories: list[tuple[str, str, str]]
    places: list[Place]


def names(request):
    return kept(request, "names", _names)


def _names():
    shown = Category.objects.filter(is_public=True).order_by("path")
    open_ones = Location.objects.open_to_shoppers().order_by("country", "city", "name")
    return Names(
        list(shown.values_list("path", "slug", "name")),
        [Place(*row) for row in open_ones.values_list("pk", "code", "name", "country")],
    )
