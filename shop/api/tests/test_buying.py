"""From an empty cart to an order, as a program does it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.basket.models import Basket
from shop.inventory import stock
from shop.order.models import Order
from shop.testing.factories import (
    deliver_from,
    make_code,
    make_location,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.programs import Program

pytestmark = pytest.mark.django_db

ADDRESS = {"line1": "7 Quillon Steps", "city": "Lisboa", "country": "PT"}
CHECKOUT = {
    "contact": {"name": "Zebulon Quist", "phone": "+44 20 7946 0123"},
    "payment": {"method": "simulated", "token": "sim_ok"},
}


def test_from_a_cart_to_an_order(shopper, tea):
    cart = shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2})
    ordered = shopper.post("/api/checkout/", CHECKOUT)

    assert (cart.status_code, ordered.status_code) == (201, 201)
    assert (cart.json()["total"], cart.json()["location"]) == ("6.40", "here")
    order = ordered.json()
    assert (order["status"], order["total"], order["currency"]) == ("pending", "6.40", "EUR")
    assert order["payment"]["status"] == "pending"
    assert order["pickup"] is None
    assert [(i["sku"], i["quantity"], i["line_total"]) for i in order["items"]] == [
        ("TEA", 2, "6.40")
    ]
    assert shopper.get("/api/cart/").json()["items"] == []
    assert shopper.get(f"/api/orders/{order['number']}/").json() == order
    assert_invariants()


def test_an_answer_tells_nobody_who_it_is_for(shopper, tea):
    shopper.post("/api/cart/", {"sku": "TEA"})
    ordered = shopper.post("/api/checkout/", CHECKOUT)

    assert "Zebulon" not in ordered.content.decode()
    assert shopper.user.email not in ordered.content.decode()


def test_ones_own_orders_newest_first(shopper, stranger, tea):
    numbers = []
    for _turn in range(2):
        shopper.post("/api/cart/", {"sku": "TEA"})
        numbers.append(shopper.post("/api/orders/", CHECKOUT).json()["number"])

    page = shopper.get("/api/orders/?page=1").json()

    assert [order["number"] for order in page["items"]] == numbers[::-1]
    assert stranger.get("/api/orders/?page=1").json()["items"] == []
    assert stranger.get(f"/api/orders/{numbers[0]}/").status_code == 404


def test_the_same_product_again_adds_up_until_there_is_no_more(shopper, tea):
    shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2})
    more = shopper.post("/api/cart/", {"sku": "TEA", "quantity": 3})
    too_many = shopper.post("/api/cart/", {"sku": "TEA", "quantity": 1})

    assert more.json()["items"][0]["quantity"] == 5
    assert (too_many.status_code, too_many.json()["code"]) == (409, "out_of_stock")
    assert "5" in too_many.json()["detail"]


@pytest.mark.parametrize("quantity", [0, -1, 0.5, "many", 1e30])
def test_what_is_no_quantity_is_refused(shopper, tea, quantity):
    answer = shopper.post("/api/cart/", {"sku": "TEA", "quantity": quantity})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "quantity" in answer.json()["errors"]


def test_an_item_is_changed_and_taken_out(shopper, tea):
    item = shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2}).json()["items"][0]["id"]

    changed = shopper.put(f"/api/cart/{item}/", {"quantity": 4}).json()
    emptied = shopper.delete(f"/api/cart/{item}/").json()

    assert (changed["items"][0]["quantity"], changed["total"]) == (4, "12.80")
    assert emptied["items"] == []


def test_somebody_elses_item_is_not_there(shopper, stranger, tea):
    item = shopper.post("/api/cart/", {"sku": "TEA"}).json()["items"][0]["id"]

    assert stranger.put(f"/api/cart/{item}/", {"quantity": 4}).status_code == 404
    assert stranger.delete(f"/api/cart/{item}/").status_code == 404
    assert shopper.get("/api/cart/").json()["items"][0]["quantity"] == 1


def test_a_cart_is_emptied_at_once(shopper, tea):
    make_code("TEN")
    shopper.post("/api/cart/", {"sku": "TEA"})
    shopper.post("/api/cart/promo-codes/", {"code": "ten"})

    assert shopper.delete("/api/cart/").json()["items"] == []
    assert not Basket.objects.get(owner=shopper.user).vouchers.exists()


def test_prices_follow_the_location(shopper, tea):
    offer(tea, make_location(name="Magpie There", currency="GBP"), "2.00", in_stock=9)
    shopper.post("/api/cart/", {"sku": "TEA"})

    moved = shopper.put("/api/cart/location/", {"location": "magpie there"}).json()

    assert (moved["currency"], moved["total"]) == ("GBP", "2.00")


def test_nothing_moves_where_something_is_not_offered(shopper, tea):
    make_location(name="Magpie Bare", code="bare")
    shopper.post("/api/cart/", {"sku": "TEA"})

    refused = shopper.put("/api/cart/location/", {"location": "bare"})
    ordered = shopper.post("/api/checkout/", CHECKOUT | {"location": "bare"})

    assert [answer.json()["code"] for answer in (refused, ordered)] == ["not_at_location"] * 2
    assert shopper.get("/api/cart/").json()["location"] == "here"


def test_a_promo_code_takes_off_and_is_taken_off(shopper, tea):
    make_code("TEN")
    shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2})

    cart = shopper.post("/api/cart/promo-codes/", {"code": "ten"}).json()
    unknown = shopper.post("/api/cart/promo-codes/", {"code": "nine"})
    without = shopper.delete("/api/cart/promo-codes/TEN/").json()

    assert (cart["discounts"][0]["code"], cart["discount_total"], cart["total"]) == (
        "TEN",
        "0.64",
        "5.76",
    )
    assert (unknown.status_code, unknown.json()["code"]) == (409, "promo_invalid")
    assert without["total"] == "6.40"
    assert shopper.delete("/api/cart/promo-codes/TEN/").status_code == 404


def test_a_code_may_come_with_the_checkout(shopper, tea):
    make_code("TEN")
    shopper.post("/api/cart/", {"sku": "TEA", "quantity": 2})

    order = shopper.post("/api/checkout/", CHECKOUT | {"promo_code": "ten"}).json()

    assert (order["subtotal"], order["discount_total"], order["total"]) == ("6.40", "0.64", "5.76")
    assert order["discounts"] == [{"code": "TEN", "name": "A gift: TEN", "amount": "0.64"}]


def test_a_delivery_goes_to_its_address(shopper, tea, here):
    deliver_from(here, "4.90")
    shopper.post("/api/cart/", {"sku": "TEA"})
    order = shopper.post(
        "/api/checkout/",
        CHECKOUT | {"fulfilment": {"method": "delivery", "address": ADDRESS}},
    ).json()

    assert (order["fulfilment"], order["shipping_total"], order["total"]) == (
        {"method": "delivery"},
        "4.90",
        "8.10",
    )


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"payment": {"method": "simulated", "token": "sim_never_heard"}}, 400, "invalid"),
        ({"payment": {"method": "cheque", "token": "sim_ok"}}, 400, "invalid"),
        ({"contact": {}}, 400, "invalid"),
        ({"fulfilment": {"method": "delivery"}}, 400, "invalid"),
        ({"location": "nowhere"}, 404, "not_found"),
        ({"promo_code": "nine"}, 409, "promo_invalid"),
    ],
)
def test_a_refused_checkout_changes_nothing(shopper, tea, change, status, code):
    shopper.post("/api/cart/", {"sku": "TEA"})

    answer = shopper.post("/api/checkout/", CHECKOUT | change)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["content-type"] == "application/problem+json"
    assert not Order.objects.exists()
    assert shopper.get("/api/cart/").json()["total"] == "3.20"


@pytest.mark.parametrize(
    ("change", "status", "errors"),
    [
        ({"fulfilment": {"method": "delivery", "address": ADDRESS}}, 400, ["fulfilment"]),
        ({"payment": {"method": "simulated", "token": "sim_new"}}, 400, ["payment.token"]),
        ({"contact": {"phone": "1"}}, 400, ["contact.name"]),
        ({"promo_code": "nine"}, 409, None),
    ],
)
def test_a_checkout_that_is_refused_late_leaves_the_cart_where_it_was(
    shopper, tea, change, status, errors
):
    make_code("TEN")
    offer(tea, make_location(name="Magpie There", code="there"), "2.00")
    shopper.post("/api/cart/", {"sku": "TEA"})

    moving = CHECKOUT | {"location": "there", "promo_code": "TEN"} | change
    refused = shopper.post("/api/checkout/", moving)

    assert refused.status_code == status
    assert list(refused.json().get("errors", {})) == (errors or [])
    cart = shopper.get("/api/cart/").json()
    assert (cart["location"], cart["discounts"], cart["total"]) == ("here", [], "3.20")


def test_an_empty_cart_is_no_order(shopper):
    answer = shopper.post("/api/checkout/", CHECKOUT)

    assert (answer.status_code, answer.json()["code"]) == (409, "cart_empty")


def test_what_is_gone_meanwhile_is_named(shopper, tea, here):
    shopper.post("/api/cart/", {"sku": "TEA", "quantity": 4})
    record = tea.stockrecords.get()
    stock.adjust(record, -3, reason="broken")

    answer = shopper.post("/api/checkout/", CHECKOUT)

    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
    assert "Tea: Only 2 left here." in answer.json()["detail"]


def test_nobody_buys_without_a_user(client, tea):
    for path in ("/api/cart/", "/api/checkout/", "/api/orders/"):
        answer = client.post(path, "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_queries_do_not_depend_on_the_lines(here):
    two, many = (_checkout_queries(here, lines) for lines in (2, 8))

    # Two find the user and the cart, four tell the order.
    assert two == many <= 18
    assert _checkout_queries(here, 2, **{"Idempotency-Key": "k"}) == two + 2


def _checkout_queries(here, lines, **headers):
    shopper = Program(make_user())
    for _line in range(lines):
        product = make_product()
        offer(product, here)
        shopper.post("/api/cart/", {"sku": product.upc})
    with CaptureQueriesContext(connection) as queries:
        assert shopper.post("/api/checkout/", CHECKOUT, **headers).status_code == 201
    # A test's transaction has savepoints where a real one begins and commits.
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])
