from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from shop.basket.models import Basket
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.payment import settlement, sweeping
from shop.payment.gateways import Answer, NoAnswer, UnknownMethod, gateway_for
from shop.payment.gateways.simulated import SimulatedGateway
from shop.payment.models import Payment, PaymentStatus, SimulatedTransaction
from shop.testing.factories import (
    BAD_CARD,
    GOOD_CARD,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work, sweep
from tasks.models import OutboxMessage

PAID = Answer(PaymentStatus.SUCCEEDED, "sim_1")
DECLINED = Answer(PaymentStatus.FAILED, "sim_1", "card_declined")


def order_two(payment=GOOD_CARD, user=None):
    """An order of two of the ten pieces that there are."""
    location, product = make_location(), make_product(title="Teapot")
    offer(product, location, "12.50", in_stock=10)
    return make_order(location, (product, 2), user=user, payment=payment)


def ending(order):
    """Where an order and its money ended, read afresh."""
    order.refresh_from_db()
    payment = order.payments.get()
    return order.status, payment.status, [str(event) for event in payment.events.all()]


def stock_of(order):
    record = order.lines.get().stockrecord
    return record.num_in_stock, record.num_allocated


def later():
    return timezone.now() + timedelta(minutes=5)


@pytest.mark.django_db
def test_a_payment_is_collected_once_by_the_worker():
    order = order_two()
    do_all_work()
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert SimulatedTransaction.objects.get().amount == Decimal("25.00")
    assert_invariants()


@pytest.mark.django_db
def test_an_answer_that_comes_twice_settles_once():
    order = order_two()
    payment = order.payments.get()
    assert settlement.settle(payment, PAID) is True
    assert settlement.settle(payment, PAID) is False
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert order.pickup_codes.count() == 1


@pytest.mark.django_db
def test_a_success_stands_whatever_is_said_afterwards():
    order = order_two()
    payment = order.payments.get()
    settlement.settle(payment, PAID)
    assert settlement.settle(payment, DECLINED) is False
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])


@pytest.mark.django_db
def test_money_that_comes_after_the_payment_failed_is_settled_once():
    order = order_two()
    payment = order.payments.get()
    settlement.settle(payment, DECLINED)
    assert [settlement.settle(payment, PAID) for _time in range(2)] == [True, False]
    assert ending(order) == ("paid", "succeeded", ["failed 25.00", "succeeded 25.00"])
    assert stock_of(order) == (10, 2)
    assert_invariants()


@on_committed_rows
def test_two_answers_that_contradict_each_other_at_once_keep_no_money_without_an_order():
    order = order_two()
    copies = [Payment.objects.get() for _way in range(4)]
    answers = (PAID, DECLINED, PAID, DECLINED)
    race(*(partial(settlement.settle, *pair) for pair in zip(copies, answers, strict=True)))
    do_all_work()
    order.refresh_from_db()
    assert (order.status, order.payments.get().status) == (Status.PAID, PaymentStatus.SUCCEEDED)
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION])
def test_an_answer_that_ends_nothing_settles_nothing(status):
    order = order_two()
    assert settlement.settle(order.payments.get(), Answer(status, "sim_1")) is False
    order.refresh_from_db()
    assert order.status == Status.PENDING
    assert stock_of(order) == (10, 2)


@on_committed_rows
def test_an_answer_and_its_webhook_at_once_settle_once():
    order = order_two()
    copies = [Payment.objects.get() for _way in range(4)]
    outcomes = race(*(partial(settlement.settle, payment, PAID) for payment in copies))
    assert sorted(outcomes) == [False, False, False, True]
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert order.pickup_codes.count() == 1
    assert_invariants()


@on_committed_rows
def test_two_workers_with_the_same_payment_charge_it_once():
    order = order_two()
    copies = [Payment.objects.get() for _worker in range(4)]
    outcomes = race(*(partial(settlement.collect, payment) for payment in copies))
    assert outcomes == [None] * 4
    assert SimulatedTransaction.objects.count() == 1
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])


@on_committed_rows
def test_a_payment_that_succeeds_while_its_order_is_cancelled_keeps_no_money():
    order = order_two()
    payment = Payment.objects.get()
    race(
        partial(settlement.settle, payment, PAID),
        partial(lifecycle.cancel, Order.objects.get(pk=order.pk), ending=Ending.BY_STAFF),
    )
    do_all_work()
    order.refresh_from_db()
    # Whoever came second gave way: it was paid, or it was cancelled and the money went back.
    assert order.status in (Status.PAID, Status.REFUNDED)
    assert_invariants()


@pytest.mark.django_db
def test_a_declined_card_cancels_the_order_and_gives_stock_and_basket_back():
    shopper = make_user()
    order = order_two(BAD_CARD, user=shopper)
    assert stock_of(order) == (10, 2)
    do_all_work()
    assert ending(order) == ("cancelled", "failed", ["failed 25.00"])
    assert order.payments.get().failure_code == "card_declined"
    assert stock_of(order) == (10, 0)
    basket = Basket.open.get(owner=shopper)
    assert [(line.product.title, line.quantity) for line in basket.lines.all()] == [("Teapot", 2)]
    assert basket.pk != order.basket_id
    assert_invariants()


