"""Ready orders that nobody comes for: told twice, then given up, never behind closed doors."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from shop.inventory.models import MovementKind
from shop.locations.models import ClosedDay, OpeningHours, Uncollected
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.payment import settlement
from shop.payment.models import Refund
from shop.pickup import codes, counter, waiting
from shop.pickup.counter import CodeExpired
from shop.pickup.models import PickupCode, Waiting
from shop.pickup.signals import pickup_final_notice_due, pickup_reminder_due
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race
from shop.testing.worker import do_all_work

DAY = timedelta(days=1)
# A Monday; the location is open from eight to eight, every day, on this clock.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def here():
    return make_location(pickup_days=7)


@pytest.fixture
def colleague(db):
    return make_user("Owner")


@pytest.fixture
def heard():
    """What was announced, in turn."""
    told = []

    def reminder(order, **kwargs):
        told.append(("reminder", order.number))

    def notice(order, **kwargs):
        told.append(("notice", order.number))

    pickup_reminder_due.connect(reminder)
    pickup_final_notice_due.connect(notice)
    yield told
    pickup_reminder_due.disconnect(reminder)
    pickup_final_notice_due.disconnect(notice)


def make_paid(location):
    product = make_product()
    offer(product, location, in_stock=10)
    order = make_order(location, (product, 2))
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    return order


def make_ready(location):
    order = make_paid(location)
    lifecycle.mark_ready(order, actor=None)
    return order


def ready_since(location, moment):
    order = make_ready(location)
    waiting.end(order)
    waiting.begin(order, moment)
    return order


def let_pass(order, **due):
    """As if these moments of an order's wait had come."""
    past = timezone.now() - timedelta(seconds=1)
    Waiting.objects.filter(pk=order.pk).update(**dict.fromkeys(due or ("until",), past))


def end_of(order):
    Waiting.objects.filter(pk=order.pk).update(
        remind_at=None, final_notice_at=None, until=timezone.now() - timedelta(seconds=1)
    )
    order.pickup_codes.update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
class TestHowLong:
    def test_it_waits_from_when_it_became_ready_to_the_close_of_the_last_day(self, here):
        order = ready_since(here, NOON)
        wait = Waiting.objects.get()
        close = datetime(2026, 3, 9, 20, tzinfo=UTC)
        assert wait.until == close
        assert wait.remind_at == NOON + 2 * DAY
        assert wait.final_notice_at == close - DAY
        assert order.pickup_codes.get().expires_at == close

    def test_the_shop_decides_where_the_location_does_not(self, settings):
        settings.PICKUP_DAYS = 3
        ready_since(make_location(), NOON)
        assert Waiting.objects.get().until == datetime(2026, 3, 5, 20, tzinfo=UTC)

    def test_a_last_day_that_is_closed_is_followed_by_an_open_one(self, here):
        for day in (9, 10):
            ClosedDay.objects.create(
                location=here, date=NOON.date().replace(day=day), reason="Fair"
            )
        ready_since(here, NOON)
        assert Waiting.objects.get().until == datetime(2026, 3, 11, 20, tzinfo=UTC)

    def test_without_hours_it_waits_all_the_same(self, here):
        OpeningHours.objects.all().delete()
        ready_since(here, NOON)
        assert Waiting.objects.get().until == NOON + 7 * DAY

    def test_a_wait_that_is_too_short_for_them_has_no_notices(self):
        ready_since(make_location(pickup_days=0), NOON)
        wait = Waiting.objects.get()
        assert (wait.remind_at, wait.final_notice_at) == (None, None)
        assert wait.until == NOON.replace(hour=20)

    def test_a_location_may_send_none(self):
        silent = make_location(reminder_after_days=None, final_notice_days_before_end=None)
        ready_since(silent, NOON)
        wait = Waiting.objects.get()
        assert (wait.remind_at, wait.final_notice_at) == (None, None)

    def test_a_new_code_holds_as_long_as_the_old_one(self, here):
        order = ready_since(here, NOON)
        assert codes.issue(order).expires_at == datetime(2026, 3, 9, 20, tzinfo=UTC)

    def test_only_what_lies_ready_waits(self, here, colleague):
        order = make_paid(here)
        assert not Waiting.objects.exists()
        lifecycle.mark_ready(order, actor=None)
        assert Waiting.objects.get().order == order
        counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=colleague)
        assert not Waiting.objects.exists()


