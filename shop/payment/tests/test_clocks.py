"""Machines that disagree about the time agree about what is due: the database says so."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models.functions import Now
from django.utils import timezone

from shop.basket.discounts import add_code, apply_discounts
from shop.checkout.place_order import PaymentChoice
from shop.inventory import back_in_stock, stock
from shop.order import lifecycle
from shop.payment import refund_settlement, refunds, settlement
from shop.payment.gateways import wire
from shop.payment.models import PaymentStatus, Refund, RefundStatus, SimulatedWebhook
from shop.pickup import codes, counter
from shop.pickup.models import PickupCode
from shop.testing.factories import (
    make_basket,
    make_code,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.wire import connected
from shop.testing.worker import send_due_refunds, sweep
from shop.voucher.promo_codes import PromoCodeRefused

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
        assert send_due_refunds() == 1
    assert Refund.objects.get().status == RefundStatus.SUCCEEDED


def test_a_webhook_is_posted_in_time_though_the_clock_that_booked_it_was_ahead(connected):
    with clock_off(minutes=10):
        settlement.collect(ordered("sim_ok").payments.get())
    assert wire.deliver_due() == 1
    assert SimulatedWebhook.objects.exclude(delivered_at=None).count() == 1


def test_a_promo_code_begins_when_the_database_says_so():
    location, product, now = make_location(), make_product(), timezone.now()
    offer(product, location)
    basket = make_basket(location, (product, 1))
    make_code("SOON", starts_at=now + timedelta(minutes=5))
    make_code("STILL", ends_at=now + timedelta(minutes=5))
    with clock_off(minutes=10):
        with pytest.raises(PromoCodeRefused, match="not valid yet"):
            add_code(basket, "SOON")
        add_code(basket, "STILL")
        assert apply_discounts(basket) == []


def test_a_counter_whose_clock_is_ahead_hands_over_till_the_end():
    order = ordered("sim_ok")
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=None)
    code = order.pickup_codes.get()
    PickupCode.objects.update(expires_at=Now() + timedelta(minutes=5))
    counterhand = make_user("Counter", [order.location])
    with clock_off(minutes=10):
        done = counter.hand_over(codes.token_of(code), actor=counterhand)
    assert done.pickup_code.order == order


def test_whoever_was_told_of_stock_may_come_for_as_long_whoevers_clock_told_them(settings):
    settings.BACK_IN_STOCK_HOURS = 1
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=0)
    for shopper in ("ana", "bea"):
        back_in_stock.ask(product, location, email=f"{shopper}@example.com")
    stock.receive([(record.pk, 1)])
    with clock_off(minutes=-90):
        assert back_in_stock.tell(record) == 1
    assert back_in_stock.tell(record) == 0
