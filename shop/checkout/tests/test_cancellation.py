from decimal import Decimal

import pytest

from shop.order import lifecycle
from shop.order.models import Status
from shop.order.statuses import InvalidTransition
from shop.payment import refund_settlement, settlement
from shop.payment.cancellation import Cancellation, cancel_order, foresee
from shop.payment.gateways import Answer
from shop.payment.models import Payment, PaymentStatus, Refund
from shop.payment.refunds import request_refund
from shop.testing.factories import make_location, make_order, make_product, make_user, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return offer(make_product(), make_location(), price="2.50", in_stock=10)


@pytest.fixture
def order(record):
    return make_order(record.partner.location, (record.product, 4))


@pytest.fixture
def paid(order):
    settlement.collect(Payment.objects.select_related("order").get(order=order))
    order.refresh_from_db()
    return order


def cancelled(order, **values):
    refund = cancel_order(order, actor=make_user("Owner"), reason="Dropped", **values)
    order.refresh_from_db()
    return refund


def reserved(record):
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


def test_an_unpaid_order_only_gives_its_goods_back(order, record):
    assert foresee(order) == Cancellation(refund=Decimal(0), lines_back_on_sale=1)
    assert cancelled(order) is None
    assert order.status == Status.CANCELLED
    assert reserved(record) == (10, 0)


def test_a_payment_that_arrives_afterwards_goes_back_by_itself(order, record):
    cancelled(order)
    settlement.settle(Payment.objects.get(order=order), Answer(PaymentStatus.SUCCEEDED, "sim_1"))
    assert Refund.objects.get().amount == order.total_incl_tax


def test_a_paid_order_is_refunded_in_full(paid, record):
    assert foresee(paid) == Cancellation(refund=Decimal("10.00"), lines_back_on_sale=1)
    refund = cancelled(paid)
    assert (refund.amount, refund.reason) == (Decimal("10.00"), "Dropped")
    assert paid.status == Status.CANCELLED
    assert reserved(record) == (10, 0)

    refund_settlement.send(Refund.objects.select_related("payment").get())
    paid.refresh_from_db()
    assert paid.status == Status.REFUNDED
    assert reserved(record) == (10, 0)


def test_what_was_refunded_before_is_not_refunded_again(paid):
    earlier = request_refund(paid.payments.get(), Decimal(3))
    assert foresee(paid).refund == Decimal("7.00")
    assert cancelled(paid).amount == Decimal("7.00")
    for refund in (earlier, *Refund.objects.exclude(pk=earlier.pk)):
        refund_settlement.send(refund)
    assert Payment.objects.get().refunded == Decimal("10.00")


def test_what_is_handed_over_cannot_be_cancelled(paid, record):
    owner = make_user("Owner")
    lifecycle.mark_ready(paid, actor=owner)
    lifecycle.complete(paid, actor=owner)
    with pytest.raises(InvalidTransition):
        cancelled(paid)
    assert not Refund.objects.exists()
    assert reserved(record) == (6, 0)