@pytest.mark.django_db
class TestTelling:
    def test_each_is_announced_once(self, here, heard):
        order, other = make_ready(here), make_ready(here)
        assert (waiting.mind(), heard) == (0, [])
        let_pass(order, remind_at=True)
        assert [waiting.mind(), waiting.mind()] == [1, 0]
        assert heard == [("reminder", order.number)]
        let_pass(order, final_notice_at=True)
        assert [waiting.mind(), waiting.mind()] == [1, 0]
        assert heard[1:] == [("notice", order.number)]
        assert Waiting.objects.get(pk=other.pk).remind_at is not None

    def test_whoever_gets_the_notice_gets_no_late_reminder(self, here, heard):
        order = make_ready(here)
        let_pass(order, remind_at=True, final_notice_at=True)
        waiting.mind()
        waiting.mind()
        assert heard == [("notice", order.number)]

    def test_one_that_fails_is_tried_again_and_keeps_no_other_waiting(self, here, heard):
        broken, fine = make_ready(here), make_ready(here)
        let_pass(broken, remind_at=True)
        let_pass(fine, remind_at=True)

        def fail(order, **kwargs):
            if order == broken:
                raise RuntimeError("the printer is on fire")

        pickup_reminder_due.connect(fail)
        assert waiting.mind() == 1
        pickup_reminder_due.disconnect(fail)
        assert Waiting.objects.get(pk=broken.pk).remind_at is not None
        assert waiting.mind() == 1
        assert ("reminder", broken.number) in heard


@pytest.mark.django_db
class TestGivingUp:
    def test_it_goes_back_on_sale_and_the_money_goes_back(self, here, colleague):
        order = make_ready(here)
        token = codes.token_of(order.pickup_codes.get())
        end_of(order)
        assert waiting.mind() == 1
        order.refresh_from_db()
        step = order.status_changes.last()
        assert order.status == Status.CANCELLED
        assert (step.ending, step.actor) == (Ending.NOT_COLLECTED, None)
        assert Refund.objects.get().amount == order.total_incl_tax
        record = order.lines.get().stockrecord
        assert (record.num_in_stock, record.num_allocated) == (10, 0)
        assert record.movements.first().kind == MovementKind.RELEASED
        with pytest.raises(CodeExpired, match="The time to collect this order is over."):
            counter.find(token, actor=colleague)
        do_all_work()
        order.refresh_from_db()
        assert order.status == Status.REFUNDED
        with pytest.raises(CodeExpired):
            counter.find(token, actor=colleague)
        assert_invariants()

    def test_where_people_decide_it_stays_and_may_be_handed_over(self, here, colleague):
        here.uncollected_policy = Uncollected.KEEP
        here.save()
        order = make_ready(here)
        end_of(order)
        assert waiting.mind() == 0
        counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=colleague)
        order.refresh_from_db()
        assert order.status == Status.COMPLETED

    def test_not_on_a_day_that_was_closed_at_short_notice(self, here, colleague):
        order = make_ready(here)
        end_of(order)
        today = timezone.now().astimezone(here.zone).date()
        ClosedDay.objects.create(location=here, date=today, reason="Storm")
        assert waiting.mind() == 1
        order.refresh_from_db()
        assert order.status == Status.READY
        tomorrow = datetime.combine(today + DAY, time(20), tzinfo=here.zone)
        assert order.waiting.until == order.pickup_codes.get().expires_at == tomorrow
        counter.hand_over(codes.token_of(order.pickup_codes.get()), actor=colleague)

    @pytest.mark.parametrize("size", [2, 12])
    def test_looking_costs_as_much_for_many(self, here, size, django_assert_num_queries):
        for _ in range(size):
            make_ready(here)
        with django_assert_num_queries(3):
            assert waiting.mind() == 0


@on_committed_rows
@pytest.mark.parametrize("first", ["hand_over", "give_up"])
def test_handed_over_and_given_up_at_once_is_one_of_them(here, colleague, first):
    order = make_ready(here)
    token = codes.token_of(order.pickup_codes.get())
    Waiting.objects.update(until=timezone.now() - timedelta(seconds=1))
    steps = [partial(counter.hand_over, token, actor=colleague), waiting.mind]
    outcomes = overlapping(*(steps if first == "hand_over" else reversed(steps)))
    order.refresh_from_db()
    if first == "hand_over":
        assert (order.status, outcomes[1]) == (Status.COMPLETED, 0)
    else:
        assert order.status == Status.CANCELLED
        assert isinstance(outcomes[1], CodeExpired)
    do_all_work()
    assert_invariants()


@on_committed_rows
def test_two_beats_at_once_say_it_once(here, heard):
    for order in (make_ready(here), make_ready(here), make_ready(here)):
        let_pass(order, remind_at=True)
    race(waiting.mind, waiting.mind, waiting.mind)
    waiting.mind()
    assert len(heard) == len(set(heard)) == 3


@on_committed_rows
def test_two_beats_at_once_send_the_money_back_once(here):
    order = make_ready(here)
    end_of(order)
    race(waiting.mind, waiting.mind)
    assert Refund.objects.count() == 1
    assert PickupCode.objects.count() == Order.objects.count() == 1
    do_all_work()
    assert_invariants()


@on_committed_rows
def test_beat_passes_by_what_somebody_is_handing_over(here):
    order = make_ready(here)
    end_of(order)
    with transaction.atomic():
        Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        assert race(waiting.mind) == [0]
    assert waiting.mind() == 1
