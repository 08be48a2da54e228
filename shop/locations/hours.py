"""When a location is open, and when an order paid now can be collected there.

Windows are written as the location's clocks show them; how long something takes is real
time. The two differ on the days on which the clocks are changed, so all reckoning is done
in UTC. No window reaches past midnight: such hours are entered as two.
"""

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

HORIZON_DAYS = 14
# A place may be closed for a season, or take weeks to make something.
PROMISE_DAYS = 120
ONE_DAY = timedelta(days=1)


def open_windows(location, now=None):
    """The coming two weeks' windows as (opens, closes), soonest first, today's ended ones left out.

    Times are aware and in the location's own zone; windows that overlap are one.
    """
    now = now or timezone.now()
    return [
        (opens.astimezone(location.zone), closes.astimezone(location.zone))
        for opens, closes in _windows(location, _local_date(location, now), HORIZON_DAYS)
        if closes > now
    ]


def ready_at(location, now=None):
    """When an order paid at `now` is promised, in the location's zone; None where it never opens.

    Preparing takes open time only: an order paid at night is begun when the doors open,
    one paid after the day's last orders on the next day that they do.
    """
    begin = _begin(location, now or timezone.now())
    remaining = timedelta(minutes=location.preparation_minutes)
    for opens, closes in _windows(location, _local_date(location, begin), PROMISE_DAYS):
        start = max(opens, begin)
        if start + remaining < closes:
            return (start + remaining).astimezone(location.zone)
        remaining -= max(closes - start, timedelta(0))
    return None


def closes_on_or_after(location, date):
    """The last closing time of a day, or of the next one that is open; None where it never opens.

    In the location's zone.
    """
    for day in (date + n * ONE_DAY for n in range(PROMISE_DAYS)):
        if windows := list(_windows(location, day, 1)):
            return windows[-1][1].astimezone(location.zone)
    return None


def open_until(location, now=None):
    """The closing time of the window that is open at `now`, or None while closed."""
    now = now or timezone.now()
    return next((c for o, c in open_windows(location, now) if o <= now < c), None)


def _begin(location, now):
    """From when on an order paid at `now` may be worked on, opening hours aside."""
    today = _local_date(location, now)
    last_orders = location.last_orders_at
    if last_orders is None or now <= _moment(today, last_orders, location):
        return now.astimezone(UTC)
    return _moment(today + ONE_DAY, time.min, location)


def _windows(location, first_day, days):
    """The windows of some days on end, in UTC and in turn, none touching another."""
    hours, closed = location.timetable()
    for day in (first_day + n * ONE_DAY for n in range(days)):
        if day not in closed:
            yield from _merged(
                (_moment(day, window.opens, location), _moment(day, window.closes, location))
                for window in hours
                if window.weekday == day.weekday()
            )


def _merged(windows):
    merged = []
    for opens, closes in sorted(windows):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        # A window may fall into the hour that is left out in spring.
        elif opens < closes:
            merged.append((opens, closes))
    return merged


def _local_date(location, moment):
    return moment.astimezone(location.zone).date()


def _moment(day, clock, location):
    return datetime.combine(day, clock, tzinfo=location.zone).astimezone(UTC)
