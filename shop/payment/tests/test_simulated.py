"""Each token of the simulated gateway, over the wire."""

from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from django.utils import timezone

from shop.checkout.place_order import PaymentChoice
from shop.payment import expiry
from shop.payment.gateways import simulated, wire
from shop.payment.gateways.scenarios import SCENARIOS
from shop.payment.models import Outcome, SimulatedTransaction, SimulatedWebhook, WebhookEvent
from shop.payment.refunds import request_refund
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.wire import connected, let_time_pass
from shop.testing.worker import do_all_work, sweep

__all__ = ["connected"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def prompt_gateway(settings):
    settings.SIMULATED_WEBHOOK_SECONDS = 0


def order_with(token):
    location, product = make_location(), make_product()
    offer(product, location, "12.50", in_stock=10)
    return make_order(location, (product, 2), payment=PaymentChoice("simulated", token))


def stands(order):
    order.refresh_from_db()
    return order.status, order.payments.get().status


def outcomes():
    return list(WebhookEvent.objects.order_by("pk").values_list("outcome", flat=True))


ENDS = {
    "sim_ok": ("paid", "succeeded"),
    "sim_declined": ("cancelled", "failed"),
    "sim_insufficient_funds": ("cancelled", "failed"),
    "sim_requires_action": ("pending", "requires_action"),
    "sim_timeout_then_ok": ("paid", "succeeded"),
    "sim_duplicate_webhook": ("paid", "succeeded"),
    "sim_webhook_first": ("paid", "succeeded"),
    "sim_late_success": ("pending", "pending"),
    "sim_refund_fails_once": ("paid", "succeeded"),
}


@pytest.mark.parametrize("token", SCENARIOS)
def test_each_token_comes_to_its_end_with_webhooks_and_without(token, settings, connected):
    order = order_with(token)
    let_time_pass()
    assert stands(order) == ENDS[token]
    assert not SimulatedWebhook.objects.filter(delivered_at=None).exists()
    assert order.payments.get().events.count() <= 1
    assert_invariants()


def test_a_gateway_that_times_out_is_silent_and_its_webhook_tells(connected, settings):
    settings.SIMULATED_WEBHOOK_SECONDS = 60
    order = order_with("sim_timeout_then_ok")
    do_all_work()
    assert stands(order) == ("pending", "pending")
    assert order.payments.get().asked_at
    let_time_pass()
    assert stands(order) == ("paid", "succeeded")
    assert outcomes() == [Outcome.SETTLED]


def test_a_webhook_that_is_posted_three_times_is_one_event(connected):
    order_with("sim_duplicate_webhook")
    let_time_pass()
    assert SimulatedWebhook.objects.count() == 3
    assert WebhookEvent.objects.count() == 1


def test_a_webhook_that_overtakes_the_answer_is_there_before_it(connected):
    order = order_with("sim_webhook_first")
    simulated.SimulatedGateway().charge(order.payments.get())
    assert WebhookEvent.objects.count() == 1
    do_all_work()
    assert stands(order) == ("paid", "succeeded")


@pytest.mark.parametrize(
    ("say", "ends"),
    [(simulated.confirm, ("paid", "succeeded")), (simulated.decline, ("cancelled", "failed"))],
)
def test_the_shopper_decides_once_at_their_bank(connected, say, ends):
    order = order_with("sim_requires_action")
    do_all_work()
    payment = order.payments.get()
    assert [bool(say(payment)) for _time in range(2)] == [True, False]
    let_time_pass()
    assert stands(order) == ends
    assert_invariants()


def test_money_that_comes_days_late_goes_back(connected, settings):
    settings.RESERVATION_MINUTES = 0
    order = order_with("sim_late_success")
    do_all_work()
    sweep(timezone.now() + timedelta(minutes=5))
    assert stands(order) == ("pending", "pending")
    assert [expiry.expire_orders() for _time in range(3)] == [1, 1, 0]
    do_all_work()
    let_time_pass()
    assert stands(order) == ("refunded", "refunded")
    assert order.payments.get().refunded == Decimal("25.00")
    assert order.lines.get().stockrecord.num_allocated == 0
    assert_invariants()


def test_the_books_tell_the_truth_and_charge_a_key_once():
    order = order_with("sim_ok")
    gateway, payment = simulated.SimulatedGateway(), order.payments.get()
    assert gateway.look_up(payment) is None
    answers = {gateway.charge(payment), gateway.charge(payment), gateway.look_up(payment)}
    assert len(answers) == 1
    assert SimulatedTransaction.objects.count() == 1
    assert gateway.cancel(payment).status == "succeeded"


def test_what_was_cancelled_before_it_was_asked_for_is_never_taken():
    payment = order_with("sim_ok").payments.get()
    gateway = simulated.SimulatedGateway()
    assert gateway.cancel(payment).status == "cancelled"
    assert gateway.charge(payment).status == "cancelled"


def test_a_refund_fails_once():
    order = order_with("sim_refund_fails_once")
    do_all_work()
    gateway, payment = simulated.SimulatedGateway(), order.payments.get()
    first, second = (request_refund(payment, Decimal("5.00")) for _time in range(2))
    assert [gateway.refund(r).status for r in (first, first, second)] == [
        "failed",
        "failed",
        "succeeded",
    ]


def test_a_webhook_that_nobody_acknowledges_is_posted_again_later(settings, monkeypatch):
    settings.SIMULATED_WEBHOOK_URL = "http://shop.example/"
    answers = [requests.ConnectionError, 500, 302, 200]

    def post(body):
        answer = answers.pop(0)
        if answer is requests.ConnectionError:
            raise answer
        return answer

    monkeypatch.setattr(wire, "_post", post)
    order_with("sim_ok")
    do_all_work()
    now = timezone.now()
    assert wire.deliver_due(now) == 0
    waits = []
    for _attempt in range(3):
        webhook = SimulatedWebhook.objects.get()
        waits.append((webhook.due_at - now).total_seconds() > 5)
        assert wire.deliver_due(now + timedelta(minutes=5)) == 1
    assert waits == [True] * 3
    assert answers == []
    assert wire.deliver_due(now + timedelta(hours=1)) == 0
