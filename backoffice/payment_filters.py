"""What a list of payments is narrowed down to."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from shop.locations.days import on_day
from shop.locations.models import Location
from shop.payment import attention

DAYS_AGO = {"today": 0, "week_ago": 7}


def ended_on(user, days_ago, now=None):
    """Payments that were settled on a day, as the clock at their location counts days."""
    locations = Location.objects.visible_to(user)
    where_and_when = {"location": "order__location", "moment": "settled_at"}
    return on_day(locations, now or timezone.now(), days_ago=days_ago, **where_and_when)


class EndedFilter(DropdownFilter):
    title = _("settled")
    parameter_name = "ended"

    def lookups(self, request, model_admin):
        return [("today", _("today")), ("week_ago", _("a week ago today"))]

    def queryset(self, request, queryset):
        if self.value() not in DAYS_AGO:
            return queryset
        return queryset.filter(ended_on(request.user, DAYS_AGO[self.value()]))


class AttentionFilter(DropdownFilter):
    title = _("what of them")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [
            ("taken", _("money taken")),
            ("stuck", _("without an end for long")),
            ("held", _("another sum, held")),
        ]

    def queryset(self, request, queryset):
        narrow = {
            "taken": attention.taken,
            "stuck": attention.stuck,
            "held": attention.held,
        }.get(self.value())
        return narrow(queryset) if narrow else queryset


class CurrencyFilter(DropdownFilter):
    title = _("currency")
    parameter_name = "currency"

    def lookups(self, request, model_admin):
        own = Location.objects.visible_to(request.user).order_by("currency")
        return [
            (currency, currency) for currency in own.values_list("currency", flat=True).distinct()
        ]

    def queryset(self, request, queryset):
        return queryset.filter(currency=self.value()) if self.value() else queryset
