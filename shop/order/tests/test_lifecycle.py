import pytest

from shop.inventory.models import Movement, MovementKind
from shop.order import lifecycle
from shop.order.models import Ending, Fulfilment, Status
from shop.order.statuses import InvalidTransition
from shop.payment import settlement
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return offer(make_product(), make_location(), in_stock=10)


@pytest.fixture
def sent(record):
    """A delivery of three steps that was paid."""
    location = record.partner.location
    order = make_order(location, (record.product, 3), fulfilment=Fulfilment.DELIVERY)
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    return order


def kinds(record):
    return list(Movement.objects.of(record).values_list("kind", flat=True))


def test_what_is_shipped_leaves_the_shelf_once(sent, record):
    lifecycle.ship(sent, actor=None)
    lifecycle.complete(sent)

    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (7, 0)
    assert kinds(record) == [MovementKind.SHIPPED, MovementKind.RESERVED, MovementKind.RECEIVED]
    assert sent.status == Status.COMPLETED
    assert_invariants()


def test_what_is_delivered_has_no_pickup_code(sent):
    assert not sent.pickup_codes.exists()


def test_what_is_shipped_is_not_cancelled_any_more(sent, record):
    lifecycle.ship(sent, actor=None)

    with pytest.raises(InvalidTransition):
        lifecycle.cancel(sent, ending=Ending.BY_STAFF)

    assert kinds(record)[0] == MovementKind.SHIPPED
    assert_invariants()
