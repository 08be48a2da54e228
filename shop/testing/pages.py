"""Pages only for tests that look at them.

The page that a product or a location gets costs ten times what the thing itself does. The
domain knows of no page, and nearly all of its tests begin with a product and a location.
"""

from contextlib import contextmanager
from importlib import import_module

import pytest
from django.db.models.signals import post_save

from shop.catalogue.models import Category, Product
from shop.locations.models import Location

MADE_FOR = {
    Product: "page_for_product",
    Category: "page_for_category",
    Location: "page_for_location",
}


@contextmanager
def no_pages():
    """Until the end of this, what is saved gets no page."""
    receivers = import_module("storefront.receivers")
    makers = [(getattr(receivers, name), model) for model, name in MADE_FOR.items()]
    for maker, model in makers:
        assert post_save.disconnect(maker, sender=model)
    try:
        yield
    finally:
        for maker, model in makers:
            post_save.connect(maker, sender=model)


@pytest.fixture(autouse=True)
def pages_if_wanted(request):
    """In the folders whose conftest names this, a test with the mark `pages` has some."""
    if request.node.get_closest_marker("pages"):
        yield
    else:
        with no_pages():
            yield
