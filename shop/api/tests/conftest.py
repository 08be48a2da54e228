import pytest

from shop.api.tests.callers import Caller
from shop.customer.roles import OWNER, SELLER
from shop.testing.factories import make_location, make_product, make_user, offer


@pytest.fixture
def anybody():
    """Nobody that the shop knows."""
    return Caller()


@pytest.fixture
def customer(db):
    return Caller(make_user(first_name="Ines"))


@pytest.fixture
def stranger(db):
    return Caller(make_user())


@pytest.fixture
def here(db):
    return make_location(name="Magpie Here", code="here")


@pytest.fixture
def seller(here):
    """Sells here, and nowhere else."""
    return Caller(make_user(SELLER, [here]))


@pytest.fixture
def admin(db):
    return Caller(make_user(OWNER))


@pytest.fixture
def shopper(customer):
    return customer


@pytest.fixture
def seller_elsewhere(db):
    return Caller(make_user(SELLER, [make_location(name="Magpie Elsewhere")]))


@pytest.fixture
def tea(here):
    tea = make_product(title="Tea", upc="TEA")
    offer(tea, here, "3.20", in_stock=5)
    return tea
