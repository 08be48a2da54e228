"""Shoppers read the shop in their language; who works here and programs read it in one."""

import pytest
from django.conf import settings

from shop.testing.factories import make_user

pytestmark = pytest.mark.django_db

SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es-MX,es;q=0.9,en;q=0.5"}


def language_of(answer):
    return answer.headers["Content-Language"]


def test_a_browser_that_asks_for_spanish_gets_it(client):
    answer = client.get("/basket/", **SPANISH)
    assert language_of(answer) == "es"
    assert '<html lang="es"' in answer.content.decode()


def test_a_language_that_the_shop_does_not_speak_is_answered_in_english(client):
    assert language_of(client.get("/basket/", HTTP_ACCEPT_LANGUAGE="fi")) == "en-gb"


def test_what_a_shopper_chooses_counts_more_than_their_browser(client):
    chosen = client.post("/language/", {"language": "ru", "next": "/basket/?from=footer"})
    assert (chosen.status_code, chosen.url) == (302, "/basket/?from=footer")
    assert language_of(client.get("/basket/", **SPANISH)) == "ru"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_choosing_leads_nowhere_else(client, elsewhere):
    chosen = client.post("/language/", {"language": "es", "next": elsewhere})
    assert chosen.url == "/"


def test_the_back_office_and_the_api_speak_one_language(client):
    client.force_login(make_user("Owner"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    for address in ("/backoffice/", "/api/products/?page=1"):
        answer = client.get(address, **SPANISH)
        assert (answer.status_code, language_of(answer)) == (200, "en-gb")
