from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

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
