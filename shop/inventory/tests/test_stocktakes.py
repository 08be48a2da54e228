from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from shop.checkout.place_order import place_order
from shop.inventory import stock, stocktakes
from shop.inventory.models import Count, Movement, Stocktake
from shop.inventory.quantities import MOST_STEPS, NotAQuantity
from shop.inventory.stock import OutOfStock
from shop.inventory.stocktakes import StocktakeRefused
from shop.order import lifecycle
from shop.order.models import Order
from shop.payment import settlement
from shop.payment.models import Payment
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.statements import stock_moved_last

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def tea(here):
    return offer(make_product(title="Tea"), here, in_stock=10)


@pytest.fixture
def mugs(here):
    return offer(make_product(title="Mug"), here, in_stock=5)


def numbers(record):
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


def test_a_stocktake_counts_all_of_a_location_or_what_is_chosen(here, tea, mugs):
    offer(make_product(), make_location())
    everything = stocktakes.begin(here)
    assert [count.stockrecord for count in everything.counts.all()] == [tea, mugs]
    stocktakes.close(everything)
    some = stocktakes.begin(here, [mugs])
    assert [count.stockrecord for count in some.counts.all()] == [mugs]


def test_the_difference_is_booked_when_it_is_closed(here, tea, mugs):
    keeper = make_user("Owner")
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 8, mugs.pk: 5}, actor=keeper)
    assert numbers(tea) == (10, 0)
    stocktakes.close(stocktake, actor=keeper)
    assert (numbers(tea), numbers(mugs)) == ((8, 0), (5, 0))
    movement = Movement.objects.of(tea).first()
    assert (str(movement), movement.cause) == ("counted -2/+0", stocktake.number)
    assert movement.actor == keeper
    assert mugs.movements.count() == 1
    assert_invariants()


def test_what_is_sold_after_the_count_does_not_spoil_it(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 9})
    order = make_order(here, (tea.product, 3))
    settlement.collect(Payment.objects.select_related("order").get(order=order))
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=None)
    lifecycle.complete(order)
    stock.receive([(tea.pk, 5)])
    stocktakes.close(stocktake)
    assert numbers(tea) == (10 - 1 - 3 + 5, 0)
    assert_invariants()


def test_the_same_number_twice_is_one_count_and_another_one_replaces_it(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 9})
    stock.receive([(tea.pk, 5)])
    stocktakes.enter(stocktake, {tea.pk: 9})
    assert Count.objects.get().in_stock_then == 10
    stocktakes.enter(stocktake, {tea.pk: 14})
    assert Count.objects.get().in_stock_then == 15
    stocktakes.close(stocktake)
    assert numbers(tea) == (14, 0)


def test_a_count_taken_back_can_be_made_anew(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 9})
    stock.adjust(tea, -1, reason="one broken")
    stocktakes.enter(stocktake, {tea.pk: None})
    stocktakes.enter(stocktake, {tea.pk: 9})
    stocktakes.close(stocktake)
    assert numbers(tea) == (9, 0)


def test_what_nobody_counted_stays_as_it_is(here, tea, mugs):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {mugs.pk: 0})
    stocktakes.close(stocktake)
    assert (numbers(tea), numbers(mugs)) == ((10, 0), (0, 0))
    assert_invariants()


def test_what_is_reserved_is_not_counted_away_and_each_record_is_named(here, tea, mugs):
    other = offer(make_product(), here, in_stock=7)
    make_order(here, (tea.product, 8), (mugs.product, 5))
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 7, mugs.pk: 4, other.pk: 6})
    with pytest.raises(OutOfStock) as refusal:
        stocktakes.close(stocktake)
    assert [s.stockrecord_id for s in refusal.value.shortages] == [tea.pk, mugs.pk]
    assert numbers(other) == (7, 0)
    assert Stocktake.objects.get().is_open
    assert_invariants()


def test_a_location_is_counted_once_at_a_time(here, tea):
    stocktake = stocktakes.begin(here)
    with pytest.raises(StocktakeRefused, match="already"):
        stocktakes.begin(here)
    stocktakes.close(stocktake)
    stocktakes.begin(here)


