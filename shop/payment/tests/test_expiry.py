from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F
from django.utils import timezone

from shop.basket.models import Basket
from shop.checkout.place_order import PaymentChoice
from shop.order import lifecycle
from shop.order.models import Ending, Order
from shop.payment import calling_off, expiry, settlement, sweeping
from shop.payment.gateways import Answer, NoAnswer, gateway_for
from shop.payment.gateways.simulated import SimulatedGateway
from shop.payment.models import Payment, PaymentStatus, SimulatedTransaction
from shop.testing.factories import (
    GOOD_CARD,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import WorkFailed, do_all_work, sweep
from tasks.models import OutboxMessage

PAID = Answer(PaymentStatus.SUCCEEDED, "sim_1")
CARD_TO_CONFIRM = PaymentChoice("simulated", "sim_requires_action")


def order_two(payment=GOOD_CARD, user=None):
    location, product = make_location(), make_product(title="Teapot")
    offer(product, location, "12.50", in_stock=10)
    return make_order(location, (product, 2), user=user, payment=payment)


def lose_tasks():
    OutboxMessage.objects.all().delete()


def overdue(order):
    Order.objects.filter(pk=order.pk).update(expires_at=F("date_placed") - timedelta(seconds=1))
    return order


def stands(order):
    order.refresh_from_db()
    last = order.status_changes.last()
    return order.status, order.payments.get().status, last.ending, order.extensions


def reserved(order):
    return order.lines.get().stockrecord.num_allocated


@pytest.mark.django_db
class TestInTime:
    def test_an_order_whose_time_is_not_over_is_left_alone(self):
        order = order_two()
        assert expiry.expire_orders() == 0
        assert stands(order) == ("pending", "pending", "", 0)

    def test_one_that_was_paid_in_time_is_left_alone(self):
        order = order_two()
        do_all_work()
        overdue(order)
        assert expiry.expire_orders() == 0
        assert stands(order) == ("paid", "succeeded", "", 0)


@pytest.mark.django_db
class TestNobodyWasAsked:
    def test_it_ends_at_once_and_its_goods_go_back(self):
        shopper = make_user()
        order = overdue(order_two(user=shopper))
        lose_tasks()
        assert expiry.expire_orders() == 1
        assert stands(order) == ("cancelled", "cancelled", "expired", 0)
        assert reserved(order) == 0
        basket = Basket.open.get(owner=shopper)
        assert [(line.product.title, line.quantity) for line in basket.lines.all()] == [
            ("Teapot", 2)
        ]
        assert expiry.expire_orders() == 0
        assert_invariants()

    def test_a_worker_who_comes_afterwards_takes_no_money(self):
        order = overdue(order_two())
        stale = order.payments.get()
        expiry.expire_orders()
        settlement.collect(stale)
        do_all_work()
        assert not SimulatedTransaction.objects.exists()
        assert stands(order)[:3] == ("cancelled", "cancelled", "expired")


@pytest.mark.django_db
class TestAPaymentIsUnderWay:
    def test_it_is_put_off_once_and_then_cancelled_at_the_gateway(self):
        order = order_two(CARD_TO_CONFIRM)
        do_all_work()
        overdue(order)
        assert expiry.expire_orders() == 1
        assert stands(order) == ("pending", "requires_action", "", 1)
        assert order.expires_at > timezone.now() + timedelta(minutes=14)
        assert expiry.expire_orders() == 0

        overdue(order)
        assert expiry.expire_orders() == 1
        assert stands(order) == ("pending", "requires_action", "", 1)
        assert reserved(order) == 2
        do_all_work()
        assert stands(order) == ("cancelled", "cancelled", "expired", 1)
        assert reserved(order) == 0
        assert SimulatedTransaction.objects.get().status == "cancelled"
        assert_invariants()

    def test_what_became_of_it_meanwhile_counts(self):
        order = order_two()
        order.payments.update(asked_at=timezone.now())
        gateway_for("simulated").charge(order.payments.get())
        lose_tasks()
        Order.objects.update(extensions=1)
        overdue(order)
        expiry.expire_orders()
        do_all_work()
        assert stands(order)[:2] == ("paid", "succeeded")
        assert_invariants()

    def test_nothing_is_released_while_the_gateway_is_silent(self, settings):
        order = order_two(CARD_TO_CONFIRM)
        do_all_work()
        Order.objects.update(extensions=1)
        overdue(order)
        settings.PAYMENT_GATEWAYS = {"simulated": f"{__name__}.SilentGateway"}
        assert [expiry.expire_orders() for _time in range(3)] == [1, 0, 0]
        for _time in range(2):
            with pytest.raises(WorkFailed, match="NoAnswer"):
                do_all_work()
        assert stands(order)[:2] == ("pending", "requires_action")
        assert reserved(order) == 2
        settings.PAYMENT_GATEWAYS = {"simulated": f"{__name__}.SimulatedGateway"}
        do_all_work()
        assert stands(order)[:3] == ("cancelled", "cancelled", "expired")


class SilentGateway(SimulatedGateway):
    def cancel(self, payment):
        raise NoAnswer


@pytest.mark.django_db
class TestSomebodyCancels:
    def test_a_payment_that_waits_for_its_shopper_can_no_longer_be_confirmed(self):
        order = order_two(CARD_TO_CONFIRM)
        do_all_work()
        lifecycle.cancel(Order.objects.get(), ending=Ending.BY_SHOPPER)
        do_all_work()
        assert stands(order)[:3] == ("cancelled", "cancelled", "by_shopper")
        assert SimulatedTransaction.objects.get().status == "cancelled"

    def test_another_attempt_ends_when_one_is_paid(self):
        order = order_two(CARD_TO_CONFIRM)
        do_all_work()
        second = second_attempt(order)
        settlement.settle(second, PAID)
        do_all_work()
        statuses = order.payments.order_by("created_at").values_list("status", flat=True)
        assert list(statuses) == ["cancelled", "succeeded"]
        assert_invariants()

    def test_one_attempt_that_fails_leaves_the_order_to_the_other(self):
        order = order_two(CARD_TO_CONFIRM)
        do_all_work()
        settlement.settle(second_attempt(order), Answer(PaymentStatus.FAILED, "sim_2"))
        order.refresh_from_db()
        assert order.status == "pending"


def second_attempt(order):
    first = order.payments.get()
    return Payment.objects.create(
        order=order, amount=first.amount, currency=first.currency, method="simulated"
    )


@pytest.mark.django_db
class TestSweeping:
    def test_the_longest_waiting_are_looked_at_first_and_then_put_off(self, monkeypatch):
        monkeypatch.setattr(sweeping, "BATCH", 1)
        orders = [order_two(CARD_TO_CONFIRM) for _order in range(2)]
        do_all_work()
        later = timezone.now() + timedelta(minutes=5)
        assert [sweep(later) for _time in range(3)] == [1, 1, 0]
        for order in orders:
            payment = order.payments.get()
            assert payment.looks == 1
            assert timedelta(seconds=7) < payment.look_at - later < timedelta(seconds=13)

    def test_a_shopper_who_confirmed_in_vain_is_found_out_about(self):
        order = order_two(CARD_TO_CONFIRM)
        do_all_work()
        SimulatedTransaction.objects.update(status="succeeded")
        sweep(timezone.now() + timedelta(minutes=5))
        assert stands(order)[:2] == ("paid", "succeeded")

    @pytest.mark.parametrize(
        ("status", "shortest", "longest"), [("pending", 15, 25), ("requires_action", 90, 150)]
    )
    def test_one_that_waits_for_its_shopper_is_asked_far_less_often(
        self, status, shortest, longest
    ):
        order, later = order_two(CARD_TO_CONFIRM), timezone.now() + timedelta(hours=1)
        order.payments.update(status=status, looks=50)
        assert sweeping.take_due(later) == [(order.payments.get().pk, 51)]
        waits = order.payments.get().look_at - later
        assert timedelta(seconds=shortest) <= waits <= timedelta(seconds=longest)

    def test_a_task_that_comes_after_the_payment_had_another_turn_asks_nobody(self):
        order, later = order_two(), timezone.now() + timedelta(minutes=5)
        [stale] = sweeping.take_due(later)
        [due] = sweeping.take_due(later + timedelta(minutes=5))
        sweeping.look_into(*stale)
        assert stands(order)[:2] == ("pending", "pending")
        sweeping.look_into(*due)
        assert stands(order)[:2] == ("paid", "succeeded")

    def test_a_sweep_costs_the_same_for_few_and_for_many(self, django_assert_num_queries):
        later = timezone.now() + timedelta(minutes=5)
        for number in (1, 4):
            for _order in range(number):
                order_two()
            # Two, and the savepoint that stands for a transaction in a test.
            with django_assert_num_queries(4):
                assert len(sweeping.take_due(later)) == number
            later += timedelta(minutes=5)
            Payment.objects.update(status="cancelled")


def paid_by_webhook(order):
    return partial(settlement.settle, Payment.objects.get(order=order), PAID)


def in_the_end(order):
    do_all_work()
    order.refresh_from_db()
    payment = order.payments.get()
    assert_invariants()
    return order.status, payment.status, reserved(order)


@on_committed_rows
def test_two_expiries_at_once_end_an_order_once():
    order = overdue(order_two(user=make_user()))
    lose_tasks()
    outcomes = race(expiry.expire_orders, expiry.expire_orders)
    assert sum(outcomes) == 1
    assert order.status_changes.count() == 2
    assert in_the_end(order) == ("cancelled", "cancelled", 0)


@on_committed_rows
def test_an_order_that_expires_while_its_money_comes_is_paid_either_way():
    order = overdue(order_two())
    lose_tasks()
    assert race(expiry.expire_orders, paid_by_webhook(order))[1] is True
    # Paid first, or brought back: nobody bought the goods in between.
    assert in_the_end(order) == ("paid", "succeeded", 2)


@on_committed_rows
def test_an_order_that_is_cancelled_while_its_money_comes_keeps_none():
    order = order_two()
    lose_tasks()
    cancel = partial(lifecycle.cancel, Order.objects.get(), ending=Ending.BY_SHOPPER)
    race(cancel, paid_by_webhook(order))
    assert in_the_end(order) in (("refunded", "refunded", 0), ("paid", "succeeded", 2))


@on_committed_rows
def test_a_worker_who_asks_while_the_order_expires_takes_no_money_unseen():
    order = overdue(order_two())
    race(expiry.expire_orders, partial(settlement.collect, Payment.objects.get()))
    Order.objects.filter(status="pending").update(extensions=1)
    status, payment, steps = in_the_end(order)
    taken = SimulatedTransaction.objects.filter(status="succeeded").exists()
    assert (status, payment, steps, taken) in (
        ("paid", "succeeded", 2, True),
        ("cancelled", "cancelled", 0, False),
    )


@on_committed_rows
def test_two_sweeps_at_once_ask_about_a_payment_once():
    order_two(CARD_TO_CONFIRM)
    do_all_work()
    sweep_later = partial(sweep, timezone.now() + timedelta(minutes=5))
    assert sorted(race(sweep_later, sweep_later)) == [0, 1]


@on_committed_rows
def test_a_confirmation_while_the_payment_is_cancelled_is_settled_as_the_gateway_has_it():
    order = order_two(CARD_TO_CONFIRM)
    do_all_work()
    Order.objects.update(extensions=1)
    overdue(order)
    expiry.expire_orders()
    payment = Payment.objects.get()
    race(partial(calling_off.cancel, payment), partial(settlement.settle, payment, PAID))
    assert in_the_end(order)[0] == "paid"
