from contextlib import contextmanager
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from shop.inventory import low_stock, stock
from shop.inventory.models import LowStockAlert
from shop.inventory.quantities import MOST_STEPS, NotAQuantity
from shop.inventory.signals import stock_ran_low
from shop.testing.factories import make_location, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race

pytestmark = pytest.mark.django_db


@contextmanager
def listening(signal, argument):
    """What a signal announced meanwhile."""
    heard = []

    def listen(**announced):
        assert transaction.get_connection().in_atomic_block
        heard.append(announced[argument])

    signal.connect(listen)
    try:
        yield heard
    finally:
        signal.disconnect(listen)


@pytest.fixture
def shelf():
    """Ten pieces, called low below five."""
    return offer(make_product(), make_location(), in_stock=10, low_stock_threshold=5)


def open_alerts():
    return [(alert.left, alert.threshold) for alert in LowStockAlert.objects.open()]


def test_falling_below_the_threshold_raises_one_alert(shelf):
    with listening(stock_ran_low, "alerts") as heard:
        stock.reserve([(shelf.pk, 5)], cause="just enough left")
        assert (open_alerts(), heard) == ([], [])
        stock.reserve([(shelf.pk, 2)], cause="too few left")
        stock.reserve([(shelf.pk, 1)], cause="fewer still")
    assert open_alerts() == [(3, 5)]
    assert heard == [list(LowStockAlert.objects.all())]


def test_an_alert_closes_when_stock_is_back_and_the_next_fall_raises_another(shelf):
    stock.adjust(shelf, -8, reason="broken")
    stock.receive([(shelf.pk, 2)])
    assert open_alerts() == [(2, 5)]
    stock.receive([(shelf.pk, 1)])
    assert open_alerts() == []
    assert LowStockAlert.objects.get().closed_at
    stock.reserve([(shelf.pk, 1)], cause="one more")
    assert open_alerts() == [(4, 5)]
    stock.release([(shelf.pk, 1)], cause="one more")
    assert open_alerts() == []
    assert_invariants()


def test_a_first_delivery_that_is_too_small_is_low(shelf):
    offer(make_product(), make_location(), in_stock=2, low_stock_threshold=5)
    assert open_alerts() == [(2, 5)]
    assert_invariants()


def test_what_is_never_called_low_raises_nothing():
    record = offer(make_product(), make_location(), in_stock=3)
    stock.reserve([(record.pk, 3)], cause="all")
    assert open_alerts() == []


def test_a_booking_that_was_rolled_back_alarmed_nobody(shelf):
    with transaction.atomic():
        stock.reserve([(shelf.pk, 9)], cause="given up")
        assert open_alerts() == [(1, 5)]
        transaction.set_rollback(True)
    assert not LowStockAlert.objects.exists()


def test_a_changed_threshold_is_looked_at_at_once(shelf):
    with listening(stock_ran_low, "alerts") as heard:
        low_stock.set_threshold(shelf, 11)
        low_stock.set_threshold(shelf, 12)
    assert open_alerts() == [(10, 11)]
    assert len(heard) == 1
    low_stock.set_threshold(shelf, 10)
    assert open_alerts() == []
    low_stock.set_threshold(shelf, 20)
    low_stock.set_threshold(shelf, None)
    assert open_alerts() == []
    assert_invariants()


@pytest.mark.parametrize("threshold", [-1, 1.5, MOST_STEPS + 1])
def test_what_is_no_quantity_is_no_threshold(threshold, shelf):
    with pytest.raises(NotAQuantity):
        low_stock.set_threshold(shelf, threshold)
    shelf.refresh_from_db()
    assert shelf.low_stock_threshold == 5


def test_the_database_keeps_one_open_alert(shelf):
    LowStockAlert.objects.create(stockrecord=shelf, left=1, threshold=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        LowStockAlert.objects.create(stockrecord=shelf, left=1, threshold=5)


def test_a_booking_that_crosses_no_threshold_is_one_statement(shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        stock.reserve([(shelf.pk, 5)], cause="enough left")


@pytest.mark.parametrize("records", [2, 8])
def test_alerts_cost_the_same_for_many_records(records, django_assert_num_queries):
    location = make_location()
    shelves = [offer(make_product(), location, low_stock_threshold=5) for _ in range(records)]
    with django_assert_num_queries(6):
        stock.reserve([(shelf.pk, 6) for shelf in shelves], cause="much")
    assert len(open_alerts()) == records


@on_committed_rows
def test_many_who_cross_it_at_once_raise_one_alert():
    record = offer(make_product(), make_location(), in_stock=8, low_stock_threshold=6)

    def take(number):
        with transaction.atomic():
            stock.adjust(record, -1, reason=f"broken {number}")

    assert race(*(partial(take, number) for number in range(8))) == [None] * 8
    assert open_alerts() == [(5, 6)]
    assert_invariants()


@on_committed_rows
def test_stock_and_threshold_moved_at_once_agree_about_the_alert():
    record = offer(make_product(), make_location(), in_stock=8, low_stock_threshold=6)

    def take(steps):
        stock.adjust(record, steps, reason="counted anew")

    turns = (take, -4), (take, 3), (take, -2), (take, 4)
    thresholds = (partial(low_stock.set_threshold, record, to) for to in (3, 7, 5))
    outcomes = race(*(partial(turn, steps) for turn, steps in turns), *thresholds)
    assert outcomes == [None] * 7
    assert_invariants()
