"""The shop's pages as a menu: one query gives the header, the crumbs and the footer."""

from dataclasses import dataclass
from functools import cached_property

from wagtail.models import Page

from storefront.models import CataloguePage, CategoryPage, LocationIndexPage
from storefront.ways import way_to


@dataclass(frozen=True)
class Entry:
    title: str
    url: str
    path: str

    def is_below(self, path):
        return self.path.startswith(path) and self.path != path

    def is_right_below(self, path):
        return self.is_below(path) and len(self.path) == len(path) + Page.steplen


class Menu:
    def __init__(self, pages):
        self._entries = [
            (page.specific_class, Entry(page.title, way_to(page), page.path)) for page in pages
        ]

    @cached_property
    def catalogue(self):
        return next(iter(self._of(CataloguePage)), None)

    @cached_property
    def categories(self):
        """The topmost ones."""
        return self.below(self.catalogue.path) if self.catalogue else []

    @cached_property
    def more(self):
        """Everything that is no part of the catalogue."""
        shelves = (CataloguePage, CategoryPage)
        return [entry for kind, entry in self._entries if kind not in shelves]

    @cached_property
    def locations(self):
        return next(iter(self._of(LocationIndexPage)), None)

    def below(self, path):
        return [e for e in self._of(CategoryPage) if e.is_right_below(path)]

    def above(self, path):
        """The way down to a page, without the page."""
        return [e for _kind, e in self._entries if path.startswith(e.path) and path != e.path]

    def _of(self, kind):
        return [entry for its_kind, entry in self._entries if its_kind is kind]


def menu():
    pages = Page.objects.live().in_menu().order_by("path")
    return Menu(pages.only("title", "url_path", "path", "content_type"))
