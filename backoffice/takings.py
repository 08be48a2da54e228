"""What was taken today, hour by hour, beside the same weekday of last week."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F, Func, IntegerField, Sum
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.formats import money
from backoffice.payment_filters import ended_on
from shop.locations.models import Location
from shop.payment import attention
from shop.payment.models import Payment

WEEK = timedelta(days=7)
GREY = {"color": "#8b93a1"}
# Unfold's own would draw one day's bars over the other's.
CHART_OPTIONS = json.dumps(
    {
        "animation": False,
        "maintainAspectRatio": False,
        "plugins": {"legend": {"display": False}},
        "scales": {
            "x": {"grid": {"display": False}, "ticks": GREY | {"maxRotation": 0}},
            "y": {"beginAtZero": True, "grid": {}, "ticks": GREY | {"maxTicksLimit": 5}},
        },
    }
)
# What the chart shows at least: the hours in which most shops are open.
FIRST_HOUR, LAST_HOUR = 8, 19


class LocalHour(Func):
    """The hour that a clock in a time zone showed at a moment."""

    template = "EXTRACT(HOUR FROM timezone(%(expressions)s))"
    output_field = IntegerField()


@dataclass
class Takings:
    """What was taken in one currency: by the hour, today and a week ago."""

    currency: str
    today: dict = field(default_factory=lambda: defaultdict(Decimal))
    week_ago: dict = field(default_factory=lambda: defaultdict(Decimal))
    # Of last week's day, what had come by this time of it.
    by_now: Decimal = Decimal(0)

    @property
    def total(self):
        return sum(self.today.values(), Decimal(0))

    @property
    def told(self):
        return money(self.total, self.currency)

    @property
    def comparison(self):
        return _("%s by this time a week ago") % money(self.by_now, self.currency)

    @property
    def address(self):
        """The payments that it is the sum of."""
        query = {"ended": "today", "what": "taken", "currency": self.currency}
        return f"{reverse('admin:payment_payment_changelist')}?{urlencode(query)}"

    @property
    def hours(self):
        busy = [*self.today, *self.week_ago]
        return range(min([FIRST_HOUR, *busy]), max([LAST_HOUR, *busy]) + 1)

    @property
    def table(self):
        return [
            {
                "hour": f"{hour:02}:00",
                "today": money(self.today.get(hour, 0), self.currency),
                "week_ago": money(self.week_ago.get(hour, 0), self.currency),
            }
            for hour in self.hours
        ]

    @property
    def is_empty(self):
        return not self.today and not self.week_ago

    @property
    def chart(self):
        """As Chart.js wants it."""
        sets = [
            _bars(_("today"), "var(--color-primary-500)", self.today, self.hours),
            _bars(_("a week ago"), "var(--color-base-400)", self.week_ago, self.hours),
        ]
        return json.dumps({"labels": [f"{hour}" for hour in self.hours], "datasets": sets})


def takings_of(user):
    """A currency each, of one's own locations: what brought most today comes first."""
    known = {
        currency: Takings(currency)
        for currency in Location.objects.visible_to(user)
        .order_by("currency")
        .values_list("currency", flat=True)
        .distinct()
    }
    for row in _rows(user, timezone.now()):
        takings = known.setdefault(row["currency"], Takings(row["currency"]))
        day = takings.today if row["is_today"] else takings.week_ago
        day[row["hour"]] += row["sum"]
        if row["by_now"] and not row["is_today"]:
            takings.by_now += row["sum"]
    return sorted(known.values(), key=lambda takings: (-takings.total, takings.currency))


def _rows(user, now):
    days = ended_on(user, 0, now) | ended_on(user, 7, now)
    left = F("amount") - F("refunded")
    return (
        attention.taken(Payment.objects.filter(days))
        .order_by()
        .annotate(
            hour=LocalHour(F("order__location__timezone"), F("settled_at")),
            is_today=GreaterThan(F("settled_at"), now - WEEK / 2),
            by_now=LessThanOrEqual(F("settled_at"), now - WEEK),
        )
        .values("currency", "is_today", "by_now", "hour")
        .annotate(sum=Sum(left))
    )


def _bars(label, colour, sums, hours):
    return {
        "label": label,
        "backgroundColor": colour,
        "data": [float(sums.get(hour, 0)) for hour in hours],
        "borderRadius": 3,
    }
