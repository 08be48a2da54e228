"""A location's week in as few lines as it takes."""

from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.locations.models import OpeningHours


def week_of(location):
    """Pairs of days and hours, days of the same hours together: `Monday to Friday`, `09:00–18:00`.

    Days on which nobody is there are left out.
    """
    windows = list(location.hours.all())
    days = ((day, _hours(windows, day)) for day in OpeningHours.Weekday)
    runs = ((hours, [day for day, _h in run]) for hours, run in groupby(days, lambda pair: pair[1]))
    return [(_days(days), hours) for hours, days in runs if hours]


def closed_days_until(location, moment):
    """The exceptions to the week from today to a moment."""
    today = timezone.now().astimezone(location.zone).date()
    last = moment.astimezone(location.zone).date()
    return location.closed_days.filter(date__range=(today, last))


def _hours(windows, day):
    mine = (window for window in windows if window.weekday == day)
    return ", ".join(f"{window.opens:%H:%M}–{window.closes:%H:%M}" for window in mine)


def _days(days):
    first, last = days[0].label, days[-1].label
    if len(days) == 1:
        return first
    if len(days) == len(OpeningHours.Weekday):
        return _("Every day")
    joined = _("%(first)s and %(last)s") if len(days) == 2 else _("%(first)s to %(last)s")
    return joined % {"first": first, "last": last}
