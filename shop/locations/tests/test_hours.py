"""Promises, checked against a reckoning that walks through real time a quarter hour a step."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import prefetch_related_objects
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.locations.hours import closes_on_or_after, open_until, open_windows, ready_at
from shop.locations.models import ClosedDay, OpeningHours
from shop.testing.factories import make_location

QUARTER = timedelta(minutes=15)
# Clocks are put forward and back between one and three at night: windows reach across.
CLOCK_TIMES = [time(n // 4, 15 * (n % 4)) for n in range(96) if not 4 <= n < 12]
ZONES = ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "UTC"]
CHANGES = [date(2026, 3, 27), date(2026, 4, 3), date(2026, 10, 2), date(2026, 10, 30)]


class Rows(list):
    def all(self):
        return self


@dataclass
class Place:
    """As much of a location as its hours are made of."""

    hours: Rows
    closed_days: Rows
    timezone: str = "Europe/Lisbon"
    preparation_minutes: int = 60
    last_orders_at: time | None = None

    @property
    def zone(self):
        return ZoneInfo(self.timezone)

    def timetable(self):
        return list(self.hours), {day.date for day in self.closed_days}

    def is_open(self, moment):
        local = moment.astimezone(self.zone)
        return local.date() not in {day.date for day in self.closed_days} and any(
            window.weekday == local.weekday() and window.opens <= local.time() < window.closes
            for window in self.hours
        )


def a_place(*windows, closed=(), **values):
    """A place with windows of (weekday, opens, closes)."""
    hours = [OpeningHours(weekday=day, opens=o, closes=c) for day, o, c in windows]
    return Place(Rows(hours), Rows(ClosedDay(date=day) for day in closed), **values)


windows = st.tuples(
    st.integers(0, 6), st.lists(st.sampled_from(CLOCK_TIMES), min_size=2, max_size=2, unique=True)
).map(lambda drawn: (drawn[0], *sorted(drawn[1])))
days = st.tuples(st.sampled_from(CHANGES), st.integers(0, 10)).map(
    lambda drawn: drawn[0] + timedelta(days=drawn[1])
)
moments = st.tuples(days, st.integers(0, 95)).map(
    lambda drawn: datetime.combine(drawn[0], time(), UTC) + drawn[1] * QUARTER
)
places = st.builds(
    lambda windows, closed, zone, quarters, last: a_place(
        *windows,
        closed=closed,
        timezone=zone,
        preparation_minutes=15 * quarters,
        last_orders_at=last,
    ),
    st.lists(windows, min_size=1, max_size=8),
    st.lists(days, max_size=3),
    st.sampled_from(ZONES),
    st.integers(0, 24),
    st.none() | st.sampled_from(CLOCK_TIMES),
)


@settings(max_examples=80, deadline=None)
@given(places, moments)
def test_a_promise_lies_in_an_open_window_after_as_much_open_time_as_preparing_takes(place, now):
    promise = ready_at(place, now)
    if promise is None:
        # So little is open that even months are too short.
        assert not any(place.is_open(now + n * QUARTER) for n in range(96 * 8))
        return
    assert place.is_open(promise)
    assert promise.tzinfo == place.zone
    quarters = range((promise - now.astimezone(UTC)) // QUARTER)
    prepared = sum(place.is_open(now + n * QUARTER) for n in quarters) * QUARTER
    needed = timedelta(minutes=place.preparation_minutes)
    assert prepared == needed if place.last_orders_at is None else prepared >= needed


@settings(max_examples=80, deadline=None)
@given(places, moments, moments)
def test_who_orders_later_is_not_promised_earlier(place, one, other):
    first, second = (ready_at(place, moment) for moment in sorted((one, other)))
    if first and second:
        assert first.astimezone(UTC) <= second.astimezone(UTC)


MONDAY = date(2026, 3, 2)


def at(day, hour, minute=0, zone="Europe/Lisbon", month=3):
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def test_what_is_paid_after_the_last_orders_is_begun_on_the_next_opening_day():
    place = a_place(
        (0, time(9), time(13)),
        (0, time(15), time(19)),
        (2, time(10), time(18)),
        last_orders_at=time(16),
    )
    assert ready_at(place, at(2, 16)) == at(2, 17)
    assert ready_at(place, at(2, 16, 1)) == at(4, 11)
    assert ready_at(place, at(2, 23)) == at(4, 11)


def test_what_would_be_ready_as_the_doors_close_is_ready_when_they_open_again():
    place = a_place((0, time(9), time(13)), (0, time(15), time(19)))
    assert ready_at(place, at(2, 11, 59)) == at(2, 12, 59)
    assert ready_at(place, at(2, 12)) == at(2, 15)


@pytest.mark.parametrize(("month", "day", "ready"), [(3, 28, (5, 0)), (10, 24, (3, 0))])
def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is(month, day, ready):
    # Lisbon's clocks go from one to two in March, and from two to one in October.
    place = a_place((6, time(0), time(8)), preparation_minutes=240)
    assert ready_at(place, at(day, 20, month=month)) == at(day + 1, *ready, month=month)


def test_windows_that_overlap_are_one():
    place = a_place((0, time(9), time(13)), (0, time(12), time(15)), (0, time(15), time(16)))
    assert open_windows(place, at(2, 8))[0] == (at(2, 9), at(2, 16))
    assert open_until(place, at(2, 9)) == at(2, 16)
    assert open_until(place, at(2, 16)) is None


def test_a_place_that_is_closed_for_a_month_promises_the_day_after():
    place = a_place((0, time(9), time(13)), closed=[MONDAY + timedelta(days=n) for n in range(30)])
    assert ready_at(place, at(2, 9)) == at(6, 10, month=4)


def test_the_last_close_of_a_day_or_of_the_next_open_one():
    place = a_place(
        (0, time(9), time(13)),
        (0, time(15), time(19)),
        (3, time(9), time(12)),
        closed=[date(2026, 3, 5)],
    )
    assert closes_on_or_after(place, MONDAY) == at(2, 19)
    assert closes_on_or_after(place, date(2026, 3, 3)) == at(9, 19)
    assert closes_on_or_after(a_place(), MONDAY) is None


@pytest.mark.django_db
@pytest.mark.parametrize("prefetched", [(), ("hours",), ("hours", "closed_days")])
def test_a_locations_timetable_is_read_at_once(prefetched, django_assert_max_num_queries):
    location = make_location()
    for day in (date(2026, 12, 24), date(2026, 12, 25)):
        ClosedDay.objects.create(location=location, date=day, reason="Christmas")
    prefetch_related_objects([location], *prefetched)

    with django_assert_max_num_queries(1):
        hours, closed = location.timetable()

    assert len(hours) == 7
    assert closed == {date(2026, 12, 24), date(2026, 12, 25)}
