"""Work that is under way: what was asked of the workers and is not done yet."""

from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site

WHAT = ["effect", "subject", "created_at"]
HOW_IT_STANDS = ["attempts", "failure", "due_at"]


class StuckFilter(DropdownFilter):
    title = _("state")
    parameter_name = "stuck"

    def lookups(self, request, model_admin):
        return [("yes", _("stuck")), ("no", _("under way"))]

    def queryset(self, request, queryset):
        stuck = queryset.model.objects.stuck().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=stuck)
        if self.value() == "no":
            return queryset.exclude(pk__in=stuck)
        return queryset


@admin.register(apps.get_model("tasks", "OutboxMessage"), site=site)
class OutboxAdmin(ReadOnly, OfficeAdmin):
    empty = _("Nothing is under way: all that was to be done is done.")
    list_display = ["effect", "created_at", *HOW_IT_STANDS]
    list_filter = [StuckFilter]
    fields = [*WHAT, *HOW_IT_STANDS, "taken_at"]
    ordering = ["created_at"]
    search_fields = ["effect"]
    search_help_text = _("What is to be done")

    def visible_to(self, user, rows):
        return rows.unfinished()
