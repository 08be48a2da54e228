"""Money that went back to the shopper, and weeks later came back to us."""

from decimal import Decimal
from functools import partial

import pytest

from shop.invoices.models import CreditNote
from shop.mail.models import Kind, Letter
from shop.order import lifecycle
from shop.order.models import Status
from shop.payment.cancellation import cancel_order
from shop.payment.gateways import Answer
from shop.payment.models import PaymentStatus, Refund, RefundStatus
from shop.payment.refund_retries import send_again
from shop.payment.refund_settlement import settle_refund
from shop.payment.refunds import TooMuch, left_to_refund, request_refund
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work, send_due_refunds

OWED = "what came back to us goes again, or is under way"
KEPT = "no money stays for an order that waits or was cancelled"


def paid_order():
    """An order of 25.00 that was paid."""
    location, product = make_location(), make_product()
    offer(product, location, "12.50", in_stock=10)
    order = make_order(location, (product, 2))
    do_all_work()
    order.refresh_from_db()
    return order


def gone(order, amount="25.00"):
    """A refund that has gone."""
    refund = request_refund(order.payments.get(), Decimal(amount))
    do_all_work()
    return read_anew(refund)


def come_back(refund):
    settle_refund(refund, Answer(PaymentStatus.FAILED, refund.reference))
    return read_anew(refund)


def read_anew(row):
    return type(row).objects.get(pk=row.pk)


def money_of(order):
    payment = order.payments.get()
    return payment.status, payment.refunded, left_to_refund(payment)


@pytest.mark.django_db
def test_it_is_counted_no_longer_and_shown_as_failed(mailoutbox):
    owner, order = make_user("Owner"), paid_order()
    refund = come_back(gone(order, "10.00"))
    assert (refund.status, refund.state_label) == (RefundStatus.FAILED, "came back")
    # Nothing else may have the 10.00: its shopper has a credit note for them.
    assert money_of(order) == (PaymentStatus.SUCCEEDED, 0, Decimal("15.00"))
    assert read_anew(order).status == Status.PAID
    assert list(broken_invariants()) == [OWED]
    do_all_work()
    [letter] = [letter for letter in mailoutbox if letter.to == [owner.email]]
    assert "came back to us" in letter.body


@pytest.mark.django_db
def test_it_goes_again_when_somebody_says_so_and_has_one_credit_note():
    order = paid_order()
    refund = come_back(gone(order))
    assert [send_again(refund), send_again(refund)] == [True, False]
    assert send_due_refunds() == 1
    do_all_work()
    assert read_anew(refund).status == RefundStatus.SUCCEEDED
    assert money_of(order) == (PaymentStatus.REFUNDED, Decimal("25.00"), 0)
    assert read_anew(order).status == Status.REFUNDED
    assert CreditNote.objects.get().total == Decimal("25.00")
    assert_invariants()


@pytest.mark.django_db
def test_its_credit_note_is_issued_though_it_came_back_first():
    order = paid_order()
    refund = request_refund(order.payments.get(), Decimal("10.00"))
    settle_refund(refund, Answer(PaymentStatus.SUCCEEDED, "sim_1"))
    come_back(read_anew(refund))
    do_all_work()
    assert CreditNote.objects.get().refund == refund


@pytest.mark.django_db
def test_it_cannot_go_twice_by_another_refund():
    order = paid_order()
    come_back(gone(order))
    with pytest.raises(TooMuch):
        request_refund(order.payments.get(), Decimal("0.01"))


@pytest.mark.django_db
def test_what_waited_for_its_shopper_is_cancelled_since_its_goods_went_on_sale():
    order = paid_order()
    come_back(gone(order))
    assert read_anew(order).status == Status.CANCELLED
    assert order.lines.get().stockrecord.num_allocated == 0
    # The refund is what is told of, not a step that undoes another one.
    assert not Letter.objects.filter(kind=Kind.CANCELLED).exists()
    assert list(broken_invariants()) == [KEPT, OWED]


@pytest.mark.django_db
def test_what_was_handed_over_is_so_again():
    order = paid_order()
    lifecycle.mark_ready(order, actor=None)
    lifecycle.complete(order)
    come_back(gone(order))
    assert read_anew(order).status == Status.COMPLETED
    assert not Letter.objects.filter(kind=Kind.COMPLETED, order=order).exclude(
        subject=str(order.status_changes.get(old_status=Status.READY).pk)
    )
    assert list(broken_invariants()) == [OWED]


@pytest.mark.django_db
def test_a_cancelled_orders_money_leaves_it_cancelled_for_the_reason_that_it_was():
    order = paid_order()
    cancel_order(order, actor=None, reason="Broken.")
    do_all_work()
    before = order.status_changes.get(new_status=Status.CANCELLED).ending
    come_back(Refund.objects.get())
    assert read_anew(order).status == Status.CANCELLED
    assert order.status_changes.last().ending == before


@pytest.mark.django_db
def test_nobody_else_takes_a_refunded_order_anywhere():
    order = paid_order()
    gone(order)
    order.refresh_from_db()
    for step in (partial(lifecycle.cancel, ending=""), lifecycle.complete):
        with pytest.raises(lifecycle.InvalidTransition):
            step(order)


@pytest.mark.django_db
def test_older_messages_that_arrive_afterwards_change_nothing():
    order = paid_order()
    refund = come_back(gone(order, "10.00"))
    for status in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.PENDING):
        settle_refund(refund, Answer(status, refund.reference))
    assert (read_anew(refund).status, read_anew(refund).attempts) == (RefundStatus.FAILED, 1)
    assert money_of(order)[1] == 0


@pytest.mark.django_db
def test_a_success_that_its_failure_overtook_never_counts():
    order = paid_order()
    refund = request_refund(order.payments.get(), Decimal("10.00"))
    for status in (PaymentStatus.FAILED, PaymentStatus.SUCCEEDED):
        settle_refund(read_anew(refund), Answer(status, "sim_1"))
    assert read_anew(refund).status == RefundStatus.PENDING
    assert money_of(order)[1] == 0


@on_committed_rows
def test_a_return_that_is_told_four_times_at_once_is_taken_off_once():
    order = paid_order()
    refund = gone(order, "10.00")
    failed = Answer(PaymentStatus.FAILED, refund.reference)
    race(*(partial(settle_refund, read_anew(refund), failed) for _worker in range(4)))
    assert money_of(order) == (PaymentStatus.SUCCEEDED, 0, Decimal("15.00"))
    assert order.payments.get().events.filter(kind="refund_came_back").count() == 1
    assert list(broken_invariants()) == [OWED]


@pytest.mark.django_db
def test_its_shopper_is_told_and_told_again_when_it_has_gone(mailoutbox):
    refund = gone(paid_order())
    mailoutbox.clear()
    come_back(refund)
    do_all_work()
    (returned,) = mailoutbox
    assert "Your bank sent back our refund" in returned.subject
    assert "€25.00" in returned.body
    mailoutbox.clear()

    send_again(refund)
    send_due_refunds()
    do_all_work()
    (gone_again,) = mailoutbox
    assert "Money back" in gone_again.subject
    assert "€25.00" in gone_again.body


@pytest.mark.django_db
def test_a_letter_that_the_money_overtook_is_not_sent(mailoutbox):
    refund = gone(paid_order())
    mailoutbox.clear()
    come_back(refund)
    send_again(refund)
    send_due_refunds()
    do_all_work()
    assert ["Money back" in message.subject for message in mailoutbox] == [True]
