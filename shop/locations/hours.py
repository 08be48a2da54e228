"""When a location is open, and when an order paid now can be collected there."""

from datetime import datetime, timedelta

from django.utils import timezone

HORIZON_DAYS = 14


def open_windows(location, now=None):
    """The coming two weeks' windows as (opens, closes), soonest first, today's ended ones left out.

    Times are aware and in the location's own zone.
    """
    now = (now or timezone.now()).astimezone(location.zone)
    closed = {day.date for day in location.closed_days.all()}
    hours = list(location.hours.all())
    days = (now.date() + timedelta(days=n) for n in range(HORIZON_DAYS))
    windows = (
        (_at(day, window.opens, location), _at(day, window.closes, location))
        for day in days
        if day not in closed
        for window in hours
        if window.weekday == day.weekday()
    )
    return [(opens, closes) for opens, closes in windows if closes > now]


def _at(day, time, location):
    return datetime.combine(day, time, tzinfo=location.zone)


def ready_at(location, now=None):
    """When an order paid at `now` is promised, or None for a location without hours.

    Preparing takes open time only: an order paid at night is begun when the doors open.
    """
    now = now or timezone.now()
    remaining = timedelta(minutes=location.preparation_minutes)
    for opens, closes in open_windows(location, now):
        start = max(opens, now)
        if start + remaining <= closes:
            return start + remaining
        remaining -= closes - start
    return None


def open_until(location, now=None):
    """The closing time of the window that is open at `now`, or None while closed."""
    now = now or timezone.now()
    return next((c for o, c in open_windows(location, now) if o <= now < c), None)
