import pytest
from django.test import Client

from shop.testing.factories import make_location, make_user


@pytest.fixture
def graca(db):
    return make_location(name="Magpie Graça", code="graca")


@pytest.fixture
def shopper(db):
    return make_user(first_name="Zoe", last_name="Quill")


def browser(location=None, user=None):
    """A browser of its own, where a location is chosen and somebody logged in, or nobody."""
    client = Client()
    if location:
        client.cookies["magpie_location"] = location.code
    if user:
        client.force_login(user)
    return client


@pytest.fixture
def guest(graca):
    return browser(graca)


@pytest.fixture
def signed_in(graca, shopper):
    return browser(graca, shopper)


@pytest.fixture
def colleague(graca):
    """Another shopper, logged in, at the same location."""
    return browser(graca, make_user())


@pytest.fixture
def stranger():
    return browser()
