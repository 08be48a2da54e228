"""The dry run: what each row of a file would change, and what is wrong with it."""

from functools import partial
from itertools import dropwhile, islice

from django.utils.translation import gettext as _

from shop.imports import arriving, matching, tables
from shop.imports.models import Found, ImportedRow, Stage
from shop.imports.sheets import sheet_of
from shop.imports.sheets.base import Planned

BATCH = 500


def batches(an_import):
    sheet = sheet_of(an_import)
    with an_import.file.open("rb") as file:
        rows = tables.rows_of(file, arriving.shape_of(an_import))
        if an_import.has_header:
            next(rows)
        rows = dropwhile(lambda row: row[0] <= an_import.position, rows)
        while some := list(islice(rows, BATCH)):
            yield partial(_check, sheet, some)
    yield _finish


def _check(sheet, some, held):
    rows = [_read(sheet, held, line, cells) for line, cells in some]
    earlier = _earlier(held, rows)
    fresh = [row for row in rows if not row.found and earlier.setdefault(row.key, row) is row]
    for row, planned in zip(fresh, sheet.plan([row.values for row in fresh]), strict=True):
        _note(row, planned)
    for row in rows:
        if not row.found:
            _note(row, _as_before(sheet, row, earlier[row.key]))
    ImportedRow.objects.bulk_create(rows)
    held.position = some[-1][0]
    held.save(update_fields=["position"])


def _finish(held):
    held.stage, held.about = Stage.CHECKED, held.position
    held.save(update_fields=["stage", "about"])


def _read(sheet, held, line, cells):
    values = matching.values_of(held.mapping, held.columns, cells)
    row = ImportedRow(of=held, line=line, key=sheet.key_of(values), values=values)
    if len(cells) > len(held.columns):
        fault = _("The row has more cells than there are columns.")
        _note(row, Planned(Found.REFUSED, faults={sheet.keys[0]: fault}))
    return row


def _earlier(held, rows):
    """The rows of earlier batches that are about the same things, by their key."""
    alike = held.rows.filter(key__in={row.key for row in rows}).order_by("-line")
    return {row.key: row for row in alike}


def _note(row, planned):
    row.found, row.changes, row.faults = planned.found, planned.changes, planned.faults


def _as_before(sheet, row, first):
    """A second row about the same thing is right as long as it says the same."""
    if row.values == first.values:
        found = Found.REFUSED if first.found == Found.REFUSED else Found.UNCHANGED
        return Planned(found, faults=first.faults)
    fault = _("Line %(n)d is about the same, and says otherwise.") % {"n": first.line}
    return Planned(Found.REFUSED, faults={sheet.keys[0]: fault})
