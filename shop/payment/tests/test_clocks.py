"""Machines that disagree about the time agree about what is due: the database says so."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from shop.checkout.place_order import PaymentChoice
from shop.payment import refund_retries, refund_settlement, refunds, settlement
from shop.payment.gateways import wire
from shop.payment.models import PaymentStatus, Refund, RefundStatus, SimulatedWebhook
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.wire import connected
from shop.testing.worker import sweep

__all__ = ["connected"]

pytestmark = pytest.mark.django_db


def clock_off(minutes):
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    return time_machine.travel(moment, tick=True)


@pytest.fixture(autouse=True)
def _soon(settings):
    settings.PAYMENT_STUCK_SECONDS = settings.REFUND_RETRY_SECONDS = 0
    settings.SIMULATED_WEBHOOK_SECONDS = 0


def ordered(token):
    location, product = make_location(), make_product()
    offer(product, location)
    choice = PaymentChoice(method="simulated", token=token)
    return make_order(location, (product, 1), payment=choice)


def test_a_payment_is_looked_up_in_time_though_the_web_servers_clock_is_ahead():
    with clock_off(minutes=10):
        payment = ordered("sim_timeout_then_ok").payments.get()
    with clock_off(minutes=-10):
        settlement.collect(payment)
        assert sweep() == 1
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED


def test_a_payment_is_not_looked_up_too_early_by_a_clock_that_is_ahead(settings):
    settings.PAYMENT_STUCK_SECONDS = 60
    ordered("sim_ok")
    with clock_off(minutes=10):
        assert sweep() == 0


def test_a_refund_is_sent_again_in_time_though_the_clock_that_put_it_off_was_ahead():
    payment = ordered("sim_refund_fails_once").payments.get()
    settlement.collect(payment)
    refund = refunds.request_refund(payment, payment.amount)
    with clock_off(minutes=10):
        refund_settlement.send(refund)
    with clock_off(minutes=-10):
        assert refund_retries.send_due() == 1
    assert Refund.objects.get().status == RefundStatus.SUCCEEDED


def test_a_webhook_is_posted_in_time_though_the_clock_that_booked_it_was_ahead(connected):
    with clock_off(minutes=10):
        settlement.collect(ordered("sim_ok").payments.get())
    assert wire.deliver_due() == 1
    assert SimulatedWebhook.objects.exclude(delivered_at=None).count() == 1
