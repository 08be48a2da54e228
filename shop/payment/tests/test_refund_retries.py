from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from shop.order.models import Status
from shop.payment import refunds
from shop.payment.cancellation import cancel_order
from shop.payment.gateways import Answer, NoAnswer, UnknownMethod
from shop.payment.gateways.simulated import SimulatedGateway
from shop.payment.models import PaymentStatus, Refund, RefundStatus
from shop.payment.refund_retries import due, send_again, send_again_in_turn
from shop.payment.refund_settlement import send, settle_refund
from shop.payment.refunds import TooMuch, request_refund
from shop.payment.signals import refund_failed, refund_settled
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows, race, right_before
from shop.testing.worker import do_all_work, send_due_refunds


class Refusing(SimulatedGateway):
    """Refuses refunds, or is silent about them, as long as `plan` says; keeps each key it saw."""

    plan, keys = [], []

    def refund(self, refund):
        self.keys.append(refund.idempotency_key)
        step = self.plan.pop(0) if self.plan else "ok"
        if step == "silent":
            raise NoAnswer
        if step == "refuse":
            return Answer(PaymentStatus.FAILED, f"sim_{len(self.keys)}", "expired_card")
        return super().refund(refund)


@pytest.fixture(autouse=True)
def gateway(settings):
    settings.PAYMENT_GATEWAYS = {"simulated": f"{__name__}.Refusing"}
    Refusing.plan, Refusing.keys = [], []
    return Refusing


@pytest.fixture
def heard():
    """The refunds that were announced, by how they ended."""
    told = []

    def settled(refund, **kwargs):
        told.append(("settled", refund.pk))

    def failed(refund, **kwargs):
        told.append(("failed", refund.pk))

    refund_settled.connect(settled)
    refund_failed.connect(failed)
    yield told
    refund_settled.disconnect(settled)
    refund_failed.disconnect(failed)


def paid_order():
    """An order of 25.00 that was paid."""
    location, product = make_location(), make_product()
    offer(product, location, "12.50")
    order = make_order(location, (product, 2))
    do_all_work()
    order.refresh_from_db()
    return order


def booked(amount="10.00"):
    return request_refund(paid_order().payments.get(), Decimal(amount))


def much_later(refund):
    """The time when a refund's next attempt is due has come."""
    Refund.objects.filter(pk=refund.pk, next_attempt_at__isnull=False).update(
        next_attempt_at=timezone.now()
    )
    send_due_refunds()
    refund.refresh_from_db()


@pytest.mark.django_db
def test_what_was_refused_once_goes_later_under_a_new_key(gateway, heard):
    refund, gateway.plan = booked(), ["refuse"]
    do_all_work()
    refund.refresh_from_db()
    assert (refund.status, refund.attempts) == (RefundStatus.PENDING, 1)
    assert refund.payment.refunded == 0
    wait = refund.next_attempt_at - timezone.now()
    assert timedelta(seconds=14) < wait < timedelta(seconds=25)
    assert send_due_refunds() == 0
    much_later(refund)
    assert (refund.status, heard) == (RefundStatus.SUCCEEDED, [("settled", refund.pk)])
    assert len(set(gateway.keys)) == 2
    assert_invariants()


@pytest.mark.django_db
def test_silence_is_asked_again_under_the_same_key(gateway):
    refund, gateway.plan = booked(), ["refuse", "silent", "silent"]
    do_all_work()
    for _time in range(3):
        much_later(refund)
    assert (refund.status, refund.attempts) == (RefundStatus.SUCCEEDED, 1)
    assert [gateway.keys.count(key) for key in dict.fromkeys(gateway.keys)] == [1, 3]
    assert_invariants()


@pytest.mark.django_db
def test_the_waits_grow_and_in_the_end_it_has_failed(gateway, heard):
    refund, gateway.plan = booked(), ["refuse"] * 5
    do_all_work()
    waits = []
    while (refund := Refund.objects.get()).status == RefundStatus.PENDING:
        waits.append(refund.next_attempt_at - timezone.now())
        much_later(refund)
    assert len(waits) == 4
    assert waits[3] > 3 * waits[0]
    assert (refund.status, heard) == (RefundStatus.FAILED, [("failed", refund.pk)])
    payment = refund.payment
    payment.refresh_from_db()
    assert (payment.refunded, refunds.left_to_refund(payment)) == (0, Decimal("25.00"))
    assert [event.kind for event in payment.events.all()][1:] == [
        *["refund_refused"] * 4,
        "refund_failed",
    ]
    assert send_due_refunds() == 0
    assert_invariants()


