"""What is foreseen is what happens: every step is foreseen, taken, and compared."""

import pytest

from shop.order import foresight, lifecycle
from shop.order.models import Ending, Order, Status
from shop.order.returns import give_back
from shop.payment import settlement
from shop.payment.models import Payment
from shop.testing.factories import (
    deliver_from,
    make_delivery,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return make_user("Owner")


def bought(make, status, actor):
    location, product, other = make_location(), make_product(), make_product()
    offer(product, location, in_stock=20)
    offer(other, location, in_stock=9)
    deliver_from(location)
    order = make(location, (product, 4), (other, 2))
    if status != Status.PENDING:
        settlement.collect(Payment.objects.select_related("order").get(order=order))
        order.refresh_from_db()
    if status in (Status.READY, Status.COMPLETED):
        lifecycle.mark_ready(order, actor=actor)
    if status == Status.SHIPPED:
        lifecycle.ship(order, actor=actor, carrier="CTT")
    if status == Status.COMPLETED:
        lifecycle.complete(order, actor=actor)
    return Order.objects.get(pk=order.pk)


def counts_now(changes):
    for change in changes:
        change.line.stockrecord.refresh_from_db()
        record = change.line.stockrecord
        yield record.num_in_stock, record.num_allocated


def came_true(changes):
    foreseen = [(change.in_stock[1], change.reserved[1]) for change in changes]
    return bool(foreseen) and foreseen == list(counts_now(changes))


STEPS = [
    (make_order, Status.PAID, Status.READY, lifecycle.mark_ready, {}),
    (make_order, Status.READY, Status.COMPLETED, lifecycle.complete, {}),
    (make_delivery, Status.PAID, Status.SHIPPED, lifecycle.ship, {"carrier": "CTT"}),
    (make_delivery, Status.SHIPPED, Status.COMPLETED, lifecycle.deliver, {}),
    *(
        (make_order, status, Status.CANCELLED, lifecycle.cancel, {"ending": Ending.BY_STAFF})
        for status in (Status.PENDING, Status.PAID, Status.READY)
    ),
]


@pytest.mark.parametrize(("make", "status", "to", "take", "values"), STEPS)
def test_a_step_does_to_stock_what_was_foreseen(make, status, to, take, values, actor):
    order = bought(make, status, actor)
    changes = foresight.of_step(order, to)
    take(order, actor=actor, **values)
    assert order.status == to
    assert came_true(changes)


@pytest.mark.parametrize("restock", [True, False])
@pytest.mark.parametrize(
    ("make", "status"),
    [
        (make_order, Status.PAID),
        (make_order, Status.READY),
        (make_delivery, Status.SHIPPED),
        (make_order, Status.COMPLETED),
    ],
)
def test_goods_given_back_do_to_stock_what_was_foreseen(make, status, restock, actor):
    order = bought(make, status, actor)
    parts = [(line, 1) for line in order.lines.select_related("stockrecord")]
    changes = foresight.of_giving_back(order, parts, restock=restock)
    give_back(order, parts, restock=restock)
    assert came_true(changes)


def test_two_lines_of_one_stock_add_up(actor):
    order = bought(make_order, Status.PAID, actor)
    line = order.lines.select_related("stockrecord").first()
    first, second = foresight.of_giving_back(order, [(line, 1), (line, 2)], restock=True)
    assert (first.free, second.free) == ((16, 17), (17, 19))
