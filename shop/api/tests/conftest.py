import pytest

from shop.customer import roles
from shop.testing.factories import make_location, make_product, make_user, offer
from shop.testing.programs import Program


@pytest.fixture
def here():
    return make_location(name="Magpie Here", code="here")


@pytest.fixture
def tea(here):
    tea = make_product(title="Tea", upc="TEA")
    offer(tea, here, "3.20", in_stock=5)
    return tea


@pytest.fixture
def anybody():
    return Program()


@pytest.fixture
def shopper():
    return Program(make_user())


@pytest.fixture
def stranger():
    return Program(make_user())


@pytest.fixture
def owner():
    return Program(make_user(roles.OWNER))


@pytest.fixture
def seller(here):
    return Program(make_user(roles.SELLER, [here]))


@pytest.fixture
def seller_elsewhere():
    return Program(make_user(roles.SELLER, [make_location(name="Magpie Elsewhere")]))
