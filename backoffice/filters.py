from datetime import datetime, time, timedelta

from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.utils import parse_date_str

from shop.locations.models import Location


class LocationFilter(DropdownFilter):
    """One of the locations whose rows are shown anyway."""

    title = _("location")
    parameter_name = "location"

    def lookups(self, request, model_admin):
        self.path = model_admin.location_path
        locations = Location.objects.visible_to(request.user)
        return [(location.code, location.name) for location in locations]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        chosen = Location.objects.visible_to(request.user).filter(code=self.value())
        return queryset.filter(**{f"{self.path}__in": chosen.values("pk")})


class PeriodFilter(RangeDateFilter):
    """From a day to a day, both of them included; Unfold's own leaves the last one out."""

    def queryset(self, request, queryset):
        begin, end = self._midnight("from"), self._midnight("to")
        if begin:
            queryset = queryset.filter(**{f"{self.field_path}__gte": begin})
        if end:
            queryset = queryset.filter(**{f"{self.field_path}__lt": end + timedelta(days=1)})
        return queryset

    def _midnight(self, which):
        typed = self.used_parameters.get(f"{self.field_path}_{which}")
        day = parse_date_str(typed) if typed else None
        return make_aware(datetime.combine(day, time.min)) if day else None
