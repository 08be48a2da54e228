"""Days as the clocks of locations count them: one day begins at many moments."""

from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q


def on_day(locations, now, *, location, moment, days_ago=0):
    """What happened on today's date, or that of some days ago, where it happened.

    `location` and `moment` name the way from a row to either.
    """
    by_zone = {}
    for place in locations:
        by_zone.setdefault(place.zone, []).append(place.pk)
    days = [(pks, *_day(zone, now, days_ago)) for zone, pks in by_zone.items()]
    if not days:
        return Q(pk__in=[])
    parts = (
        Q(**{f"{location}__in": pks, f"{moment}__gte": begins, f"{moment}__lt": ends})
        for pks, begins, ends in days
    )
    # An index on the moment alone finds them, whatever the parts ask of the location.
    first, last = min(begins for _, begins, _ in days), max(ends for _, _, ends in days)
    return Q(**{f"{moment}__gte": first, f"{moment}__lt": last}) & reduce(or_, parts)


def _day(zone, now, days_ago):
    date = now.astimezone(zone).date() - timedelta(days=days_ago)
    return (
        datetime.combine(date, time.min, zone),
        datetime.combine(date + timedelta(days=1), time.min, zone),
    )