@pytest.mark.django_db
def test_a_guests_declined_basket_finds_its_way_back_too():
    order = order_two(BAD_CARD)
    do_all_work()
    basket = order.basket.successor
    assert (basket.owner, basket.status, basket.location) == (None, Basket.OPEN, order.location)
    assert basket.lines.get().quantity == 2


@pytest.mark.django_db
def test_what_a_declined_card_brings_back_joins_what_the_shopper_put_in_meanwhile():
    shopper = make_user()
    order = order_two(BAD_CARD, user=shopper)
    another = make_product(title="Sugar")
    offer(another, order.location)
    make_basket(order.location, (another, 1), user=shopper)
    do_all_work()
    basket = Basket.open.get(owner=shopper)
    assert sorted(line.product.title for line in basket.lines.all()) == ["Sugar", "Teapot"]


@pytest.mark.django_db
def test_the_sweep_asks_for_a_payment_whose_task_was_lost():
    order = order_two()
    OutboxMessage.objects.all().delete()
    assert sweep(later()) == 1
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert sweep(later()) == 0
    assert_invariants()


@pytest.mark.django_db
def test_the_sweep_settles_what_was_charged_by_a_worker_that_died():
    order = order_two()
    order.payments.update(asked_at=timezone.now())
    gateway_for("simulated").charge(order.payments.get())
    assert sweep(later()) == 1
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert SimulatedTransaction.objects.count() == 1
    # The lost task is sent again some day, and finds nothing to do.
    do_all_work()
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert_invariants()


@pytest.mark.django_db
def test_the_sweep_leaves_a_fresh_payment_to_its_worker():
    order = order_two()
    assert sweep() == 0
    assert not SimulatedTransaction.objects.exists()
    assert order.payments.get().status == PaymentStatus.PENDING


@pytest.mark.django_db
def test_a_payment_that_cannot_be_looked_up_keeps_no_other_one_waiting():
    broken, order = order_two(), order_two()
    broken.payments.update(method="withdrawn", look_at=timezone.now())
    first, second = sweeping.take_due(later())
    with pytest.raises(UnknownMethod):
        sweeping.look_into(*first)
    sweeping.look_into(*second)
    assert ending(broken)[:2] == ("pending", "pending")
    assert ending(order)[:2] == ("paid", "succeeded")


class SilentGateway(SimulatedGateway):
    """Takes the money and says nothing."""

    def charge(self, payment):
        super().charge(payment)
        raise NoAnswer

    def look_up(self, payment):
        raise NoAnswer


@pytest.mark.django_db
def test_no_answer_is_never_taken_for_a_no(settings):
    order = order_two()
    settings.PAYMENT_GATEWAYS = {"simulated": f"{__name__}.SilentGateway"}
    do_all_work()
    sweep(later())
    order.refresh_from_db()
    assert (order.status, order.payments.get().status) == (Status.PENDING, PaymentStatus.PENDING)
    assert stock_of(order) == (10, 2)

    settings.PAYMENT_GATEWAYS = {"simulated": f"{__name__}.SimulatedGateway"}
    sweep(later() + timedelta(minutes=1))
    assert ending(order) == ("paid", "succeeded", ["succeeded 25.00"])
    assert SimulatedTransaction.objects.count() == 1


@pytest.mark.django_db
def test_nobody_asks_for_the_money_of_an_order_that_was_cancelled():
    order = order_two()
    lifecycle.cancel(order, ending=Ending.BY_STAFF)
    do_all_work()
    assert ending(order) == ("cancelled", "cancelled", ["cancelled 25.00"])
    assert not SimulatedTransaction.objects.exists()
    assert_invariants()


@pytest.mark.django_db
def test_money_that_comes_after_the_order_was_cancelled_goes_back_by_itself():
    order = order_two()
    lifecycle.cancel(order, ending=Ending.BY_STAFF)
    settlement.settle(order.payments.get(), PAID)
    do_all_work()
    events = ["cancelled 25.00", "succeeded 25.00", "refunded 25.00"]
    assert ending(order) == ("refunded", "refunded", events)
    assert order.payments.get().refunded == Decimal("25.00")
    assert stock_of(order) == (10, 0)
    assert_invariants()


@pytest.mark.django_db
def test_nothing_goes_back_for_an_order_that_cost_nothing():
    location, product = make_location(), make_product()
    offer(product, location, "0.00")
    order = make_order(location, (product, 2))
    lifecycle.cancel(order, ending=Ending.BY_STAFF)
    settlement.settle(order.payments.get(), PAID)
    do_all_work()
    assert ending(order) == ("cancelled", "succeeded", ["cancelled 0.00", "succeeded 0.00"])
    assert_invariants()
