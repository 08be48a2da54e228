"""Shoppers read the shop in their language; who works here and programs read it in one."""

from gettext import GNUTranslations

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.worker import do_all_work

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


def test_a_page_that_is_kept_is_kept_for_each_language(client):
    offer(make_product(title="Tea"), make_location())

    def words(code):
        return client.get("/search/?q=tea", HTTP_ACCEPT_LANGUAGE=code).content.decode()

    for _first_drawn_then_kept in range(2):
        assert "Resultados de «tea»" in words("es")
        assert "Results for “tea”" in words("en")


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


@pytest.mark.parametrize("code", ["es", "ru"])
def test_what_is_translated_is_compiled(code):
    """`make messages` was run after the last change."""
    folder = settings.LOCALE_PATHS[0] / code / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as written, (folder / "django.mo").open("rb") as read:
        catalogue, compiled = read_po(written, locale=code), GNUTranslations(read)
    translated = [m for m in catalogue if m.id and isinstance(m.id, str) and m.string]
    assert len(translated) > 500
    assert [m.id for m in translated if compiled.gettext(m.id) != m.string] == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("es", ["1 producto", "2 productos", "5 productos"]),
        ("ru", ["1 товар", "2 товара", "5 товаров"]),
    ],
)
def test_numbers_take_their_languages_forms(code, said):
    with translation.override(code):
        texts = [ngettext("%(n)s product", "%(n)s products", n) % {"n": n} for n in (1, 2, 5)]
    assert texts == said


def test_an_order_is_confirmed_in_the_language_that_it_was_made_in(mailoutbox):
    location, product = make_location(), make_product()
    offer(product, location)
    with translation.override("es"):
        order = make_order(location, (product, 1))
    do_all_work()
    assert [message.subject for message in mailoutbox] == [
        f"Gracias: tu pedido {order.number} está pagado"
    ]
    assert "Ver tu pedido:" in mailoutbox[0].body
