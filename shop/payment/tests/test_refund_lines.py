from decimal import Decimal
from functools import partial

import pytest

from shop.catalogue.units import Unit
from shop.inventory.models import Movement, MovementKind
from shop.order import lifecycle
from shop.order.models import Status
from shop.order.returns import CannotGiveBack
from shop.order.statuses import InvalidTransition
from shop.payment.cancellation import cancel_order, foresee
from shop.payment.models import Payment, PaymentStatus, Refund, RefundLine
from shop.payment.refunds import TooMuch, refund_lines, request_refund
from shop.pickup import codes, counter
from shop.pickup.counter import NotToBeCollected, PickupRefused
from shop.testing.factories import (
    deliver_from,
    make_delivery,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race
from shop.testing.worker import do_all_work


@pytest.fixture
def place():
    def place(*goods, status=Status.PAID):
        """An order of (price, steps) pairs, ten of each in stock, taken to a status."""
        location = make_location()
        lines = [(make_product(), price, steps) for price, steps in goods]
        for product, price, _steps in lines:
            offer(product, location, price)
        deliver_from(location)
        make = make_delivery if status == Status.SHIPPED else make_order
        order = make(location, *((product, steps) for product, _price, steps in lines))
        do_all_work()
        order.refresh_from_db()
        _take_to(status, order)
        return order

    return place


def _take_to(status, order):
    actor = make_user("Owner")
    if status in (Status.READY, Status.COMPLETED):
        lifecycle.mark_ready(order, actor=actor)
    if status == Status.COMPLETED:
        counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=actor)
        order.refresh_from_db()
    if status == Status.SHIPPED:
        lifecycle.ship(order, actor=actor, carrier="Post")


def shelf(line):
    line.stockrecord.refresh_from_db()
    return line.stockrecord.num_in_stock, line.stockrecord.num_allocated


def refund_one(order, steps=1, **how):
    return refund_lines(order, [(order.lines.first(), steps)], **({"restock": True} | how))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "restock", "on_the_shelf", "kind"),
    [
        (Status.PAID, True, (10, 2), MovementKind.RELEASED),
        (Status.READY, True, (10, 2), MovementKind.RELEASED),
        (Status.PAID, False, (9, 2), MovementKind.ADJUSTED),
        (Status.SHIPPED, True, (8, 0), MovementKind.RETURNED),
        (Status.COMPLETED, True, (8, 0), MovementKind.RETURNED),
        (Status.COMPLETED, False, (7, 0), MovementKind.HANDED_OVER),
    ],
)
def test_one_of_three_goes_back(place, status, restock, on_the_shelf, kind):
    order = place(("2.50", 3), status=status)
    refund = refund_one(order, restock=restock, reason="Chipped.")
    line = order.lines.get()
    assert (refund.amount, line.steps_left, line.returned) == (Decimal("2.50"), 2, 1)
    assert shelf(line) == on_the_shelf
    assert Movement.objects.filter(cause=order.number).first().kind == kind
    assert_invariants()
    do_all_work()
    assert order.payments.get().refunded == Decimal("2.50")
    assert_invariants()


@pytest.mark.django_db
def test_what_was_given_back_is_not_handed_over(place):
    order = place(("2.50", 3), ("4.00", 1), status=Status.READY)
    refund_lines(order, [(order.lines.first(), 1), (order.lines.last(), 1)], restock=False)
    counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=make_user("Owner"))
    assert shelf(order.lines.first()) == (7, 0)
    assert shelf(order.lines.last()) == (9, 0)
    assert_invariants()


@pytest.mark.django_db
def test_an_order_with_nothing_left_is_not_made_ready(place):
    order = place(("8.00", 2))
    refund_one(order, steps=2)
    with pytest.raises(InvalidTransition):
        lifecycle.mark_ready(order, actor=make_user("Owner"))


@pytest.mark.django_db
def test_what_cost_nothing_is_handed_over_when_the_rest_went_back(place):
    order = place(("8.00", 1), ("0.00", 1))
    refund_one(order)
    do_all_work()
    order.refresh_from_db()
    assert (order.status, order.payments.get().status) == (Status.PAID, PaymentStatus.REFUNDED)
    lifecycle.mark_ready(order, actor=make_user("Owner"))
    counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=make_user("Owner"))
    assert_invariants()


@pytest.mark.django_db
def test_an_order_with_nothing_left_is_not_handed_over(place):
    order = place(("2.50", 3), status=Status.READY)
    refund_one(order, 3)
    with pytest.raises(NotToBeCollected, match="refunded"):
        counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=make_user("Owner"))
    do_all_work()
    order.refresh_from_db()
    assert order.status == Status.REFUNDED
    assert shelf(order.lines.get()) == (10, 0)
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize("parts", [(3, 3, 1), (1, 5, 1), (7,), (2, 2, 2, 1)])
def test_in_any_parts_a_line_adds_up_to_its_price(place, parts):
    order = place(("1.43", 7))
    # As if a discount had left a price that seven cannot share: 10.00.
    order.lines.update(line_price_incl_tax=Decimal("10.00"))
    amounts = [refund_one(order, steps).amount for steps in parts]
    assert sum(amounts) == Decimal("10.00")
    assert max(amounts) <= Decimal("10.01") * max(parts) / 7