def failed_refund(gateway, settings, refund):
    settings.REFUND_ATTEMPTS, gateway.plan = 1, ["refuse"]
    do_all_work()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    return refund


@pytest.mark.django_db
def test_what_failed_for_good_is_sent_again_when_somebody_says_so(gateway, settings):
    refund = failed_refund(gateway, settings, booked())
    assert send_again(refund)
    assert not send_again(refund)
    send_due_refunds()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert len(set(gateway.keys)) == 2
    assert_invariants()


@pytest.mark.django_db
def test_money_that_went_another_way_is_not_sent_again(gateway, settings):
    refund = failed_refund(gateway, settings, booked("20.00"))
    request_refund(refund.payment, Decimal("15.00"))
    with pytest.raises(TooMuch):
        send_again(refund)


@pytest.mark.django_db
def test_a_cancelled_orders_money_that_cannot_go_shows_as_drift(gateway, settings):
    order = paid_order()
    refund = cancel_order(order, actor=None, reason="x")
    failed_refund(gateway, settings, refund)
    order.refresh_from_db()
    assert order.status == Status.CANCELLED
    assert list(broken_invariants()) == ["no money stays for an order that waits or was cancelled"]
    send_again(refund)
    send_due_refunds()
    order.refresh_from_db()
    assert order.status == Status.REFUNDED
    assert_invariants()


@pytest.mark.django_db
def test_a_refund_that_breaks_has_had_its_turn_and_keeps_no_other_waiting(gateway):
    payments = [paid_order().payments.get() for _shopper in range(2)]
    first, second = [request_refund(payment, Decimal("10.00")) for payment in payments]
    gateway.plan = ["refuse", "refuse"]
    do_all_work()
    Refund.objects.update(next_attempt_at=timezone.now())
    first.payment.order.payments.update(method="closed down")
    with pytest.raises(UnknownMethod):
        send_again_in_turn(first.pk)
    assert due() == [second.pk]


@on_committed_rows
def test_a_refund_whose_gateway_is_being_asked_is_nobody_elses(gateway):
    refund = booked()
    with right_before("shop.payment.refund_settlement._ask", partial(send, refund)):
        send(refund)
    assert len(gateway.keys) == 1
    assert Refund.objects.get().status == RefundStatus.SUCCEEDED
    do_all_work()
    assert_invariants()


@pytest.mark.django_db
def test_a_refusal_that_is_told_twice_counts_once(gateway):
    refund, gateway.plan = booked(), ["refuse"]
    do_all_work()
    refund.refresh_from_db()
    settle_refund(refund, Answer(PaymentStatus.FAILED, refund.reference))
    refund.refresh_from_db()
    assert refund.attempts == 1


@on_committed_rows
def test_a_refund_that_is_refused_right_before_it_is_sent_is_not_sent_under_its_old_key(gateway):
    refund = booked()
    refused = partial(settle_refund, refund, Answer(PaymentStatus.FAILED, "sim_1"))
    stale = Refund.objects.select_related("payment").get(pk=refund.pk)
    with right_before("shop.payment.refund_settlement._take_up", refused):
        send(stale)
    assert gateway.keys == []
    much_later(refund)
    assert (gateway.keys, refund.status) == ([f"refund-{refund.pk}-1"], RefundStatus.SUCCEEDED)
    do_all_work()
    assert_invariants()


@on_committed_rows
def test_two_workers_that_hear_one_refusal_count_it_once(gateway):
    refund = booked()
    refusal = Answer(PaymentStatus.FAILED, "sim_1", "expired_card")
    copies = [Refund.objects.select_related("payment").get(pk=refund.pk) for _worker in range(3)]
    race(*(partial(settle_refund, copy, refusal) for copy in copies))
    refund.refresh_from_db()
    assert refund.attempts == 1
    do_all_work()
    assert_invariants()
