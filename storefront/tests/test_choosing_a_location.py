"""Choosing where to collect: remembered, and the basket moves along and says so."""

import re

import pytest
from django.core import signing

from shop.basket.identity import COOKIE as BASKET_COOKIE
from shop.basket.identity import SALT
from shop.basket.models import Basket
from shop.basket.moving import move
from shop.locations.choice import COOKIE
from shop.locations.models import ChosenLocation, Location
from shop.testing.factories import make_basket, make_location, make_product, offer
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def lisbon():
    return make_location(name="Magpie Lisbon")


@pytest.fixture
def bristol():
    return make_location(name="Magpie Bristol", country="GB", currency="GBP")


def choose(client, location, **values):
    return client.post("/locations/choose/", {"location": location.code} | values)


def said(client):
    return [str(message) for message in client.get("/locations/").context["messages"]]


def test_a_choice_is_remembered_and_leads_back(client, lisbon):
    response = choose(client, lisbon, next="/catalogue/?sort=name")

    assert response.url == "/catalogue/?sort=name"
    assert response.cookies[COOKIE].value == lisbon.code
    assert said(client) == ["You collect at Magpie Lisbon."]


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:1", ""])
def test_a_choice_never_leads_to_another_site(client, lisbon, away):
    assert choose(client, lisbon, next=away).url == "/"


def test_looking_at_the_address_changes_nothing(client, lisbon):
    assert client.get("/locations/choose/", {"location": lisbon.code}).status_code == 405


def test_a_place_that_is_closed_or_unknown_cannot_be_chosen(client, lisbon):
    lisbon.is_active = False
    lisbon.save()

    assert choose(client, lisbon).status_code == 404
    assert client.post("/locations/choose/").status_code == 404


def test_the_basket_moves_along_and_says_what_changed(client, lisbon, bristol):
    apples, tarts, tea = (make_product(title=name) for name in ("Apples", "Tarts", "Tea"))
    for product in (apples, tarts, tea):
        offer(product, lisbon, "2.80")
    offer(apples, bristol, "2.60", in_stock=1)
    make_location(name="Magpie Empty", is_active=False)
    basket = make_basket(lisbon, (apples, 2), (tarts, 1), (tea, 1))
    client.cookies[BASKET_COOKIE] = signing.dumps(basket.pk, salt=SALT)

    choose(client, bristol)

    basket = Basket.objects.get(pk=basket.pk)
    assert basket.location == bristol
    assert [(line.product.title, line.quantity) for line in basket.lines.all()] == [("Apples", 2)]
    first, told = said(client)
    assert first == "You collect at Magpie Bristol."
    assert re.findall("<li>(.*?)</li>", told) == [
        "Tarts: not sold here, so it left your basket; Magpie Lisbon has it.",
        "Tea: not sold here, so it left your basket; Magpie Lisbon has it.",
        "Apples: only 1 here; Magpie Lisbon has enough.",
    ]


def test_another_price_is_told_and_nothing_where_all_is_the_same(client, lisbon, bristol):
    porto = make_location(name="Magpie Porto")
    apples = make_product(title="Apples <b>")
    for place, price in ((lisbon, "2.80"), (porto, "2.80"), (bristol, "2.60")):
        offer(apples, place, price)
    basket = make_basket(lisbon, (apples, 2))
    client.cookies[BASKET_COOKIE] = signing.dumps(basket.pk, salt=SALT)

    choose(client, porto)
    assert said(client) == ["You collect at Magpie Porto."]
    choose(client, bristol)
    assert "<li>Apples &lt;b&gt;: £2.60 here instead of €2.80.</li>" in said(client)[1]


def test_a_closed_place_or_one_with_too_little_is_not_named(client, lisbon, bristol):
    apples = make_product(title="Apples")
    offer(apples, lisbon, in_stock=5)
    offer(apples, make_location(name="Magpie Few"), in_stock=4)
    offer(apples, make_location(name="Magpie Closed", is_active=False))
    basket = make_basket(lisbon, (apples, 5))

    [change] = move(basket, bristol)

    assert [place.name for place in change.elsewhere] == ["Magpie Lisbon"]


def test_an_account_collects_there_in_every_browser(lisbon, bristol, shopper, colleague):
    choose(browser(user=shopper), lisbon)
    choose(browser(user=shopper), bristol)

    anew = browser(user=shopper)
    answer = anew.get("/basket/")

    assert answer.wsgi_request.location == bristol
    assert answer.cookies[COOKIE].value == bristol.code
    assert anew.get("/basket/").wsgi_request.location == bristol
    assert not browser().get("/basket/").wsgi_request.location
    assert ChosenLocation.objects.get().user == shopper


def test_the_account_follows_to_no_place_that_has_closed(lisbon, shopper):
    choose(browser(user=shopper), lisbon)
    Location.objects.update(is_active=False)

    answer = browser(user=shopper).get("/basket/")

    assert not answer.wsgi_request.location
    assert COOKIE not in answer.cookies


def shown_places(client, **asked):
    return [shown.location for shown in client.get("/locations/", asked).context["places"].shown]


def test_places_are_found_by_word_and_country(client, lisbon, bristol):
    graca = make_location(name="Magpie Graça", street="27 Rua da Voz", city="Lisboa")

    assert shown_places(client, q="graca") == [graca]
    assert shown_places(client, q="LISBO rua") == [graca]
    assert shown_places(client, country="GB") == [bristol]
    assert shown_places(client, q="graca", country="GB") == []
    assert (
        "No location answers to “&lt;b&gt;”."
        in client.get("/locations/", {"q": "<b>"}).content.decode()
    )


@pytest.mark.parametrize("size", [2, 12])
def test_many_places_cost_no_more_questions(client, size, django_assert_num_queries):
    for _ in range(size):
        make_location(latitude=38, longitude=-9)
    client.get("/locations/")
    with django_assert_num_queries(6):
        assert client.get("/locations/").content.count(b"data-latitude") == size


@pytest.mark.parametrize("away", ["https://evil.example/", "javascript:alert(1)"])
def test_the_chosen_place_never_leads_to_another_site(client, lisbon, away):
    client.cookies[COOKIE] = lisbon.code
    assert away not in client.get("/locations/", {"next": away}).content.decode()


def test_a_strangers_basket_stays_where_it_is(client, lisbon, bristol):
    apples = make_product()
    offer(apples, lisbon)
    basket = make_basket(lisbon, (apples, 1))

    choose(client, bristol)

    assert Basket.objects.get(pk=basket.pk).location == lisbon


def test_the_list_says_when_a_place_is_open_and_which_is_chosen(client, lisbon, bristol):
    client.cookies[COOKIE] = lisbon.code

    text = client.get("/locations/", {"next": "/basket/"}).content.decode()

    assert text.index("Portugal") < text.index("United Kingdom")
    assert text.count("You collect here") == 2
    assert text.count('name="next" value="/basket/"') == 2


def test_the_header_counts_the_baskets_lines_in_one_query(
    client, lisbon, django_assert_num_queries
):
    apples = make_product()
    offer(apples, lisbon)
    basket = make_basket(lisbon, (apples, 3))
    client.get("/search/")

    with django_assert_num_queries(1):
        assert "basket-link__count" not in client.get("/search/").content.decode()
    client.cookies[BASKET_COOKIE] = signing.dumps(basket.pk, salt=SALT)
    with django_assert_num_queries(2):
        assert '<span class="basket-link__count">1<' in client.get("/search/").content.decode()
