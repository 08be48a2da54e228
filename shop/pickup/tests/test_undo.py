"""A hand-over that was a mistake: undone at once, by whom it may be, raced by refunds."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F

from shop.inventory.models import Movement
from shop.mail.models import Kind
from shop.order import lifecycle
from shop.order.models import Order, Status
from shop.order.statuses import InvalidTransition
from shop.payment.refunds import payment_of, refund_lines, request_refund
from shop.pickup import codes, counter
from shop.pickup.counter import AlreadyCollected, HandOver
from shop.pickup.models import PickupCode
from shop.pickup.undo import CannotUndo, undo_hand_over
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race
from shop.testing.worker import do_all_work
from tasks.models import OutboxMessage

FIRST = pytest.mark.parametrize("first", [0, 1], ids=["undone first", "the other first"])


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def record(here):
    return offer(make_product(), here, in_stock=10)


@pytest.fixture
def colleague(here):
    return make_user("Counter", [here])


@pytest.fixture
def code(record, here, colleague):
    """The code of an order of two that was handed over a moment ago."""
    order = make_order(here, (record.product, 2))
    do_all_work()
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=None)
    do_all_work()
    return hand_over(order.pickup_codes.get(), colleague)


def hand_over(code, actor):
    return counter.hand_over(codes.token_of(code), actor=actor).pickup_code


def age(code, seconds):
    rows = PickupCode.objects.filter(pk=code.pk)
    rows.update(used_at=F("used_at") - timedelta(seconds=seconds))


def shelf(record):
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


def at_once_or_after(first, undo, other):
    """What undoing came to, and what the other came to; the one begins while the other is busy."""
    runners = [undo, other] if first == 0 else [other, undo]
    outcomes = overlapping(*runners)
    return outcomes if first == 0 else outcomes[::-1]


@pytest.mark.django_db
class TestUndone:
    def test_the_goods_lie_on_the_shelf_again_set_aside_and_the_ledger_says_so(
        self, code, record, colleague
    ):
        assert shelf(record) == (8, 0)
        undo_hand_over(code, actor=colleague)
        assert shelf(record) == (10, 2)
        movement = Movement.objects.first()
        assert str(movement) == "hand-over undone +2/+2"
        assert (movement.cause, movement.actor) == (code.order.number, colleague)
        assert_invariants()

    def test_the_order_is_ready_and_its_history_says_by_whom(self, code, colleague):
        undo_hand_over(code, actor=colleague)
        assert Order.objects.get().status == Status.READY
        step = code.order.status_changes.last()
        assert (step.actor, step.reason) == (colleague, "Hand-over undone.")
        assert str(step) == "completed → ready"

    def test_its_code_holds_and_it_can_be_handed_over(self, code, record, colleague):
        undo_hand_over(code, actor=colleague)
        code.refresh_from_db()
        assert (code.used_at, code.used_by) == (None, None)
        assert not counter.hand_over(codes.token_of(code), actor=colleague).again
        assert shelf(record) == (8, 0)
        assert_invariants()

    def test_it_waits_until_when_it_would_have(self, code, colleague):
        until = code.expires_at
        undo_hand_over(code, actor=colleague)
        assert code.order.waiting.until == until
        code.refresh_from_db()
        assert code.expires_at == until

    def test_what_was_announced_is_not_announced_again(self, code, colleague):
        month = timedelta(days=30)
        code.order.status_changes.update(date_created=F("date_created") - month)
        undo_hand_over(code, actor=colleague)
        assert code.order.waiting.remind_at is None

    def test_what_was_given_back_meanwhile_stays_given_back(self, code, record, colleague):
        line = code.order.lines.get()
        refund_lines(code.order, [(line, 1)], restock=True)
        assert shelf(record) == (9, 0)
        undo_hand_over(code, actor=colleague)
        assert shelf(record) == (10, 1)
        do_all_work()
        assert_invariants()

    def test_undone_twice_it_is_undone_once(self, code, record, colleague):
        for _each in range(2):
            undo_hand_over(code, actor=colleague)
        assert shelf(record) == (10, 2)
        assert code.order.status_changes.filter(old_status=Status.COMPLETED).count() == 1

    def test_whoever_handed_it_over_may_when_the_location_is_theirs_no_more(
        self, code, here, colleague
    ):
        here.users.clear()
        undo_hand_over(code, actor=colleague)

    def test_a_colleague_at_the_location_may(self, code, here):
        undo_hand_over(code, actor=make_user("Counter", [here]))


@pytest.mark.django_db
class TestNotUndone:
    def test_by_somebody_at_another_location(self, code, record):
        stranger = make_user("Counter", [make_location()])
        with pytest.raises(CannotUndo, match="Only somebody at Magpie"):
            undo_hand_over(code, actor=stranger)
        assert shelf(record) == (8, 0)

    def test_when_its_two_minutes_are_over(self, code, record, colleague):
        age(code, 119)
        age(code, 2)
        with pytest.raises(CannotUndo, match="too late"):
            undo_hand_over(code, actor=colleague)
        assert shelf(record) == (8, 0)
        assert Order.objects.get().status == Status.COMPLETED

    def test_when_all_its_goods_came_back(self, code, colleague):
        refund_lines(code.order, [(code.order.lines.get(), 2)], restock=True)
        with pytest.raises(CannotUndo, match="The money of this order went back"):
            undo_hand_over(code, actor=colleague)

    def test_before_it_was_handed_over(self, record, here, colleague):
        order = make_order(here, (record.product, 2))
        do_all_work()
        with pytest.raises(CannotUndo, match="not handed over"):
            undo_hand_over(order.pickup_codes.get(), actor=colleague)

    def test_by_marking_it_ready(self, code):
        order = Order.objects.get()
        with pytest.raises(InvalidTransition):
            lifecycle.mark_ready(order, actor=None)
        assert Order.objects.get().status == Status.COMPLETED


@pytest.mark.django_db
class TestLetters:
    def outcomes(self):
        do_all_work()
        letters = code_letters()
        return [(bool(letter.sent_at), letter.failure) for letter in letters]

    def test_it_leaves_when_nothing_can_be_undone_any_more(self, code):
        [letter] = code_letters()
        message = OutboxMessage.objects.get(effect="send_letter", subject=str(letter.pk))
        assert (message.due_at - message.created_at).total_seconds() == pytest.approx(120, abs=5)
        assert self.outcomes() == [(True, "")]

    def test_nobody_is_told_of_what_was_undone(self, code, colleague):
        undo_hand_over(code, actor=colleague)
        assert self.outcomes() == [(False, "the order is ready by now")]
        assert code.order.letters.filter(kind=Kind.READY).count() == 1

    def test_what_was_undone_and_handed_over_after_all_is_told_once(self, code, colleague):
        undo_hand_over(code, actor=colleague)
        hand_over(code, colleague)
        assert self.outcomes() == [(False, "the hand-over was undone"), (True, "")]


def code_letters():
    return Order.objects.get().letters.filter(kind=Kind.COMPLETED).order_by("created_at")


@on_committed_rows
@FIRST
def test_undone_while_its_goods_are_refunded(code, record, colleague, first):
    undo = partial(undo_hand_over, code, actor=colleague)
    refund = partial(refund_lines, code.order, [(code.order.lines.get(), 2)], restock=True)
    undone, refunded = at_once_or_after(first, undo, refund)
    assert refunded.amount
    assert isinstance(undone, CannotUndo if first == 1 else PickupCode)
    do_all_work()
    assert Order.objects.get().status == Status.REFUNDED
    assert shelf(record) == (10, 0)
    assert_invariants()


@on_committed_rows
@FIRST
def test_undone_while_all_of_its_money_goes_back(code, record, colleague, first):
    undo = partial(undo_hand_over, code, actor=colleague)

    def send_back():
        payment = payment_of(code.order)
        request_refund(payment, payment.amount)
        do_all_work()

    undone, _sent = at_once_or_after(first, undo, send_back)
    do_all_work()
    assert Order.objects.get().status == Status.REFUNDED
    # What was handed over stays with its shopper; what lies there again goes on sale.
    assert shelf(record) == ((10, 0) if isinstance(undone, PickupCode) else (8, 0))
    assert_invariants()


@on_committed_rows
def test_undone_by_three_at_once_it_is_undone_once(code, record, here):
    colleagues = [make_user("Counter", [here]) for _each in range(3)]
    outcomes = race(*[partial(undo_hand_over, code, actor=who) for who in colleagues])
    assert [type(outcome) for outcome in outcomes] == [PickupCode] * 3
    assert shelf(record) == (10, 2)
    assert_invariants()


@on_committed_rows
def test_undone_while_a_colleague_hands_it_over(code, record, here, colleague):
    undo = partial(undo_hand_over, code, actor=colleague)
    again = partial(counter.hand_over, codes.token_of(code), actor=make_user("Counter", [here]))
    undone, handed_over = overlapping(undo, again)
    assert isinstance(undone, PickupCode)
    # They may have looked before it was undone, or after.
    assert isinstance(handed_over, (AlreadyCollected, HandOver))
    held = isinstance(handed_over, AlreadyCollected)
    assert shelf(record) == ((10, 2) if held else (8, 0))
    assert_invariants()
