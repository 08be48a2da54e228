"""Shoppers who want the same stock at once. Both ways in are raced: the ledger and an order."""

import time
from contextlib import contextmanager
from functools import partial
from threading import Event

import psycopg
import pytest
from django.db import connection, transaction

from shop.checkout.place_order import LinesRefused, place_order
from shop.inventory import stock
from shop.inventory.stock import OutOfStock
from shop.order.models import Order
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_product,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import PATIENCE_SECONDS, on_committed_rows, race

SHOPPERS = 8
UNITS = 5


@on_committed_rows
def test_eight_threads_reserve_five_units_five_times():
    record = offer(make_product(), make_location(), in_stock=UNITS)

    def reserve(number):
        with transaction.atomic():
            stock.reserve([(record.pk, 1)], cause=f"thread {number}")

    outcomes = race(*(partial(reserve, number) for number in range(SHOPPERS)))
    assert outcomes.count(None) == UNITS
    assert [type(o) for o in outcomes if o] == [OutOfStock] * (SHOPPERS - UNITS)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (UNITS, UNITS)
    assert record.movements.count() == 1 + UNITS


@on_committed_rows
def test_eight_shoppers_order_the_last_five_and_five_get_them():
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=UNITS)
    baskets = [make_basket(location, (product, 1)) for _shopper in range(SHOPPERS)]

    outcomes = race(*(partial(place_order, basket, CONTACT, GOOD_CARD) for basket in baskets))

    assert sum(isinstance(outcome, Order) for outcome in outcomes) == UNITS
    refusals = [outcome for outcome in outcomes if not isinstance(outcome, Order)]
    assert {type(refusal) for refusal in refusals} == {LinesRefused}
    assert "Sold out" in str(refusals[0])
    record.refresh_from_db()
    assert record.num_allocated == UNITS == Order.objects.count()
    assert_invariants()


@on_committed_rows
def test_orders_that_share_two_records_in_opposite_order_never_block_each_other():
    location, tea, mug = make_location(), make_product(), make_product()
    offer(tea, location, in_stock=100)
    offer(mug, location, in_stock=100)
    baskets = [
        make_basket(location, *([(tea, 1), (mug, 1)] if turn % 2 else [(mug, 1), (tea, 1)]))
        for turn in range(SHOPPERS)
    ]
    outcomes = race(*(partial(place_order, basket, CONTACT, GOOD_CARD) for basket in baskets))
    assert all(isinstance(outcome, Order) for outcome in outcomes), outcomes
    assert_invariants()


@on_committed_rows
def test_bookings_of_two_records_in_opposite_order_never_block_each_other():
    location = make_location()
    first, second = (offer(make_product(), location, in_stock=500).pk for _each in range(2))

    def book_many(*records):
        for turn in range(25):
            with transaction.atomic():
                stock.reserve([(record, 1) for record in records], cause=f"turn {turn}")

    forwards = partial(book_many, first, second)
    backwards = partial(book_many, second, first)
    assert race(forwards, backwards, forwards, backwards) == [None] * 4


@on_committed_rows
@pytest.mark.parametrize("records", [1, 2])
def test_bookings_that_queue_while_baskets_point_at_a_record_never_block_each_other(records):
    """A basket's new line holds a key share of its record until it is committed."""
    location = make_location()
    keys = [offer(make_product(), location, in_stock=500).pk for _each in range(records)]

    held = Event()

    def reserve():
        held.wait(PATIENCE_SECONDS)
        with transaction.atomic():
            stock.reserve([(key, 1) for key in keys], cause="queued")

    def hold_up():
        with other_connection() as basket, other_connection() as first:
            first.execute("UPDATE partner_stockrecord SET shelf = 'A1' WHERE id = ANY(%s)", [keys])
            share = "SELECT FROM partner_stockrecord WHERE id = ANY(%s) FOR KEY SHARE"
            basket.execute(share, [keys])
            held.set()
            wait_until(lambda: waiting_for_locks() == 3)
            first.commit()
            wait_until(lambda: waiting_for_locks() == 0)

    assert race(hold_up, reserve, reserve, reserve) == [None] * 4


def waiting_for_locks():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@contextmanager
def other_connection():
    parameters = connection.get_connection_params()
    del parameters["cursor_factory"], parameters["context"]
    with psycopg.connect(**parameters) as other:
        yield other


def wait_until(true):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@on_committed_rows
def test_a_basket_submitted_twice_at_once_is_one_order():
    location, product = make_location(), make_product()
    offer(product, location, in_stock=10)
    basket = make_basket(location, (product, 2))
    copies = [type(basket).objects.get(pk=basket.pk) for _tab in range(4)]
    outcomes = race(*(partial(place_order, copy, CONTACT, GOOD_CARD) for copy in copies))
    assert outcomes == [Order.objects.get()] * 4
    assert_invariants()
