import pytest

from shop.api.tests.callers import Caller
from shop.customer.roles import OWNER, SELLER
from shop.testing.factories import make_location, make_user


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
