"""What holds for every call: addresses, pages, problems, numbers and times."""

import re

import pytest

from shop.api.tests.problems import PROBLEM, refused
from shop.customer.models import User
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.programs import Program

pytestmark = pytest.mark.django_db

COLLECTIONS = ["/api/products/", "/api/categories/", "/api/locations/", "/api/orders/"]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.parametrize(
    "path",
    [
        "/api/products/?page=1",
        "/api/products/TEA/",
        "/api/categories/?page=1",
        "/api/locations/?page=1",
        "/api/locations/here/",
        "/api/locations/here/products/?page=1",
        "/api/cart/",
        "/api/orders/?page=1",
        "/api/auth/me",
        "/api/schema/",
        "/api/docs/",
    ],
)
def test_an_address_needs_no_slash_at_its_end(shopper, tea, path):
    address, mark, query = path.partition("?")
    plain = address.rstrip("/")

    with_slash, without = (shopper.get(a + mark + query) for a in (f"{plain}/", plain))

    assert (with_slash.status_code, without.status_code) == (200, 200)
    if "schema" not in path and "docs" not in path:
        assert with_slash.json() == without.json()


def test_two_slashes_are_another_address(anybody, tea):
    assert refused(anybody.get("/api/products/TEA//")) == (404, "not_found")


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({}, ["page"]),
        ({"page": ""}, ["page"]),
        ({"page": "0"}, ["page"]),
        ({"page": "-1"}, ["page"]),
        ({"page": "1.5"}, ["page"]),
        ({"page": "one"}, ["page"]),
        ({"page": "1", "limit": "0"}, ["limit"]),
        ({"page": "1", "limit": "101"}, ["limit"]),
        ({"page": "1", "limit": "ten"}, ["limit"]),
        ({"page": "9" * 5000}, ["page"]),
        ({"limit": "0"}, ["limit", "page"]),
    ],
)
def test_a_wrong_page_is_named(shopper, collection, query, wrong):
    assert refused(shopper.get(collection, query)) == (400, "invalid", *wrong)


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("page", [7, 999_999_999_999])
def test_a_page_past_the_end_is_empty(shopper, collection, page):
    answer = shopper.get(collection, {"page": page, "limit": 100})

    assert answer.json() == {"page": page, "limit": 100, "total": 0, "items": []}


def test_each_refusal_has_its_status_and_its_code(anybody, shopper):
    forged = Program()
    forged.client.defaults["HTTP_AUTHORIZATION"] = "Bearer made.up.token"

    assert refused(anybody.get("/api/cart/")) == (401, "not_authenticated")
    assert refused(forged.get("/api/cart/")) == (401, "token_not_valid")
    assert refused(anybody.get("/api/nothing/")) == (404, "not_found")
    assert refused(shopper.delete("/api/products/")) == (405, "method_not_allowed")


def test_who_is_to_sign_in_is_told_how(anybody):
    assert anybody.get("/api/cart/")["www-authenticate"].startswith("Bearer")


def test_a_method_that_is_not_taken_is_answered_with_those_that_are(shopper):
    assert "GET" in shopper.patch("/api/categories/")["allow"]


def test_what_is_no_json_is_not_read(shopper):
    broken = shopper.client.post("/api/cart/", "{", content_type="application/json")
    other = shopper.client.post("/api/cart/", "<a/>", content_type="text/xml")

    assert refused(broken) == (400, "parse_error")
    assert refused(other) == (415, "unsupported_media_type")


def test_who_accepts_a_page_gets_json_all_the_same(shopper):
    shopper.client.defaults["HTTP_ACCEPT"] = "text/html"

    assert shopper.get("/api/cart/")["content-type"] == "application/json"
    assert shopper.get("/api/nothing/")["content-type"] == PROBLEM


def test_whose_account_is_gone_has_no_valid_token(shopper):
    User.objects.filter(pk=shopper.user.pk).delete()

    assert refused(shopper.get("/api/cart/")) == (401, "token_not_valid")


def test_a_whole_quantity_has_no_point(shopper, tea):
    cheese = make_product(upc="CHEESE", unit="kg", step="0.25")
    offer(cheese, make_location(name="Magpie There"), in_stock=7)

    assert shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2}).status_code == 201

    assert b'"quantity":2,' in shopper.get("/api/cart/").content
    assert b'"stock_quantity":5,' in shopper.get("/api/products/TEA/").content
    assert b'"stock_quantity":1.75,' in shopper.get("/api/products/CHEESE/").content
    assert b'"step":0.25,' in shopper.get("/api/products/CHEESE/").content


def test_moments_are_told_in_utc(shopper, tea, here):
    order = make_order(here, (tea, 1), user=shopper.user)

    told = shopper.get(f"/api/orders/{order.number}/").json()

    assert MOMENT.fullmatch(told["created_at"])
    assert MOMENT.fullmatch(told["history"][0]["at"])
