from functools import partial
from itertools import product as pairs

import pytest
from django.dispatch import receiver
from oscar.apps.order.signals import order_status_changed

from shop.order import lifecycle
from shop.order.models import Ending, Fulfilment, Order, Status
from shop.order.statuses import InvalidTransition, advance, may_become
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work

EITHER = {
    ("pending", "paid"),
    ("pending", "cancelled"),
    ("paid", "cancelled"),
    ("paid", "refunded"),
    ("ready", "completed"),
    ("ready", "cancelled"),
    ("ready", "refunded"),
    ("shipped", "completed"),
    ("shipped", "refunded"),
    ("completed", "refunded"),
    ("cancelled", "paid"),
    ("cancelled", "refunded"),
}
ALLOWED = {
    "pickup": EITHER | {("paid", "ready")},
    "delivery": EITHER | {("paid", "shipped")},
}


def place():
    location, product = make_location(), make_product()
    offer(product, location, in_stock=10)
    return make_order(location, (product, 2))


def steps(order):
    return [str(step) for step in order.status_changes.order_by("pk")]


@pytest.mark.django_db
@pytest.mark.parametrize("fulfilment", Fulfilment.values)
@pytest.mark.parametrize(("before", "after"), sorted(pairs(Status.values, Status.values)))
def test_every_step_is_taken_or_refused_as_the_table_says(before, after, fulfilment):
    order, allowed = place(), (before, after) in ALLOWED[fulfilment]
    Order.objects.update(status=before, fulfilment=fulfilment)
    order.refresh_from_db()
    assert may_become(order, after) == allowed
    if allowed:
        advance(order, after, reason="told so")
        assert steps(order) == ["∅ → pending", f"{before} → {after}"]
    else:
        with pytest.raises(InvalidTransition, match=order.number):
            advance(order, after)
        assert steps(order) == ["∅ → pending"]
    order.refresh_from_db()
    assert order.status == (after if allowed else before)


@pytest.mark.django_db
def test_a_step_tells_who_took_it_and_why_and_is_announced():
    order, colleague, heard = place(), make_user("Counter"), []

    @receiver(order_status_changed)
    def listen(order, old_status, new_status, **kwargs):
        heard.append((order.number, old_status, new_status))

    lifecycle.cancel(order, ending=Ending.BY_STAFF, actor=colleague, reason="Asked by telephone.")
    step = order.status_changes.last()
    assert (step.actor, step.reason) == (colleague, "Asked by telephone.")
    assert heard == [(order.number, Status.PENDING, Status.CANCELLED)]


@pytest.mark.django_db
def test_an_order_that_moved_on_meanwhile_refuses_what_it_was_read_for():
    order = place()
    stale = Order.objects.get(pk=order.pk)
    lifecycle.cancel(order, ending=Ending.BY_STAFF)
    with pytest.raises(InvalidTransition, match="is cancelled and cannot become paid"):
        lifecycle.mark_paid(stale)
    assert stale.status == Status.CANCELLED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "end", [partial(lifecycle.cancel, ending=Ending.BY_STAFF), lifecycle.mark_refunded]
)
def test_an_order_that_ends_before_it_was_collected_gives_its_stock_back(end):
    order = place()
    lifecycle.mark_paid(order)
    end(order)
    record = order.lines.get().stockrecord
    assert (record.num_in_stock, record.num_allocated) == (10, 0)


@pytest.mark.django_db
def test_a_completed_order_that_is_refunded_leaves_the_shelf_as_it_is():
    order = place()
    lifecycle.mark_paid(order)
    lifecycle.mark_ready(order, actor=None)
    lifecycle.complete(order)
    lifecycle.mark_refunded(order)
    record = order.lines.get().stockrecord
    assert (record.num_in_stock, record.num_allocated) == (8, 0)


@on_committed_rows
def test_of_two_who_take_the_same_step_one_takes_it():
    order = place()
    lifecycle.mark_paid(order)
    copies = [Order.objects.get(pk=order.pk) for _colleague in range(2)]
    outcomes = race(*(partial(lifecycle.mark_ready, copy, actor=None) for copy in copies))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "InvalidTransition",
        "NoneType",
    ]
    assert steps(order) == ["∅ → pending", "pending → paid", "paid → ready"]


@on_committed_rows
def test_of_handing_over_and_refunding_at_once_one_moves_the_stock():
    order = place()
    do_all_work()
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=None)
    first, second = (Order.objects.get(pk=order.pk) for _colleague in range(2))
    outcomes = race(partial(lifecycle.complete, first), partial(lifecycle.mark_refunded, second))
    assert outcomes.count(None) == 1
    assert_stock_agrees(order)


def assert_stock_agrees(order):
    order.refresh_from_db()
    record = order.lines.get().stockrecord
    in_stock = {Status.COMPLETED: 8, Status.REFUNDED: 10}[order.status]
    assert (record.num_in_stock, record.num_allocated) == (in_stock, 0)
