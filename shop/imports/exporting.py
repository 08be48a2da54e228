"""Tables on their way out, row by row: what is exported can be imported again, unchanged."""

import csv
import io
from decimal import Decimal
from tempfile import TemporaryFile

from openpyxl import Workbook

from shop.imports.cells import harmless, spelt_out
from shop.imports.sheets.widgets import NumberWidget


def as_csv(sheet, queryset):
    """Pieces of a CSV file, marked as UTF-8 so that spreadsheets read it as that."""
    yield _line(["\ufeff" + sheet.get_export_headers()[0], *sheet.get_export_headers()[1:]])
    for draft in sheet.drafts_of(queryset):
        yield _line([harmless(cell) for cell in sheet.export_resource(draft)])


def as_xlsx(sheet, queryset):
    """A workbook, written row by row."""
    book = Workbook(write_only=True)
    page = book.create_sheet(str(sheet.kind.label))
    page.freeze_panes = "A2"
    page.append(sheet.get_export_headers())
    numeric = [isinstance(field.widget, NumberWidget) for field in sheet.get_export_fields()]
    for draft in sheet.drafts_of(queryset):
        cells = zip(sheet.export_resource(draft), numeric, strict=True)
        page.append([_typed(cell, is_number) for cell, is_number in cells])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        return file.read()


def _typed(cell, is_number):
    return Decimal(cell) if is_number and cell else spelt_out(harmless(cell))


def _line(cells):
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
