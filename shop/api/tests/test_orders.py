"""One's own orders: read, called off, collected; to a stranger they are not there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.order import lifecycle
from shop.order.models import Order
from shop.pickup import codes
from shop.testing.factories import (
    BAD_CARD,
    CONTACT,
    deliver_from,
    make_delivery,
    make_order,
)
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

KEYS = {
    *("number", "status", "created_at", "location", "fulfilment", "items", "subtotal"),
    *("discounts", "discount_total", "shipping_total", "tax_total", "total", "currency"),
    *("payment", "pickup", "tracking", "invoice_url", "history"),
}


@pytest.fixture
def placed(here, tea, shopper):
    return make_order(here, (tea, 2), user=shopper.user)


@pytest.fixture
def paid(placed):
    do_all_work()
    placed.refresh_from_db()
    return placed


def address(order, rest=""):
    return f"/api/orders/{order.number}/{rest}"


def test_a_paid_order_says_all_that_the_contract_says(shopper, paid):
    order = shopper.get(address(paid)).json()

    assert order.keys() == KEYS
    assert (order["location"], order["fulfilment"]) == ("here", {"method": "pickup"})
    assert (order["total"], order["tax_total"], order["currency"]) == ("6.40", "1.20", "EUR")
    assert order["created_at"].endswith("Z")
    payment = order["payment"]
    assert payment == {
        "id": str(paid.payments.get().pk),
        "user": shopper.user.pk,
        "order": paid.number,
        "amount": "6.40",
        "currency": "EUR",
        "method": "simulated",
        "status": "succeeded",
        "refunded": "0.00",
        "failure_code": "",
    }
    assert order["pickup"].keys() == {"code", "qr_url", "expires_at"}
    assert [step["status"] for step in order["history"]] == ["pending", "paid"]


def test_a_shipped_one_says_where_its_parcel_is(shopper, here, tea):
    deliver_from(here)
    order = make_delivery(here, (tea, 1), user=shopper.user)
    do_all_work()
    order.refresh_from_db()
    lifecycle.ship(order, actor=None, carrier="CTT", tracking_number="RR1PT")

    told = shopper.get(address(order)).json()

    assert (told["fulfilment"], told["pickup"]) == ({"method": "delivery"}, None)
    assert told["tracking"] == {"carrier": "CTT", "number": "RR1PT"}
    assert told["shipping_total"] == "4.90"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_an_order_is_not_edited(shopper, placed, method):
    refused = getattr(shopper, method)(address(placed), {"status": "paid"})

    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert refused["allow"] == "GET, HEAD, OPTIONS"


def test_to_a_stranger_it_is_not_there(stranger, seller, paid):
    for program in (stranger, seller):
        for rest in ("", "qr.svg", "qr.png"):
            answer = program.get(address(paid, rest))
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert stranger.post(address(paid, "cancel/")).status_code == 404
    assert stranger.get(address(paid, "invoice.pdf")).status_code == 404


class TestCancelled:
    def test_its_goods_go_on_sale_and_its_money_goes_back(self, shopper, paid, tea):
        cancelled = shopper.post(address(paid, "cancel/"), {"reason": "Too much tea."})

        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert cancelled.json()["history"][-1]["reason"] == "Too much tea."
        assert tea.stockrecords.get().net_stock_level == 5
        do_all_work()
        order = shopper.get(address(paid)).json()
        assert (order["status"], order["payment"]["refunded"]) == ("refunded", "6.40")
        assert_invariants()

    def test_before_it_is_paid_it_never_will_be(self, shopper, placed):
        assert shopper.post(address(placed, "cancel/")).json()["status"] == "cancelled"
        do_all_work()
        order = shopper.get(address(placed)).json()
        assert (order["status"], order["payment"]["status"]) == ("cancelled", "cancelled")
        assert_invariants()

    def test_what_lies_ready_or_was_cancelled_is_not(self, shopper, paid):
        lifecycle.mark_ready(paid, actor=None)
        assert_refused(shopper.post(address(paid, "cancel/")), "invalid_transition")

    def test_twice_is_once_too_often(self, shopper, paid):
        shopper.post(address(paid, "cancel/"))
        assert_refused(shopper.post(address(paid, "cancel/")), "invalid_transition")

    def test_nobody_of_the_staff_learns_who_did(self, shopper, paid):
        shopper.post(address(paid, "cancel/"))
        assert paid.status_changes.last().actor is None


class TestPapers:
    @pytest.mark.parametrize(
        ("rest", "kind", "begins"),
        [
            ("qr.svg", "image/svg+xml", b"<?xml"),
            ("qr.png", "image/png", b"\x89PNG"),
            ("invoice.pdf", "application/pdf", b"%PDF"),
        ],
    )
    def test_its_owner_and_the_shops_owner_have_them(
        self, shopper, owner, paid, rest, kind, begins
    ):
        for program in (shopper, owner):
            for accepted in (kind, "application/json", "*/*"):
                answer = program.get(address(paid, rest), accept=accepted)
                assert (answer.status_code, answer["content-type"]) == (200, kind)
                assert answer.content.startswith(begins)
                assert "no-store" in answer["cache-control"]

    def test_the_order_says_where_they_are(self, shopper, paid, settings):
        told = shopper.get(address(paid)).json()
        for url in (told["pickup"]["qr_url"], told["invoice_url"]):
            assert shopper.get(url.removeprefix(settings.SITE_URL)).status_code == 200

    def test_a_seller_has_the_invoice_of_what_was_sold_here(self, seller, seller_elsewhere, paid):
        assert seller.get(address(paid, "invoice.pdf")).status_code == 200
        assert seller_elsewhere.get(address(paid, "invoice.pdf")).status_code == 404

    @pytest.mark.parametrize("rest", ["qr.svg", "qr.png", "invoice.pdf"])
    def test_before_it_is_paid_there_are_none(self, shopper, placed, rest):
        answer = shopper.get(address(placed, rest), accept="image/png")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer["content-type"] == "application/problem+json"

    def test_what_was_collected_has_no_code_any_more(self, shopper, paid):
        paid.pickup_codes.update(used_at=paid.date_placed)
        assert shopper.get(address(paid, "qr.svg")).status_code == 404

    def test_the_picture_says_the_code_that_is_typed(self, shopper, paid):
        typed = shopper.get(address(paid)).json()["pickup"]["code"]
        assert codes.by_short_code(typed, [paid.location]).order == paid


def test_a_failed_payment_ends_the_order_and_fills_the_cart_again(shopper, here, tea):
    order = make_order(here, (tea, 2), user=shopper.user, payment=BAD_CARD)
    do_all_work()

    told = shopper.get(address(order)).json()

    assert (told["status"], told["payment"]["failure_code"]) == ("cancelled", "card_declined")
    assert shopper.get("/api/cart/").json()["total"] == "6.40"


def test_a_list_costs_as_much_whatever_is_on_it(shopper, here, tea):
    few, many = (_list_queries(shopper, here, tea, orders) for orders in (1, 3))
    assert few == many <= 9


def _list_queries(shopper, here, tea, orders):
    for _order in range(orders):
        make_order(here, (tea, 1), user=shopper.user)
    do_all_work()
    with CaptureQueriesContext(connection) as queries:
        page = shopper.get("/api/orders/?page=1")
    assert CONTACT.name not in page.content.decode()
    assert page.json()["total"] == Order.objects.count()
    return len(queries)


def assert_refused(answer, code, status=409):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
