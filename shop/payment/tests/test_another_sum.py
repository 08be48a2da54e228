"""A gateway that names another sum or currency than it was asked for."""

from decimal import Decimal
from functools import partial

import pytest

from shop.mail.models import Kind, Letter
from shop.order.models import Ending
from shop.payment import settlement
from shop.payment.gateways import Answer
from shop.payment.gateways.simulated import SimulatedGateway
from shop.payment.held import note_sent_back
from shop.payment.models import Payment, PaymentStatus, SimulatedTransaction
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work
from tasks.models import OutboxMessage

HELD = "no money is held that nobody asked for"
LESS = Answer(PaymentStatus.SUCCEEDED, "sim_1", amount=Decimal("24.00"), currency="EUR")
FOREIGN = Answer(PaymentStatus.SUCCEEDED, "sim_1", amount=Decimal("25.00"), currency="USD")
RIGHT = Answer(PaymentStatus.SUCCEEDED, "sim_1", amount=Decimal("25.00"), currency="EUR")


@pytest.fixture
def order():
    """An order of 25.00 EUR that its worker has yet to collect."""
    location, product = make_location(), make_product()
    offer(product, location, "12.50", in_stock=10)
    order = make_order(location, (product, 2))
    OutboxMessage.objects.all().delete()
    return order


def stands(order):
    order.refresh_from_db()
    return order.status, order.payments.get().status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "amount", "currency"),
    [(LESS, Decimal("24.00"), "EUR"), (FOREIGN, Decimal("25.00"), "USD")],
)
def test_what_was_taken_is_held_and_the_goods_are_not(order, answer, amount, currency):
    payment = order.payments.get()
    assert settlement.settle(payment, answer) is True
    assert settlement.settle(payment, answer) is False
    assert stands(order) == ("cancelled", "failed")
    payment.refresh_from_db()
    assert (payment.failure_code, payment.held_amount) == ("another_sum", amount)
    assert payment.held_currency == currency
    assert order.status_changes.last().ending == Ending.PAYMENT_FAILED
    assert order.lines.get().stockrecord.num_allocated == 0
    assert [event.kind for event in payment.events.all()] == ["mismatch", "held"]
    assert list(broken_invariants()) == [HELD]


@pytest.mark.django_db
def test_its_shopper_is_not_told_that_nothing_was_charged(order, mailoutbox):
    settlement.settle(order.payments.get(), LESS)
    do_all_work()
    assert Letter.objects.get().kind == Kind.PAYMENT_FAILED
    [letter] = mailoutbox
    assert "You get the money back" in letter.body
    assert "Nothing was charged" not in letter.body


@pytest.mark.django_db
def test_somebody_notes_once_that_it_was_sent_back(order):
    payment = order.payments.get()
    settlement.settle(payment, LESS)
    assert [note_sent_back(payment), note_sent_back(payment)] == [True, False]
    # The gateway goes on naming what it took.
    settlement.settle(payment, LESS)
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize("status", [PaymentStatus.CANCELLED, PaymentStatus.FAILED])
def test_a_wrong_sum_that_was_never_taken_ends_the_payment_all_the_same(order, status):
    answer = Answer(status, "sim_1", amount=Decimal("24.00"), currency="EUR")
    assert settlement.settle(order.payments.get(), answer) is True
    assert stands(order) == ("cancelled", status)
    assert_invariants()


@pytest.mark.django_db
def test_the_right_sum_that_comes_after_all_pays(order):
    settlement.settle(order.payments.get(), LESS)
    settlement.settle(order.payments.get(), RIGHT)
    assert stands(order) == ("paid", "succeeded")
    assert order.payments.get().held_amount is None
    assert_invariants()


@pytest.mark.django_db
def test_what_was_paid_rightly_stays_paid(order):
    settlement.settle(order.payments.get(), RIGHT)
    assert settlement.settle(order.payments.get(), LESS) is False
    assert stands(order) == ("paid", "succeeded")


@pytest.mark.django_db
@pytest.mark.parametrize("at_the_gateway", ["24.00", "25.00"])
def test_a_message_settles_nothing_and_makes_a_worker_ask(order, at_the_gateway):
    payment = order.payments.get()
    SimulatedGateway().charge(payment)
    SimulatedTransaction.objects.update(amount=Decimal(at_the_gateway))
    Payment.objects.update(asked_at=order.date_placed)
    settlement.doubt(payment, LESS)
    assert stands(order) == ("pending", "pending")
    do_all_work()
    held = at_the_gateway == "24.00"
    assert stands(order) == (("cancelled", "failed") if held else ("paid", "succeeded"))


@on_committed_rows
def test_a_sum_that_is_told_four_times_at_once_is_written_down_once(order):
    copies = [Payment.objects.get() for _message in range(4)]
    race(*(partial(settlement.doubt, payment, LESS) for payment in copies))
    assert [event.kind for event in order.payments.get().events.all()] == ["mismatch"]
    do_all_work()


@on_committed_rows
def test_an_answer_of_another_sum_and_the_right_one_at_once_leave_nothing_over(order):
    copies = [Payment.objects.get() for _way in range(4)]
    answers = (LESS, RIGHT, LESS, RIGHT)
    race(*(partial(settlement.settle, *pair) for pair in zip(copies, answers, strict=True)))
    do_all_work()
    assert stands(order) == ("paid", "succeeded")
    assert_invariants()