@pytest.mark.django_db
def test_goods_by_weight_say_in_their_unit_what_is_left():
    location = make_location()
    apples = make_product(title="Apples", unit=Unit.KILOGRAM, step=Decimal("0.25"))
    offer(apples, location, "3.00")
    order = make_order(location, (apples, 3))
    do_all_work()
    refund = refund_one(order, 1)
    assert refund.amount == Decimal("0.75")
    with pytest.raises(CannotGiveBack, match=r"Of Apples, 0\.5 kg is left"):
        refund_one(order, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("steps", [0, -1, 4])
def test_steps_that_a_line_does_not_have_are_refused(place, steps):
    order = place(("2.50", 3))
    with pytest.raises(CannotGiveBack):
        refund_one(order, steps)
    with pytest.raises(CannotGiveBack):
        refund_lines(order, [(order.lines.get(), 2), (order.lines.get(), 2)], restock=True)
    assert not Refund.objects.exists()
    assert_invariants()


@pytest.mark.django_db
def test_another_orders_line_gives_nothing_back(place):
    order, other = place(("2.50", 3)), place(("2.50", 3))
    with pytest.raises(CannotGiveBack):
        refund_lines(order, [(other.lines.get(), 1)], restock=True)


@pytest.mark.django_db
def test_no_more_money_than_is_left_whatever_the_goods_cost(place):
    order = place(("2.50", 4))
    request_refund(order.payments.get(), Decimal("6.00"))
    with pytest.raises(TooMuch, match=r"Only €4\.00"):
        refund_one(order, 2)
    assert order.lines.get().returned == 0
    refund_one(order, 1, beside=Decimal("1.50"))
    with pytest.raises(TooMuch):
        refund_one(order, 1)
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize("beside", ["0.00", "-1.00"])
def test_nothing_is_no_refund(place, beside):
    order = place(("2.50", 4))
    with pytest.raises(TooMuch):
        refund_lines(order, [], restock=True, beside=Decimal(beside))


@pytest.mark.django_db
def test_what_is_not_paid_or_was_cancelled_gives_nothing_back(place):
    order = place(("2.50", 4))
    cancel_order(order, actor=None, reason="x")
    with pytest.raises((TooMuch, CannotGiveBack)):
        refund_one(order)
    location, product = make_location(), make_product()
    offer(product, location)
    with pytest.raises(TooMuch):
        refund_one(make_order(location, (product, 1)))
    assert_invariants()


@pytest.mark.django_db
def test_goods_that_cost_nothing_go_back_without_money(place):
    order = place(("0.00", 2), ("3.00", 1))
    refund_one(order, 2)
    do_all_work()
    order.refresh_from_db()
    assert order.payments.get().status == PaymentStatus.SUCCEEDED
    assert order.status == Status.PAID
    assert shelf(order.lines.first()) == (10, 0)
    assert_invariants()


@pytest.mark.django_db
def test_cancelling_gives_back_the_rest_of_goods_and_money(place):
    order = place(("2.50", 3), ("4.00", 1))
    refund_lines(order, [(order.lines.last(), 1)], restock=False)
    assert (foresee(order).refund, foresee(order).lines_back_on_sale) == (Decimal("7.50"), 1)
    cancel_order(order, actor=None, reason="x")
    do_all_work()
    order.refresh_from_db()
    assert order.status == Status.REFUNDED
    assert shelf(order.lines.first()) == (10, 0)
    assert shelf(order.lines.last()) == (9, 0)
    assert_invariants()


@on_committed_rows
def test_two_who_refund_the_same_rest_refund_it_once(place):
    order = place(("2.50", 3))
    refund_one(order, 1)
    outcomes = race(*[partial(refund_one, order, 2)] * 3)
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CannotGiveBack | TooMuch) for outcome in outcomes) == 2
    do_all_work()
    assert Payment.objects.get().status == PaymentStatus.REFUNDED
    assert_invariants()


@on_committed_rows
@pytest.mark.parametrize("refund_first", [True, False])
def test_refunding_while_somebody_cancels_sends_each_cent_once(place, refund_first):
    order = place(("2.50", 3))
    steps = [partial(refund_one, order, 1), partial(cancel_order, order, actor=None, reason="x")]
    overlapping(*(steps if refund_first else reversed(steps)))
    do_all_work()
    assert sum(Refund.objects.values_list("amount", flat=True)) == Decimal("7.50")
    assert shelf(order.lines.get()) == (10, 0)
    assert_invariants()


@on_committed_rows
@pytest.mark.parametrize("refund_first", [True, False])
def test_a_line_refunded_while_the_order_is_handed_over(place, refund_first):
    order = place(("2.50", 3), status=Status.READY)
    token, actor = codes.token_of(order.pickup_codes.get()), make_user("Owner")
    steps = [partial(refund_one, order, 1), partial(counter.hand_over, token, actor=actor)]
    outcomes = overlapping(*(steps if refund_first else reversed(steps)))
    assert not [outcome for outcome in outcomes if isinstance(outcome, PickupRefused)]
    # Two were taken home, or three of which one came back.
    assert shelf(order.lines.get()) == (8, 0)
    assert RefundLine.objects.get().steps == 1
    do_all_work()
    assert_invariants()