def test_a_closed_stocktake_takes_nothing_more(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 9})
    stocktakes.close(stocktake)
    with pytest.raises(StocktakeRefused, match="closed"):
        stocktakes.close(stocktake)
    with pytest.raises(StocktakeRefused, match="closed"):
        stocktakes.enter(stocktake, {tea.pk: 3})
    assert numbers(tea) == (9, 0)


def test_what_makes_no_stocktake_is_refused(here, tea):
    elsewhere = offer(make_product(), make_location())
    with pytest.raises(StocktakeRefused, match="one location"):
        stocktakes.begin(here, [tea, elsewhere])
    with pytest.raises(StocktakeRefused, match="nothing to count"):
        stocktakes.begin(make_location())
    stocktake = stocktakes.begin(here)
    with pytest.raises(StocktakeRefused, match="not part"):
        stocktakes.enter(stocktake, {tea.pk: 3, elsewhere.pk: 3})
    assert Count.objects.get().counted is None


@pytest.mark.parametrize("steps", [-1, 2.5, "3", MOST_STEPS + 1])
def test_what_is_no_quantity_is_not_counted(steps, here, tea, mugs):
    stocktake = stocktakes.begin(here)
    with pytest.raises(NotAQuantity):
        stocktakes.enter(stocktake, {tea.pk: 3, mugs.pk: steps})
    assert set(stocktake.counts.values_list("counted", flat=True)) == {None}


def test_a_count_beyond_the_column_is_refused_when_it_is_closed(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: MOST_STEPS})
    stock.receive([(tea.pk, 1)])
    with pytest.raises(NotAQuantity), transaction.atomic():
        stocktakes.close(stocktake)
    assert numbers(tea) == (11, 0)


def test_a_difference_that_was_not_booked_is_found(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 9})
    stocktakes.close(stocktake)
    Count.objects.update(counted=8)
    assert broken_invariants() == {
        "a closed stocktake booked its differences, an open one nothing": [
            (stocktake.number, tea.pk, 8, 10)
        ]
    }


def test_closing_moves_stock_last(here, tea):
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {tea.pk: 9})
    with stock_moved_last():
        stocktakes.close(stocktake)


@on_committed_rows
def test_a_stocktake_closed_among_orders_leaves_every_order_its_goods():
    here, product = make_location(), make_product()
    record = offer(product, here, in_stock=5)
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {record.pk: 3})
    baskets = [make_basket(here, (product, 1)) for _shopper in range(5)]
    outcomes = race(
        *(partial(place_order, basket, CONTACT, GOOD_CARD) for basket in baskets),
        partial(stocktakes.close, stocktake),
    )
    ordered = sum(isinstance(outcome, Order) for outcome in outcomes)
    closed = outcomes[-1] is None
    assert closed or isinstance(outcomes[-1], OutOfStock)
    assert numbers(record) == (3 if closed else 5, ordered)
    assert_invariants()


@on_committed_rows
def test_a_stocktake_closed_twice_at_once_is_booked_once():
    here = make_location()
    record = offer(make_product(), here, in_stock=5)
    stocktake = stocktakes.begin(here)
    stocktakes.enter(stocktake, {record.pk: 3})
    outcomes = race(*[partial(stocktakes.close, stocktake)] * 3)
    assert [type(o) for o in outcomes if o] == [StocktakeRefused] * 2
    assert numbers(record) == (3, 0)
    assert_invariants()


@on_committed_rows
def test_a_location_is_begun_to_be_counted_once_by_many():
    here = make_location()
    offer(make_product(), here)
    outcomes = race(*[partial(stocktakes.begin, here)] * 4)
    assert sum(isinstance(outcome, Stocktake) for outcome in outcomes) == 1
    assert Stocktake.objects.count() == 1


@on_committed_rows
def test_of_one_scan_sent_four_times_at_once_one_counts():
    location = make_location()
    record = offer(make_product(upc="TEA"), location, in_stock=5)
    stocktake = stocktakes.begin(location)
    scan = partial(stocktakes.scan, stocktake, "TEA")
    once = uuid4()
    race(*[partial(scan, token=once)] * 4, *(partial(scan, token=uuid4()) for _each in range(4)))
    assert stocktake.counts.get(stockrecord=record).counted == 5
