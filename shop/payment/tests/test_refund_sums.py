"""Sums that go back, and the goods that go with the last of them."""

from decimal import Decimal

import pytest

from shop.order import lifecycle
from shop.order.models import Order
from shop.payment.refund_sums import CannotRestock, refund_sum
from shop.payment.refunds import TooMuch
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return offer(make_product(), make_location(), "2.50", in_stock=10)


@pytest.fixture
def paid(record):
    """An order of two for 5.00."""
    order = make_order(record.partner.location, (record.product, 2))
    do_all_work()
    return Order.objects.get(pk=order.pk)


def stock_of(record):
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


def test_a_part_leaves_the_goods_where_they_are(paid, record):
    refund_sum(paid, Decimal(2), restock=True)
    do_all_work()
    assert stock_of(record) == (10, 2)
    assert_invariants()


@pytest.mark.parametrize(("restock", "stock"), [(None, (10, 0)), (True, (10, 0)), (False, (8, 0))])
def test_what_waits_goes_back_with_the_rest_or_is_lost(paid, record, restock, stock):
    refund = refund_sum(paid, restock=restock)
    assert refund.amount == 5
    assert stock_of(record) == stock
    do_all_work()
    paid.refresh_from_db()
    assert paid.status == "refunded"
    assert_invariants()


def test_what_waits_goes_on_sale_when_all_has_gone_in_parts(paid, record):
    refund_sum(paid, Decimal(4))
    refund_sum(paid)
    assert stock_of(record) == (10, 2)
    do_all_work()
    assert stock_of(record) == (10, 0)
    assert_invariants()


def test_what_is_out_does_not_come_back_for_less_than_it_was_sold_for(paid, record):
    lifecycle.mark_ready(paid, actor=None)
    lifecycle.complete(paid)
    refund_sum(paid, Decimal(4))
    with pytest.raises(CannotRestock):
        refund_sum(paid, restock=True)
    refund_sum(paid)
    do_all_work()
    assert stock_of(record) == (8, 0)
    assert_invariants()


@pytest.mark.parametrize("amount", [Decimal("5.01"), Decimal(0), Decimal(-1)])
def test_neither_too_much_nor_nothing_goes(paid, amount):
    with pytest.raises(TooMuch):
        refund_sum(paid, amount)


def test_nothing_is_left_of_what_goes_already(paid):
    refund_sum(paid)
    with pytest.raises(TooMuch):
        refund_sum(paid)
