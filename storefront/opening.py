"""Opening hours in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.locations.hours import open_until, open_windows, ready_at
from shop.locations.models import OpeningHours


@dataclass(frozen=True)
class Opening:
    is_open: bool
    words: str
    ready: str
    week: list[tuple[str, list]]


def with_hours(pages):
    """Location pages with their locations' hours, two queries for all of them."""
    pages = list(pages)
    prefetch_related_objects(pages, "location__hours", "location__closed_days")
    return pages


def opening_of(location, now=None):
    now = (now or timezone.now()).astimezone(location.zone)
    until = open_until(location, now)
    return Opening(
        is_open=until is not None,
        words=_("Open now until %(time)s") % {"time": _time(until)}
        if until
        else _next_opening(location, now),
        ready=_ready(location, now),
        week=_week(location),
    )


def _next_opening(location, now):
    windows = open_windows(location, now)
    if not windows:
        return _("Closed for now")
    opens = windows[0][0]
    return _("Opens %(when)s") % {"when": _when(opens, now)}


def _ready(location, now):
    ready = ready_at(location, now)
    if ready is None:
        return ""
    when = _when(ready.astimezone(location.zone), now)
    return _("Order now, ready %(when)s") % {"when": when}


def _when(moment: datetime, now: datetime):
    days = (moment.date() - now.date()).days
    time = _time(moment)
    if days == 0:
        return _("today from %(time)s") % {"time": time}
    if days == 1:
        return _("tomorrow from %(time)s") % {"time": time}
    day = date_format(moment, "l" if days < 7 else "j F")
    return _("%(day)s from %(time)s") % {"day": day, "time": time}


def _time(moment):
    return f"{moment:%H:%M}"


def _week(location):
    hours = list(location.hours.all())
    return [
        (day.label, [window for window in hours if window.weekday == day])
        for day in OpeningHours.Weekday
    ]
