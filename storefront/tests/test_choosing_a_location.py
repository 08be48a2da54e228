"""Choosing where to collect: remembered, and the basket moves along and says so."""

import pytest
from django.core import signing

from shop.basket.identity import COOKIE as BASKET_COOKIE
from shop.basket.identity import SALT
from shop.basket.models import Basket
from shop.locations.choice import COOKIE
from shop.testing.factories import make_basket, make_location, make_product, offer

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
    offer(apples, bristol, "2.60")
    basket = make_basket(lisbon, (apples, 2), (tarts, 1), (tea, 1))
    client.cookies[BASKET_COOKIE] = signing.dumps(basket.pk, salt=SALT)

    choose(client, bristol)

    basket = Basket.objects.get(pk=basket.pk)
    assert basket.location == bristol
    assert [(line.product.title, line.quantity) for line in basket.lines.all()] == [("Apples", 2)]
    assert said(client) == [
        "You collect at Magpie Bristol.",
        "Not offered there and taken out of your basket: Tarts, Tea.",
        "Prices in your basket that changed: Apples €2.80 → £2.60.",
    ]


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
    assert text.count("You collect here") == 1
    assert text.count('name="next" value="/basket/"') == 1


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
