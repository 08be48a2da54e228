"""The way from an address to its page."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from wagtail.models import Page

from storefront.gallery import ProductPicture
from storefront.kinds import is_restricted
from storefront.models import (
    CataloguePage,
    CategoryPage,
    LocationIndexPage,
    LocationPage,
    PlainPage,
    ProductPage,
    StoryIndexPage,
    StoryPage,
)

KINDS = (
    ProductPage,
    CategoryPage,
    CataloguePage,
    LocationPage,
    LocationIndexPage,
    PlainPage,
    StoryIndexPage,
    StoryPage,
)


def page_at(url_path):
    """The page at a path below the root, with all that it is shown with: one query."""
    pages = Page.objects.filter(url_path=url_path).select_related(*_joins())
    page = pages.annotate(**_known_before()).first()
    if page is None:
        raise Http404
    specific = getattr(page, page.specific_class._meta.model_name)
    specific.is_restricted = page.is_restricted
    specific.has_more_pictures = page.has_more_pictures
    return specific


def _known_before():
    """What a page would ask the database for, and mostly in vain."""
    return {
        "is_restricted": is_restricted(),
        "has_more_pictures": Exists(ProductPicture.objects.filter(page=OuterRef("pk"))),
    }


def _joins():
    for kind in KINDS:
        name = kind._meta.model_name
        yield name
        yield from (f"{name}__{also}" for also in kind.shown_with)
