from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.order.models import Status
from shop.payment.gateways import Answer
from shop.payment.gateways.simulated import SimulatedGateway
from shop.payment.models import (
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    SimulatedTransaction,
)
from shop.payment.refund_settlement import send, settle_refund
from shop.payment.refunds import TooMuch, request_refund
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.statements import stock_moved_last
from shop.testing.worker import do_all_work, send_due_refunds


def paid_payment():
    """A payment of 25.00 that has succeeded."""
    location, product = make_location(), make_product()
    offer(product, location, "12.50")
    order = make_order(location, (product, 2))
    do_all_work()
    return order.payments.get()


@pytest.mark.django_db
def test_a_part_goes_back_and_the_order_goes_on():
    payment = paid_payment()
    request_refund(payment, Decimal("10.00"), reason="One was chipped.")
    do_all_work()
    payment.refresh_from_db()
    assert (payment.status, payment.refunded) == (PaymentStatus.SUCCEEDED, Decimal("10.00"))
    assert payment.order.status == Status.PAID
    assert_invariants()


@pytest.mark.django_db
def test_all_of_it_in_parts_ends_the_order_and_frees_its_stock():
    payment = paid_payment()
    for amount in ("10.00", "15.00"):
        request_refund(payment, Decimal(amount))
        do_all_work()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.REFUNDED
    assert payment.order.status == Status.REFUNDED
    assert payment.order.lines.get().stockrecord.num_allocated == 0
    assert_invariants()


@pytest.mark.django_db
def test_what_ends_the_order_moves_stock_last():
    refund = request_refund(paid_payment(), Decimal("25.00"))
    with stock_moved_last():
        settle_refund(refund, Answer(PaymentStatus.SUCCEEDED, "sim_1"))
    assert Payment.objects.get().order.status == Status.REFUNDED


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["-1.00", "0.00", "25.01"])
def test_an_amount_that_cannot_go_back_is_refused(amount):
    with pytest.raises(TooMuch, match=r"Only €25\.00"):
        request_refund(paid_payment(), Decimal(amount))


@pytest.mark.django_db
def test_what_is_on_its_way_back_cannot_go_back_again():
    payment = paid_payment()
    request_refund(payment, Decimal("20.00"))
    with pytest.raises(TooMuch) as refusal:
        request_refund(payment, Decimal("10.00"))
    assert refusal.value.left == Decimal("5.00")


@pytest.mark.django_db
def test_nothing_goes_back_of_a_payment_that_never_came():
    location, product = make_location(), make_product()
    offer(product, location)
    payment = make_order(location, (product, 1)).payments.get()
    with pytest.raises(TooMuch):
        request_refund(payment, Decimal("1.00"))


class SlowGateway(SimulatedGateway):
    """Says of a refund that it is on its way, and when asked about it what `now_says`."""

    now_says = PaymentStatus.PENDING

    def refund(self, refund):
        return Answer(PaymentStatus.PENDING, "sim_1")

    def look_up_refund(self, refund):
        assert refund.reference == "sim_1"
        return Answer(self.now_says, "sim_1")


@pytest.mark.django_db
def test_what_the_gateway_has_under_way_is_looked_up_later_and_goes_back_once(settings):
    payment = paid_payment()
    refund = request_refund(payment, Decimal("20.00"))
    settings.PAYMENT_GATEWAYS = {"simulated": f"{__name__}.SlowGateway"}
    do_all_work()
    with pytest.raises(TooMuch):
        request_refund(payment, Decimal("10.00"))
    refund.refresh_from_db()
    assert (refund.status, refund.reference) == (RefundStatus.PENDING, "sim_1")
    assert send_due_refunds() == 0
    SlowGateway.now_says = PaymentStatus.SUCCEEDED
    Refund.objects.update(next_attempt_at=timezone.now())
    assert send_due_refunds() == 1
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert_invariants()


@pytest.mark.django_db
def test_the_database_refuses_more_back_than_came():
    payment = paid_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded=Decimal("25.01"))


@on_committed_rows
def test_colleagues_who_refund_at_once_never_send_more_than_came():
    payment = paid_payment()
    outcomes = race(*[partial(request_refund, payment, Decimal("10.00"))] * 4)
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, TooMuch) for outcome in outcomes) == 2
    do_all_work()
    assert_invariants()


@on_committed_rows
def test_a_refund_that_two_workers_send_goes_back_once():
    payment = paid_payment()
    request_refund(payment, Decimal("10.00"))
    copies = [Refund.objects.select_related("payment").get() for _worker in range(4)]
    assert race(*(partial(send, refund) for refund in copies)) == [None] * 4
    payment.refresh_from_db()
    assert payment.refunded == Decimal("10.00")
    assert SimulatedTransaction.objects.filter(idempotency_key__startswith="refund").count() == 1
    do_all_work()
    assert_invariants()
