import pytest

from shop.subscriptions.managing import subscribe
from shop.subscriptions.models import Event
from shop.testing.factories import make_location, make_product, make_user, offer
from shop.testing.pages import pages_if_wanted

__all__ = ["pages_if_wanted"]


@pytest.fixture(autouse=True)
def at_home(settings):
    """The programs of these tests listen on this machine."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True


@pytest.fixture
def owner():
    return make_user("Owner", username="owner")


@pytest.fixture
def jar():
    """A jar on a shelf, as its stock record."""
    product = make_product(title="Quince jelly", upc="JELLY-1")
    return offer(product, make_location(name="Magpie Here"), "4.20", 20, low_stock_threshold=5)


@pytest.fixture
def tell(owner):
    """A subscription of everything, unless its events are named, at a program's address."""

    def tell(program, *events):
        url = getattr(program, "url", program)
        made, _secret = subscribe("Till", url, events or Event.values, owner=owner)
        return made

    return tell
