from decimal import Decimal

import pytest
from django.test import Client

from shop.testing.factories import (
    make_category,
    make_location,
    make_product,
    offer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    return Client(headers={"accept": "application/json"})


def test_a_product_shows_the_lowest_price_of_the_main_currency_and_the_stock_of_all(api):
    apples = make_product(title="Apples", unit="kg", step=Decimal("0.25"))
    offer(apples, make_location(currency="EUR"), "2.80", in_stock=4)
    offer(apples, make_location(currency="EUR"), "2.60", in_stock=2)
    offer(apples, make_location(currency="GBP", country="GB"), "1.90", in_stock=40)

    item = api.get("/api/products/?page=1").json()["items"][0]

    assert (item["price"], item["currency"]) == ("2.60", "EUR")
    assert item["stock_quantity"] == 1.5
    assert item["is_available"] is True


def test_a_product_sold_in_no_main_currency_shows_its_first_location(api):
    offer(make_product(), make_location(currency="SEK"), "32.00")

    item = api.get("/api/products/?page=1").json()["items"][0]

    assert (item["price"], item["currency"]) == ("32.00", "SEK")


def test_what_lies_at_a_closed_location_is_not_for_sale(api):
    tea = make_product()
    offer(tea, make_location(is_active=False), "1.00", in_stock=90)
    offer(tea, make_location(), "2.00", in_stock=3)
    shelved = make_product()
    offer(shelved, make_location(is_active=False))

    sold, not_sold = (api.get(f"/api/products/{p.upc}/").json() for p in (tea, shelved))

    assert (sold["price"], sold["stock_quantity"], len(sold["locations"])) == ("2.00", 3, 1)
    assert (not_sold["price"], not_sold["is_available"], not_sold["locations"]) == (None, False, [])


def test_what_is_withdrawn_is_in_no_answer(api):
    gone = make_product(is_public=False)

    assert api.get("/api/products/?page=1").json()["items"] == []
    assert api.get(f"/api/products/{gone.sku}/").status_code == 404


def test_a_category_includes_its_descendants(api):
    food = make_category("Food")
    fruit = make_category("Fruit", food)
    apples, soap = make_product(), make_product()
    apples.categories.add(fruit)

    answer = api.get(f"/api/products/?page=1&category={food.slug}").json()

    assert [item["sku"] for item in answer["items"]] == [apples.sku]
    assert soap.sku not in str(answer)


def test_a_product_names_its_locations(api):
    location = make_location(name="Magpie Graça")
    product = make_product()
    offer(product, location, "2.80", in_stock=3)

    answer = api.get(f"/api/products/{product.sku}/").json()

    assert answer["locations"] == [
        {
            "id": location.pk,
            "slug": location.code,
            "name": "Magpie Graça",
            "country": "PT",
            "price": "2.80",
            "currency": "EUR",
            "stock_quantity": 3.0,
        }
    ]


@pytest.mark.parametrize("reference", ["{0.pk}", "{0.code}", "MAGPIE BRISTOL"])
def test_a_location_is_found_by_id_slug_or_name(api, reference):
    location = make_location(name="Magpie Bristol", country="GB", currency="GBP")

    answer = api.get(f"/api/locations/{reference.format(location)}/").json()

    assert answer["id"] == location.pk


def test_a_location_lists_what_is_available_there(api):
    here, there = make_location(), make_location()
    both, sold_out = make_product(), make_product()
    offer(both, here, "2.00", in_stock=1)
    offer(both, there, "1.00", in_stock=1)
    offer(sold_out, here, in_stock=0)

    answer = api.get(f"/api/locations/{here.code}/products/?page=1").json()

    assert [(item["sku"], item["price"]) for item in answer["items"]] == [(both.sku, "2.00")]


@pytest.mark.parametrize(
    "query", ["", "?page=0", "?page=x", "?page=1&limit=0", "?page=1&limit=101"]
)
def test_a_wrong_page_is_named(api, query):
    answer = api.get(f"/api/products/{query}")

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid"
    assert set(answer.json()["errors"]) == {"limit" if "limit" in query else "page"}


def test_a_page_past_the_end_is_empty(api):
    make_product()

    answer = api.get("/api/products/?page=9").json()

    assert answer == {"page": 9, "limit": 20, "total": 1, "items": []}


@pytest.mark.parametrize("number", [1, 20])
def test_listing_products_asks_as_many_queries_for_twenty_as_for_one(
    api, django_assert_num_queries, number
):
    location, food = make_location(), make_category("Food")
    for _ in range(number):
        product = make_product()
        offer(product, location)
        product.categories.add(food)

    with django_assert_num_queries(3):
        answer = api.get("/api/products/?page=1")

    assert len(answer.json()["items"]) == number


@pytest.mark.parametrize("path", ["/api/nothing/here", "/api/", "/api/products/NOPE/"])
def test_an_unknown_path_is_a_problem_document(api, path):
    answer = api.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
