"""Deliveries: to one location, in one go, and once, however often the button is pressed."""

from functools import partial
from uuid import uuid4

import pytest

from shop.inventory import deliveries, stock
from shop.inventory.deliveries import DeliveryRefused
from shop.inventory.models import Delivery
from shop.inventory.quantities import NotAQuantity
from shop.inventory.stock import ChangedMeanwhile
from shop.testing.factories import make_location, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def record(here):
    return offer(make_product(), here, in_stock=5)


def test_a_delivery_is_the_cause_of_what_it_brought(here, record):
    delivery = deliveries.receive(
        here, [(record.pk, 3)], token=uuid4(), reference="LS-77", reason="wet"
    )
    movement = record.movements.first()
    assert (movement.kind, movement.in_stock_after) == ("received", 8)
    assert (movement.cause, movement.reason) == (delivery.number, "LS-77 · wet")


def test_a_delivery_goes_to_one_location(here, record):
    there = offer(record.product, make_location(), in_stock=1)
    with pytest.raises(DeliveryRefused):
        deliveries.receive(here, [(record.pk, 3), (there.pk, 3)], token=uuid4())
    with pytest.raises(DeliveryRefused):
        deliveries.receive(here, [], token=uuid4())
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("steps", [0, -1, 2**31])
def test_no_delivery_is_kept_of_what_is_no_quantity(steps, here, record):
    with pytest.raises(NotAQuantity):
        deliveries.receive(here, [(record.pk, steps)], token=uuid4())
    assert not Delivery.objects.exists()


def test_a_number_is_put_right_only_as_it_was_seen(record):
    stock.adjust(record, -1, reason="broken", seen=5)
    with pytest.raises(ChangedMeanwhile) as refused:
        stock.adjust(record, -1, reason="broken", seen=5)
    assert refused.value.in_stock == 4


@on_committed_rows
def test_a_delivery_booked_four_times_at_once_is_one():
    location = make_location()
    record = offer(make_product(), location, in_stock=5)
    token = uuid4()
    outcomes = race(*[partial(deliveries.receive, location, [(record.pk, 3)], token=token)] * 4)
    assert outcomes == [Delivery.objects.get()] * 4
    record.refresh_from_db()
    assert record.num_in_stock == 8
    assert_invariants()


@on_committed_rows
def test_of_two_who_put_the_same_number_right_one_is_told():
    record = offer(make_product(), make_location(), in_stock=5)
    adjust = partial(stock.adjust, record, -1, reason="broken", seen=5)
    outcomes = overlapping(adjust, adjust)
    assert [type(outcome) for outcome in outcomes] == [type(None), ChangedMeanwhile]
    record.refresh_from_db()
    assert record.num_in_stock == 4
    assert_invariants()
