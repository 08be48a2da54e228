import pytest
from django.test import Client

from shop.customer import roles
from shop.testing.factories import make_location, make_user


@pytest.fixture
def here():
    return make_location(name="Magpie Here")


@pytest.fixture
def owner():
    return make_user(roles.OWNER, username="owner")


@pytest.fixture
def counter(here):
    return make_user(roles.COUNTER, [here], username="counter")


@pytest.fixture
def log_in():
    """Logs in as a browser does, through the one door."""

    def log_in(user, password="a-good-password", **headers):
        client = Client(headers=headers)
        answer = client.post("/accounts/login/", {"login": user.username, "password": password})
        return client, answer

    return log_in
