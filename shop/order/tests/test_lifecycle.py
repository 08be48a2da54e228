import pytest

from shop.inventory.models import Movement, MovementKind
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment import settlement
from shop.testing.factories import (
    deliver_from,
    make_delivery,
    make_location,
    make_order,
    make_product,
    offer,
)
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return offer(make_product(), make_location(), in_stock=10)


@pytest.fixture
def sent(record):
    """A delivery of three steps that was paid."""
    location = record.partner.location
    deliver_from(location)
    order = make_delivery(location, (record.product, 3))
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    return order


def kinds(record):
    return list(Movement.objects.of(record).values_list("kind", flat=True))


def test_what_is_shipped_leaves_the_shelf_once(sent, record):
    lifecycle.ship(sent, actor=None, carrier="CTT")
    lifecycle.complete(sent)

    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (7, 0)
    assert kinds(record) == [MovementKind.SHIPPED, MovementKind.RESERVED, MovementKind.RECEIVED]
    assert sent.status == Status.COMPLETED
    assert_invariants()


def test_what_is_delivered_has_no_pickup_code(sent):
    assert not sent.pickup_codes.exists()


def test_what_is_shipped_is_not_cancelled_any_more(sent, record):
    lifecycle.ship(sent, actor=None, carrier="CTT")

    with pytest.raises(InvalidTransition):
        lifecycle.cancel(sent, ending=Ending.BY_STAFF)

    assert kinds(record)[0] == MovementKind.SHIPPED
    assert_invariants()


def test_what_is_shipped_says_who_carries_it(sent):
    lifecycle.ship(sent, actor=None, carrier="CTT", tracking_number="DA 123 456 789 PT")

    sent.refresh_from_db()
    assert (sent.carrier, sent.tracking_number) == ("CTT", "DA 123 456 789 PT")


def test_who_ships_second_changes_nothing(sent):
    stale = Order.objects.get(pk=sent.pk)
    lifecycle.ship(sent, actor=None, carrier="CTT", tracking_number="1")

    with pytest.raises(InvalidTransition):
        lifecycle.ship(stale, actor=None, carrier="DHL", tracking_number="2")

    sent.refresh_from_db()
    assert (sent.carrier, sent.tracking_number) == ("CTT", "1")


def test_a_delivery_is_never_ready_to_collect_and_a_pickup_never_shipped(sent, record):
    with pytest.raises(InvalidTransition):
        lifecycle.mark_ready(sent, actor=None)

    pickup = make_order(record.partner.location, (record.product, 1))
    settlement.collect(pickup.payments.get())
    pickup.refresh_from_db()
    with pytest.raises(InvalidTransition):
        lifecycle.ship(pickup, actor=None, carrier="CTT")
    assert_invariants()
