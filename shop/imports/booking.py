"""Booking what was checked and confirmed: what was shown, and nothing else.

A row whose cells changed since is left out. Stock is booked as the difference that was shown:
what was sold meanwhile stays sold.
"""

from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.imports.models import Fate, Found, Stage
from shop.imports.rewriting import rewrite
from shop.imports.sheets import sheet_of
from shop.imports.sheets.base import Stale
from shop.inventory.stock import OutOfStock

BATCH = 500
ATTEMPTS = 5
WRITTEN = ["fate", "changes", "faults"]


def batches(an_import):
    sheet, position = sheet_of(an_import), an_import.position
    while lines := _lines_to_book(an_import, position):
        yield partial(_book, sheet, lines[-1])
        position = lines[-1]
    yield _finish


def _lines_to_book(an_import, position):
    rows = an_import.rows.filter(found__in=[Found.NEW, Found.CHANGED], line__gt=position)
    return list(rows.order_by("line").values_list("line", flat=True)[:BATCH])


def _book(sheet, last, held):
    """All rows up to a line, in one go; those that cannot be booked are left out."""
    at_fault = set()
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                _try_to_book(sheet, last, held, at_fault)
            return
        except OutOfStock as refusal:
            at_fault |= {shortage.stockrecord_id for shortage in refusal.shortages}
        except IntegrityError:
            # Somebody made the same thing at the same moment: read again, it is there.
            continue
        except Stale:
            continue
    raise Stale


def _try_to_book(sheet, last, held, at_fault):
    rows = list(
        held.rows.filter(
            found__in=[Found.NEW, Found.CHANGED], line__gt=held.position, line__lte=last
        ).order_by("line")
    )
    to_write = []
    for row, planned in zip(rows, sheet.plan([row.values for row in rows]), strict=True):
        row.faults = _faults(sheet, row, planned, at_fault)
        row.fate = Fate.LEFT_OUT if row.faults else Fate.BOOKED
        if not row.faults:
            to_write.append(planned)
    rewrite(rows, WRITTEN)
    type(held).objects.filter(pk=held.pk).update(position=last)
    sheet.write(to_write, actor=held.actor, cause=held.number, reason=reason_of(held))
    held.position = last


def _finish(held):
    held.stage, held.booked_at = Stage.BOOKED, timezone.now()
    held.save(update_fields=["stage", "booked_at"])


def reason_of(an_import):
    return _("Import of %(file)s") % {"file": an_import.file_name}


def _faults(sheet, row, planned, at_fault):
    """Why a row cannot be booked as it was shown, by column."""
    if planned.faults:
        return planned.faults
    promised = dict(row.changes)
    if counted := promised.pop(sheet.counted, None):
        if fault := book_difference(planned, difference(counted), at_fault):
            return {sheet.counted: fault}
        row.changes[sheet.counted] = planned.changes.pop(sheet.counted, counted)
    planned.changes.pop(sheet.counted, None)
    return changed_since(promised, planned.changes)


def difference(change):
    before, after = (Decimal(number or 0) for number in change)
    return after - before


def book_difference(planned, change, at_fault):
    """Let a draft's stock move by this much from where it is now; returns why it cannot."""
    now = (planned.before and planned.before.in_stock) or Decimal(0)
    record = planned.draft.record
    if now + change < 0 or (record and record.pk in at_fault):
        return _("Less of it is there, or free of orders, than would be taken off.")
    planned.draft.in_stock = now + change
    return ""


def changed_since(promised, now):
    """Which cells are no longer as they were shown, by column."""
    said = _("It was changed meanwhile, to “%(now)s”.")
    gone = _("It was changed meanwhile.")
    return {
        column: said % {"now": now[column][0]} if column in now else gone
        for column in promised.keys() | now.keys()
        if promised.get(column) != now.get(column)
    }
