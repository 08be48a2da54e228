"""Paying by program, with every card of the simulated gateway, to the end that it comes to."""

import pytest

from shop.api.tests.test_buying import CHECKOUT
from shop.api.tests.test_orders import address, assert_refused
from shop.order.models import Order
from shop.payment import expiry
from shop.payment.gateways import simulated
from shop.payment.gateways.scenarios import SCENARIOS
from shop.payment.models import Payment
from shop.testing.factories import PaymentChoice, make_order
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.wire import connected, let_time_pass
from shop.testing.worker import do_all_work, sweep

pytestmark = pytest.mark.django_db
__all__ = ["connected"]

CARD = {"method": "simulated", "token": "sim_ok"}
ASKS_THE_SHOPPER = PaymentChoice("simulated", "sim_requires_action")
# Where each card's order and payment have come to when all is quiet.
ENDS = {
    "sim_ok": ("paid", "succeeded", ""),
    "sim_declined": ("cancelled", "failed", "card_declined"),
    "sim_insufficient_funds": ("cancelled", "failed", "insufficient_funds"),
    "sim_requires_action": ("pending", "requires_action", ""),
    "sim_timeout_then_ok": ("paid", "succeeded", ""),
    "sim_duplicate_webhook": ("paid", "succeeded", ""),
    "sim_webhook_first": ("paid", "succeeded", ""),
    "sim_late_success": ("pending", "pending", ""),
    "sim_refund_fails_once": ("paid", "succeeded", ""),
}


@pytest.fixture
def placed(here, tea, shopper):
    """An order that waits for its shopper to confirm the payment."""
    order = make_order(here, (tea, 2), user=shopper.user, payment=ASKS_THE_SHOPPER)
    do_all_work()
    return order


def pay(program, placed, **change):
    return program.post("/api/payment/", {"order": placed.number} | CARD | change)


@pytest.mark.parametrize("token", SCENARIOS)
def test_each_card_comes_to_its_end(token, shopper, tea, connected, settings):
    settings.SIMULATED_WEBHOOK_SECONDS = 0.01
    shopper.post("/api/cart/", {"sku": "TEA"})
    card = {"payment": {"method": "simulated", "token": token}}
    order = shopper.post("/api/checkout/", CHECKOUT | card).json()
    assert (order["status"], order["payment"]["status"]) == ("pending", "pending")

    let_time_pass()

    payment = shopper.get(f"/api/payment/{order['payment']['id']}/").json()
    order = shopper.get(f"/api/orders/{order['number']}/").json()
    assert (order["status"], payment["status"], payment["failure_code"]) == ENDS[token]
    assert order["payment"] == payment
    assert (order["pickup"] is not None) == (order["status"] == "paid")
    assert_invariants()


def test_money_that_comes_after_the_order_had_expired_goes_back(shopper, tea, connected, settings):
    settings.SIMULATED_WEBHOOK_SECONDS = 0.01
    shopper.post("/api/cart/", {"sku": "TEA"})
    card = {"payment": {"method": "simulated", "token": "sim_late_success"}}
    order = shopper.post("/api/checkout/", CHECKOUT | card).json()
    let_time_pass()
    for _turn in range(2):
        Order.objects.update(expires_at=Order.objects.get().date_placed)
        expiry.expire_orders()
        let_time_pass()

    payment = shopper.get(f"/api/payment/{order['payment']['id']}/").json()

    assert (payment["status"], payment["refunded"]) == ("refunded", "3.20")
    assert_invariants()


class TestTriedAgain:
    def test_with_another_card_it_is_paid(self, shopper, placed):
        first = placed.payments.get()
        tried = pay(shopper, placed)

        assert (tried.status_code, tried.json()["status"]) == (201, "pending")
        assert tried.json()["order"] == placed.number
        do_all_work()
        told = shopper.get(address(placed)).json()
        assert (told["status"], told["payment"]["id"]) == ("paid", tried.json()["id"])
        assert shopper.get(f"/api/payment/{first.pk}/").json()["status"] == "cancelled"
        assert_invariants()

    def test_the_first_one_cannot_be_confirmed_any_more(self, shopper, placed):
        first = placed.payments.get()
        pay(shopper, placed)
        do_all_work()
        assert not simulated.confirm(first)

    def test_what_is_paid_is_not_paid_twice(self, shopper, placed):
        pay(shopper, placed)
        do_all_work()
        assert_refused(pay(shopper, placed), "already_paid")
        assert placed.payments.count() == 2

    def test_a_payment_that_failed_has_taken_its_order_along(self, shopper, placed):
        pay(shopper, placed, token="sim_declined")
        do_all_work()
        assert_refused(pay(shopper, placed), "payment_failed", 402)

    def test_a_cancelled_order_is_not_paid_for(self, shopper, placed):
        shopper.post(address(placed, "cancel/"))
        assert_refused(pay(shopper, placed), "invalid_transition")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"token": "sim_new"}, "token"),
            ({"method": "cheque"}, "method"),
            ({"order": ""}, "order"),
            ({"token": None}, "token"),
        ],
    )
    def test_what_is_no_payment_is_named(self, shopper, placed, change, field):
        refused = pay(shopper, placed, **change)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])

    def test_nobody_pays_or_sees_what_is_anothers(self, stranger, placed):
        assert pay(stranger, placed).status_code == 404
        assert stranger.get(f"/api/payment/{placed.payments.get().pk}/").status_code == 404
        assert stranger.get("/api/payment/nothing/").status_code == 404
        assert placed.payments.count() == 1


@on_committed_rows
def test_two_cards_at_once_take_the_money_once(shopper, placed):
    tried = race(lambda: pay(shopper, placed), lambda: pay(shopper, placed))
    assert {answer.status_code for answer in tried} == {201}

    do_all_work()
    sweep()

    assert Payment.objects.filter(order=placed, status="succeeded").count() == 1
    assert shopper.get(address(placed)).json()["status"] == "paid"
    assert_invariants()
