"""Handing over, raced by colleagues and by cancellations; scanners that read something else."""

from functools import partial

import pytest

from shop.order import lifecycle
from shop.order.models import Order, Status
from shop.payment.cancellation import cancel_order
from shop.pickup import codes, counter
from shop.pickup.counter import (
    AlreadyCollected,
    CodeNeeded,
    CodeUnknown,
    CodeWithdrawn,
    NotToBeCollected,
    TooManyAttempts,
    WrongLocation,
)
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race
from shop.testing.worker import do_all_work


@pytest.fixture
def colleague():
    return make_user("Owner")


@pytest.fixture
def ready(colleague):
    """An order that is ready to be collected."""
    location, product = make_location(), make_product()
    offer(product, location, in_stock=10)
    order = make_order(location, (product, 2))
    do_all_work()
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=colleague)
    return order


def token_of(order):
    return codes.token_of(order.pickup_codes.get(voided_at=None))


@on_committed_rows
def test_whoever_hands_over_what_is_cancelled_meanwhile_is_told_so(ready, colleague):
    token = token_of(ready)
    cancel = partial(cancel_order, ready, actor=colleague, reason="Asked by telephone.")
    hand_over = partial(counter.hand_over, token, actor=colleague)
    _cancelled, refused = overlapping(cancel, hand_over)
    assert isinstance(refused, NotToBeCollected)
    assert str(refused) == "This order was cancelled."
    assert ready.pickup_codes.get().used_at is None
    do_all_work()
    assert_invariants()


@on_committed_rows
def test_whoever_hands_over_what_a_new_code_was_issued_for_is_told_so(ready, colleague):
    hand_over = partial(counter.hand_over, token_of(ready), actor=colleague)
    reissue = partial(codes.issue, ready)
    _issued, refused = overlapping(reissue, hand_over)
    assert isinstance(refused, CodeWithdrawn)
    ready.refresh_from_db()
    assert ready.status == Status.READY


@on_committed_rows
def test_of_four_colleagues_with_one_code_one_hands_over(ready):
    colleagues = [make_user("Owner") for _each in range(4)]
    token = token_of(ready)
    outcomes = race(*[partial(counter.hand_over, token, actor=who) for who in colleagues])
    assert sum(isinstance(outcome, AlreadyCollected) for outcome in outcomes) == 3
    assert Order.objects.get().status == Status.COMPLETED
    assert_invariants()


@on_committed_rows
def test_one_who_presses_four_times_at_once_hands_over_once(ready, colleague):
    outcomes = race(*[partial(counter.hand_over, token_of(ready), actor=colleague)] * 4)
    assert sorted(outcome.again for outcome in outcomes) == [False, True, True, True]
    assert ready.status_changes.filter(new_status=Status.COMPLETED).count() == 1
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize("scanned", ["", "http://[shelf", "//[", "\x00", "?code=", "A" * 10_000])
def test_whatever_else_is_scanned_is_no_code(scanned, colleague):
    with pytest.raises(CodeUnknown):
        counter.find(scanned, actor=colleague)


@pytest.mark.django_db
def test_who_types_a_code_of_another_location_is_sent_there(ready):
    elsewhere = make_user("Counter", [make_location()])
    typed = codes.short_of(ready.pickup_codes.get(voided_at=None))
    with pytest.raises(WrongLocation, match=ready.location.name):
        counter.find(typed, actor=elsewhere)


@pytest.mark.django_db
def test_to_be_sent_elsewhere_counts_as_a_guess(ready):
    elsewhere = make_user("Counter", [make_location()])
    typed = codes.short_of(ready.pickup_codes.get(voided_at=None))
    for _guess in range(counter.WRONG_CODES.most["actor"]):
        with pytest.raises(WrongLocation):
            counter.find(typed, actor=elsewhere)
    with pytest.raises(TooManyAttempts):
        counter.find(typed, actor=elsewhere)


@on_committed_rows
def test_with_and_without_its_code_an_order_is_handed_over_once(ready, colleague):
    for_code = partial(counter.hand_over, token_of(ready), actor=colleague)
    for_a_reason = partial(
        counter.hand_over_without_code, ready, actor=colleague, reason="Telephone broke"
    )
    outcomes = race(for_code, for_a_reason, for_code, for_a_reason)
    first = [o for o in outcomes if not isinstance(o, AlreadyCollected) and not is_again(o)]
    assert len(first) == 1
    assert ready.status_changes.filter(new_status="completed").count() == 1
    assert_invariants()


def is_again(outcome):
    """Whether somebody is told that a press before this one did it."""
    return isinstance(outcome, counter.HandOver) and outcome.again


@pytest.mark.django_db
def test_who_may_not_do_without_the_code_is_told_so(ready):
    somebody = make_user("Counter", [ready.location])
    with pytest.raises(CodeNeeded):
        counter.hand_over_without_code(ready, actor=somebody, reason="Telephone broke")


@on_committed_rows
def test_of_two_new_codes_at_once_one_is_worth_something(ready, colleague):
    race(*[partial(codes.reissue, ready, actor=colleague)] * 2)
    assert ready.pickup_codes.count() == 3
    assert ready.pickup_codes.filter(voided_at=None).count() == 1
