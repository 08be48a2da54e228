"""What a visitor reads when something is not there, is not theirs, or does not work."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.template.loader import render_to_string
from django.test import Client

from shop.maintenance import MaintenanceMiddleware


@pytest.mark.parametrize("name", ["400", "403_csrf", "429", "500", "503", "offline"])
def test_what_stands_by_itself_needs_no_server(name):
    page = render_to_string(f"{name}.html")

    assert "<h1>" in page
    assert 'href="/"' in page


@pytest.mark.django_db
def test_nothing_in_this_nest(client):
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "Nothing in this nest" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_says_that_nothing_was_changed():
    answer = Client(enforce_csrf_checks=True).post("/basket/add/", {"sku": "APP"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


@pytest.fixture
def closed(settings):
    settings.MAINTENANCE = True
    return Client()


def test_a_closed_shop_says_so_without_asking_its_database(closed):
    answer = closed.get("/catalogue/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "tidying the shelves" in answer.content.decode()


def test_programs_are_told_that_the_shop_is_closed_in_their_own_words(closed):
    answer = closed.get("/api/products/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert answer.json()["code"] == "unavailable"


@pytest.mark.django_db
def test_a_closed_shop_is_healthy(closed):
    assert closed.get("/health/").status_code == 200


def test_an_open_shop_does_without_that_middleware():
    with pytest.raises(MiddlewareNotUsed):
        MaintenanceMiddleware(lambda request: None)


def test_the_worker_keeps_the_page_for_no_network(client):
    answer = client.get("/service-worker.js")

    assert answer["Content-Type"] == "text/javascript"
    assert '"/offline/"' in answer.content.decode()
    assert client.get("/offline/").status_code == 200
