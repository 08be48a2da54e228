"""Stock at a location, read and changed by who sells it there."""

import pytest

from shop.api.tests.problems import refused
from shop.inventory.models import LowStockAlert, Movement
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db
CHEESE = "/api/locations/here/stock/CHEESE/"


@pytest.fixture
def cheese(seller, here):
    cheese = make_product(upc="CHEESE", unit="kg", step="0.25", seller=seller.user)
    cheese.refresh_from_db()
    offer(cheese, here, "18.00", in_stock=8)
    return cheese


def in_stock(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["num_in_stock"]


def test_it_is_told_with_why_it_is_that_much(seller, cheese, here):
    make_order(here, (cheese, 2))

    told = seller.get(CHEESE).json()

    movements = told.pop("movements")
    assert told == {
        "sku": "CHEESE",
        "location": "here",
        "price": "18.00",
        "currency": "EUR",
        "unit": "kg",
        "num_in_stock": 2,
        "num_reserved": 0.5,
        "num_available": 1.5,
        "low_stock_threshold": None,
        "is_low": False,
    }
    moved = [(m["kind"], m["in_stock_change"], m["reserved_change"]) for m in movements]
    assert moved == [("reserved", 0, 0.5), ("received", 2, 0)]


def test_it_moves_by_so_much_or_to_so_much(seller, cheese):
    less = seller.patch(CHEESE, {"delta": -0.5, "reason": "A mouse"})
    more = seller.patch(CHEESE, {"delta": "0.75", "reason": "Found"})
    counted = seller.patch(CHEESE, {"num_in_stock": 4, "reason": "Counted"})
    same = seller.patch(CHEESE, {"num_in_stock": 4, "reason": "Counted again"})

    assert [in_stock(answer) for answer in (less, more, counted, same)] == [1.5, 2.25, 4, 4]
    last = Movement.objects.first()
    assert (last.reason, last.in_stock_change, last.actor) == ("Counted", 7, seller.user)
    assert counted.json()["movements"][0]["reason"] == "Counted"
    assert_invariants()


def test_the_price_and_the_threshold_move_no_stock(seller, cheese):
    told = seller.patch(CHEESE, {"price": "19.50", "low_stock_threshold": 2.5}).json()

    assert (told["price"], told["low_stock_threshold"], told["is_low"]) == ("19.50", 2.5, True)
    assert LowStockAlert.objects.open().count() == 1
    assert len(told["movements"]) == 1
    assert seller.patch(CHEESE, {"low_stock_threshold": None}).json()["is_low"] is False


def test_below_what_is_reserved_nothing_is_changed(seller, cheese, here):
    make_order(here, (cheese, 6))
    change = {"reason": "A mouse", "price": "1.00"}

    for move in ({"delta": -0.75}, {"num_in_stock": 1.25}, {"delta": -100}):
        assert refused(seller.patch(CHEESE, change | move)) == (409, "out_of_stock")

    told = seller.get(CHEESE).json()
    assert (told["price"], told["num_in_stock"]) == ("18.00", 2)
    assert_invariants()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"delta": 1}, "reason"),
        ({"num_in_stock": 1, "reason": ""}, "reason"),
        ({"delta": 0.1, "reason": "Found"}, "delta"),
        ({"delta": "some", "reason": "Found"}, "delta"),
        ({"delta": 1, "num_in_stock": 1, "reason": "Found"}, "delta"),
        ({"num_in_stock": -1, "reason": "Lost"}, "num_in_stock"),
        ({"num_in_stock": 9_999_999_999, "reason": "Found"}, "num_in_stock"),
        ({"price": "-1"}, "price"),
        ({"low_stock_threshold": 0.3}, "low_stock_threshold"),
    ],
)
def test_what_cannot_be_used_is_named(seller, cheese, change, wrong):
    assert refused(seller.patch(CHEESE, change)) == (400, "invalid", wrong)
    assert Movement.objects.count() == 1


def test_more_than_can_be_counted_is_refused(seller, cheese):
    most = {"delta": 536_870_911, "reason": "Found"}

    assert refused(seller.patch(CHEESE, most))[:2] == (400, "invalid")


def test_it_is_for_who_sells_it_there(
    anybody, shopper, seller, seller_elsewhere, owner, cheese, here
):
    there = make_location(name="Magpie There", code="there")
    offer(cheese, there)
    tea = make_product(upc="TEA")
    offer(tea, here)

    assert refused(anybody.get(CHEESE)) == (401, "not_authenticated")
    assert refused(shopper.get(CHEESE)) == (403, "permission_denied")
    assert refused(shopper.patch(CHEESE, {"price": "1.00"})) == (403, "permission_denied")
    assert refused(seller_elsewhere.get(CHEESE)) == (404, "not_found")
    for path in (CHEESE.replace("here", "there"), CHEESE.replace("CHEESE", "TEA")):
        assert refused(seller.get(path)) == (404, "not_found")
        assert owner.patch(path, {"price": "1.00"}).json()["price"] == "1.00"
