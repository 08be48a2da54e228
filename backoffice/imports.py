"""Imports: a file is sent, its columns matched, its rows looked at, and only then booked."""

import csv

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from backoffice.formats import badge, staff
from backoffice.import_page import columns_of, rows_of
from backoffice.policy import OfficeAdmin
from backoffice.site import site
from shop.audit.trail import Change
from shop.imports import arriving, steps
from shop.imports.cells import harmless
from shop.imports.matching import CannotMatch
from shop.imports.models import Import, Stage
from shop.imports.reading import UnreadableFile
from shop.imports.sheets import SHEETS, kinds_for
from shop.imports.steps import NotNow
from shop.locations.models import Location

TONES = {
    Stage.CHECKED: "warn",
    Stage.BOOKED: "good",
    Stage.FAILED: "bad",
    Stage.CHECKING: "busy",
    Stage.BOOKING: "busy",
    Stage.UNDOING: "busy",
}


class SendForm(forms.ModelForm):
    file = forms.FileField(
        label=_("File"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("CSV or XLSX. You match its columns next; nothing is booked yet."),
    )

    user = None

    class Meta:
        model = Import
        fields = ["kind"]
        labels = {"kind": _("What is in it")}
        widgets = {"kind": UnfoldAdminSelectWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in kinds_for(self.user)]
        self.fields["kind"].choices = kinds

    def clean(self):
        cleaned = super().clean()
        if {"kind", "file"} <= cleaned.keys():
            try:
                self.instance = arriving.receive(cleaned["kind"], cleaned["file"], author=self.user)
            except UnreadableFile as refusal:
                self.add_error("file", str(refusal))
        return cleaned

    def _post_clean(self):
        """What arrived is whole: there is nothing to be filled in from the form."""


@admin.register(Import, site=site)
class ImportAdmin(OfficeAdmin):
    empty = _("Send a CSV or XLSX: its rows are checked and shown to you before any is booked.")
    add_label = _("Send a file")
    form = SendForm
    list_display = ["number", "state", "kind", "file_name", "by", "begun"]
    list_filter = []
    search_fields = ["number", "file_name"]
    search_help_text = _("Number or file name")
    change_form_template = "backoffice/import.html"
    add_form_template = "backoffice/import_add.html"
    fields = ["kind", "file"]

    def get_queryset(self, request):
        rows = Import.objects.visible_to(request.user).select_related("author", "location")
        return rows.filter(kind__in=kinds_for(request.user))

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_form(self, request, obj=None, **kwargs):
        if obj:
            return super().get_form(request, obj, **kwargs | {"form": forms.ModelForm})
        return type("SendForm", (SendForm,), {"user": request.user})

    def get_changeform_initial_data(self, request):
        return {"kind": request.GET.get("kind")}

    def get_fields(self, request, obj=None):
        return [] if obj else self.fields

    def add_view(self, request, form_url="", extra_context=None):
        kinds = kinds_for(request.user)
        context = {"sheets": [(kind.label, SHEETS[kind].columns()) for kind in kinds]}
        return super().add_view(request, form_url, context)

    def save_model(self, request, obj, form, change):
        """It was kept when it was read."""

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(self.page_of(obj))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        arrived = self.row(request, object_id)
        if request.method == "POST":
            return self._step(request, arrived)
        return self._page(request, arrived)

    def _page(self, request, arrived, mapping=None):
        context = {"title": arrived.number, "an_import": arrived, "by": staff(arrived.author)}
        context |= {"tone": TONES.get(arrived.stage, ""), "may_act": self._may(request)}
        context |= self._of_stage(request, arrived, mapping)
        return super().change_view(request, str(arrived.pk), "", context)

    def _of_stage(self, request, arrived, mapping):
        if arrived.stage == Stage.MATCHING:
            return columns_of(arrived, mapping or arriving.suggestion(arrived), request.user)
        return {} if arrived.is_at_work else rows_of(arrived, request.GET)

    def _may(self, request):
        return self.has_add_permission(request)

    def _step(self, request, arrived):
        if not self._may(request):
            raise PermissionDenied
        verb = next((verb for verb in VERBS if verb in request.POST), None)
        try:
            if verb:
                self._do(verb, request, arrived)
        except CannotMatch as refusal:
            messages.error(request, str(refusal))
            request.method = "GET"
            return self._page(request, arrived, _mapping(request, arrived))
        except NotNow as refusal:
            said = _("Somebody was quicker: this import is %(stage)s by now.")
            messages.error(request, said % {"stage": refusal})
        return self.back_to(request, arrived)

    def _do(self, verb, request, arrived):
        before = arrived.get_stage_display()
        VERBS[verb](request, arrived)
        arrived.refresh_from_db(fields=["stage"])
        # Of the file itself nothing: it is not kept for good, and the log is.
        stage = Change(_("stage"), before, arrived.get_stage_display())
        self.log_change(request, arrived, [stage])

    def get_urls(self):
        refused = self.admin_site.admin_view(self.refused_rows)
        own = path("<path:object_id>/refused/", refused, name="imports_import_refused")
        return [own, *super().get_urls()]

    def refused_rows(self, request, object_id):
        """The rows that were not taken, with the reason: to be put right and sent again."""
        arrived = self.row(request, object_id)
        headers = {"Content-Disposition": f'attachment; filename="{arrived.number}-refused.csv"'}
        answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
        writer = csv.writer(answer)
        columns = [name for name in SHEETS[arrived.kind].columns() if name in arrived.mapping]
        writer.writerow(["Line", "Why", *columns])
        for row in arrived.rows.exclude(faults={}).iterator(2000):
            why = "; ".join(f"{name}: {fault}" for name, fault in row.faults.items())
            cells = [harmless(row.values.get(name, "")) for name in columns]
            writer.writerow([row.line, harmless(why), *cells])
        return answer

    @display(description=_("stage"))
    def state(self, arrived):
        return badge(arrived.get_stage_display(), TONES.get(arrived.stage, ""))

    @display(description=_("by"))
    def by(self, arrived):
        return staff(arrived.author)

    @display(description=_("begun (UTC)"), ordering="created_at")
    def begun(self, arrived):
        return f"{arrived.created_at:%-d %b %Y, %H:%M}"


# --- What one can ask for ---


def _check(request, arrived):
    chosen = request.POST.get("location", "")
    own = Location.objects.visible_to(request.user)
    location = own.filter(pk=chosen).first() if chosen.isdecimal() else None
    steps.check(arrived, _mapping(request, arrived), location, actor=request.user)


def _name_anew(request, arrived):
    if arrived.stage == Stage.MATCHING:
        arriving.name_columns_anew(arrived, has_header=not arrived.has_header)


def _book(request, arrived):
    steps.book(arrived, actor=request.user)


def _undo(request, arrived):
    steps.undo(arrived, actor=request.user)


def _match(request, arrived):
    steps.match_anew(arrived)


def _discard(request, arrived):
    arriving.discard(arrived)


VERBS = {
    "check": _check,
    "header": _name_anew,
    "book": _book,
    "undo": _undo,
    "match": _match,
    "discard": _discard,
}


def _mapping(request, arrived):
    """Our column -> the place of theirs, as it was chosen; what is none of them is left out."""
    places = {str(place): place for place in range(len(arrived.columns))}
    chosen = {
        ours: places.get(request.POST.get(f"column-{number}"))
        for number, ours in enumerate(SHEETS[arrived.kind].columns())
    }
    return {ours: place for ours, place in chosen.items() if place is not None}
