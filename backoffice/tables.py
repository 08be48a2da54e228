"""Tables out of the lists and back in: who may, in which formats, and the way to the imports."""

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import action

from shop.imports import exporting
from shop.imports.sheets import SHEETS

WRITERS = {CSV: exporting.as_csv, XLSX: exporting.as_xlsx}


class TakeForm(ExportForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].label = _("What")
        self.initial["format"] = "0"


class TablesMixin(ExportMixin):
    """A list whose rows, as they are filtered, can be taken along and brought back.

    `tables` names the kinds of table that its rows make.
    """

    tables = ()
    formats = list(WRITERS)
    export_form_class = TakeForm
    actions_list = ["bring_rows"]

    def get_export_resource_classes(self, request):
        return [SHEETS[kind] for kind in self.tables]

    def get_export_resource_kwargs(self, request, **kwargs):
        return {"user": request.user}

    def has_export_permission(self, request):
        sheets = self.get_export_resource_classes(request)
        return self.has_view_permission(request) and all(
            request.user.has_perm(sheet.permission) for sheet in sheets
        )

    def get_export_data(self, file_format, request, queryset, export_form=None, **kwargs):
        sheet = self.choose_export_resource_class(export_form, request)(request.user)
        return WRITERS[type(file_format)](sheet, queryset)

    def has_bring_rows_permission(self, request):
        return request.user.has_perm("imports.add_import") and self.has_export_permission(request)

    @action(description=_("Import"), permissions=["bring_rows"], icon="upload")
    def bring_rows(self, request):
        address = reverse("admin:imports_import_add")
        return HttpResponseRedirect(f"{address}?kind={self.tables[0]}")
