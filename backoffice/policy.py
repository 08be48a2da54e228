"""Whose rows somebody sees, decided once for lists, pages, actions, choices and autocompletes.

Every area's admin is an `OfficeAdmin`. What a model's rows hang on is named by
`location_path`; what may be done with them is decided by Django's permissions.
"""

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin, TabularInline

from backoffice.audit import Audited
from backoffice.navigation import title_of
from backoffice.paging import QuickPaginator
from backoffice.saved_views import SavesViews, list_name
from shop.locations.models import Location
from shop.partner.models import Partner


class VisibleRows:
    """Limits an admin's or an inline's rows, and what its fields offer to choose from."""

    # The way from a row to its location: "location", "order__location". Empty for
    # rows that belong to the whole shop.
    location_path = ""

    def visible_to(self, user, rows):
        if not self.location_path:
            return rows
        locations = Location.objects.visible_to(user).values("pk")
        return rows.filter(**{f"{self.location_path}__in": locations})

    def get_queryset(self, request):
        return self.visible_to(request.user, super().get_queryset(request))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._limit(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._limit(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _limit(self, db_field, request, kwargs):
        rows = self._choices(db_field.related_model, request)
        if rows is not None:
            kwargs.setdefault("queryset", rows)

    def _choices(self, model, request):
        model = Location if model is Partner else model
        if not self.admin_site.is_registered(model):
            return None
        return self.admin_site.get_model_admin(model).get_queryset(request)


class OfficeAdmin(Audited, VisibleRows, SavesViews, ModelAdmin):
    # What a list without any rows says to do next, and which list that is at: (text, its model).
    empty = ""
    empty_link = None
    # What the one button of the form for a new row says, where that does more than save it.
    add_label = ""
    list_per_page = 50
    paginator = QuickPaginator
    # Counting a whole table to say "of 1,000,000" is not worth the wait.
    show_full_result_count = False
    list_filter_sheet = True
    # A phone leaves it out.
    empty_value_display = '<span class="office-none">–</span>'
    warn_unsaved_form = True

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.way_on = self._way_on(request.user)
        changelist.title = title_of(f"admin:{list_name(self)}_changelist") or changelist.title
        return changelist

    def _way_on(self, user):
        if not self.empty_link:
            return None
        text, model = self.empty_link
        app_label, model_name = model.split(".")
        if user.has_perm(f"{app_label}.view_{model_name}"):
            return text, reverse(f"admin:{app_label}_{model_name}_changelist")
        return None

    def add_view(self, request, form_url="", extra_context=None):
        context = extra_context or {}
        if self.add_label:
            context = {"title": self.add_label, "save_label": self.add_label} | context
        return super().add_view(request, form_url, context)

    def row(self, request, object_id):
        """The row of an address, or 404 when there is none that the asker may see."""
        found = self.get_object(request, unquote(str(object_id)))
        if found is None:
            raise Http404
        return found

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        # Django sends people to the index instead, which hides a wrong link.
        raise Http404

    def page_of(self, row):
        opts = self.opts
        name = f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
        return reverse(name, args=[row.pk])

    def own_page(self, request, object_id, context):
        """The row's page, also in answer to a form that is shown again as it was typed."""
        # Django's view would save a form of its own.
        request.method = "GET"
        return ModelAdmin.change_view(self, request, object_id, "", context)

    def back_to(self, request, row):
        """A dialog's answer: htmx is told to load the row's page, a plain form is sent there."""
        return self._lead(request, self.page_of(row))

    def back_to_list(self, request):
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return self._lead(request, reverse(name))

    def _lead(self, request, address):
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


class OfficeInline(VisibleRows, TabularInline):
    extra = 0


class ReadOnly:
    """Rows that only the domain writes: to be read by whoever may, and that is all."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyInline(ReadOnly, OfficeInline):
    can_delete = False
    # Its columns say all that its name would.
    hide_title = True

    def get_readonly_fields(self, request, obj=None):
        return self.fields
