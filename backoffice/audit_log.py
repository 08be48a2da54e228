"""The whole audit log, for who may read it: by person, by area, by time."""

from django.apps import apps
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from backoffice.audit import told
from backoffice.filters import PeriodFilter
from backoffice.formats import linked
from backoffice.policy import OfficeAdmin, ReadOnly
from backoffice.site import site
from shop.audit.models import AuditEntry
from shop.staff.people import colleagues


class ActorFilter(DropdownFilter):
    title = _("who")
    parameter_name = "actor"

    def lookups(self, request, model_admin):
        people = colleagues().order_by("username").values_list("pk", "username")
        return [(str(pk), name) for pk, name in people]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        return queryset.filter(actor=chosen) if chosen.isdecimal() else queryset


class AreaFilter(DropdownFilter):
    title = _("area")
    parameter_name = "area"

    def lookups(self, request, model_admin):
        areas = [
            (model._meta.label_lower, _area(model._meta.label_lower)) for model in site._registry
        ]
        return sorted(areas, key=lambda area: area[1])

    def queryset(self, request, queryset):
        return queryset.filter(area=self.value()) if self.value() else queryset


@admin.register(AuditEntry, site=site)
class AuditAdmin(ReadOnly, OfficeAdmin):
    empty = _("Nothing was changed by hand so far.")
    list_display = ["of", "action", "what_changed", "actor", "when", "reason"]
    list_filter = [ActorFilter, AreaFilter, ("at", PeriodFilter)]
    list_filter_submit = True
    list_select_related = ["actor"]
    search_fields = ["object_name", "=object_pk", "reason"]
    search_help_text = _("Name or number of what was changed, or a reason")
    ordering = ["-pk"]
    sortable_by = []
    fields = ["when", "actor", "action", "of", "what_changed", "reason"]
    readonly_fields = ["when", "of", "what_changed"]

    @display(description=_("of"))
    def of(self, entry):
        address = _address_of(entry)
        area = _area(entry.area)
        is_said = entry.object_name.startswith(area)
        name = entry.object_name if is_said else f"{area}: {entry.object_name}"
        return linked(address, name) if address else name

    @display(description=_("before and after"))
    def what_changed(self, entry):
        shown = {"changes": told(entry)["changes"], "summary": entry.summary}
        return render_to_string("backoffice/audit_changes.html", shown)

    @display(description=_("when"))
    def when(self, entry):
        return date_format(entry.at, "j M Y, H:i")


def _area(label):
    try:
        return str(apps.get_model(label)._meta.verbose_name).capitalize()
    except LookupError:
        return label


def _address_of(entry):
    """The page of what was changed, where there is one to open."""
    if entry.action == "deleted":
        return None
    app_label, _dot, model = entry.area.partition(".")
    try:
        return reverse(f"admin:{app_label}_{model}_change", args=[entry.object_pk])
    except NoReverseMatch:
        return None
