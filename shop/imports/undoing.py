"""Undoing what an import booked: each cell as it was before, stock by counter-movements.

What was changed since stays as it is, row by row, and its row says why.
"""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.imports.booking import WRITTEN, book_difference, changed_since, difference
from shop.imports.models import Fate, Found, Stage
from shop.imports.rewriting import rewrite
from shop.imports.sheets import sheet_of
from shop.imports.sheets.base import Stale
from shop.inventory.stock import OutOfStock

# Deleting a product takes its page along, which is slow: a batch is done within seconds.
BATCH = 100
ATTEMPTS = 5


def batches(an_import):
    sheet, position = sheet_of(an_import), an_import.position
    while lines := _lines_to_undo(an_import, position):
        yield partial(_undo, sheet, lines[-1])
        position = lines[-1]
    yield _finish


def _lines_to_undo(an_import, position):
    rows = an_import.rows.filter(fate=Fate.BOOKED, line__gt=position).order_by("line")
    return list(rows.values_list("line", flat=True)[:BATCH])


def _undo(sheet, last, held):
    at_fault = set()
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                _try_to_undo(sheet, last, held, at_fault)
            return
        except OutOfStock as refusal:
            at_fault |= {shortage.stockrecord_id for shortage in refusal.shortages}
        except (Stale, IntegrityError):
            continue
    raise Stale


def _try_to_undo(sheet, last, held, at_fault):
    rows = list(
        held.rows.filter(fate=Fate.BOOKED, line__gt=held.position, line__lte=last).order_by("line")
    )
    planned = sheet.plan([_values_of_before(sheet, row) for row in rows])
    pairs = list(zip(rows, planned, strict=True))
    for row, plan in pairs:
        row.faults = _faults(sheet, row, plan, at_fault, held.booked_at)
        row.fate = Fate.KEPT if row.faults else Fate.UNDONE
    undone = [(row, plan) for row, plan in pairs if not row.faults]
    _take_back(sheet, undone)
    rewrite(rows, WRITTEN)
    type(held).objects.filter(pk=held.pk).update(position=last)
    reason = _("Undone: %(number)s") % {"number": held.number}
    # Of what was made, nothing is left to be written but its stock.
    plans = [p for row, p in undone if row.found != Found.NEW or sheet.counted in row.changes]
    sheet.write(plans, actor=held.actor, cause=held.number, reason=reason)
    held.position = last


def _finish(held):
    held.stage, held.undone_at = Stage.UNDONE, timezone.now()
    held.save(update_fields=["stage", "undone_at"])


def _values_of_before(sheet, row):
    """A row that says what was there before. What was made says what it says still."""
    if row.found == Found.NEW:
        return row.values
    kept = {name: text for name, text in row.values.items() if name not in row.changes}
    before = {name: change[0] for name, change in row.changes.items()}
    if sheet.made_offer(row):
        before |= {name: row.changes[name][1] for name in sheet.offered if name in row.changes}
    return kept | before


def _faults(sheet, row, plan, at_fault, booked_at):
    if plan.faults:
        return plan.faults
    if plan.before is None:
        return {sheet.keys[0]: _("It is not there any more.")}
    expected = {} if row.found == Found.NEW else _turned_round(sheet, row)
    counted = row.changes.get(sheet.counted)
    plan.changes.pop(sheet.counted, None)
    if faults := changed_since(expected, plan.changes):
        return faults
    if row.found == Found.NEW and sheet.touched_since(plan.before, booked_at):
        return {sheet.keys[0]: _("It was changed meanwhile.")}
    if counted and (fault := book_difference(plan, -difference(counted), at_fault)):
        return {sheet.counted: fault}
    return {}


def _turned_round(sheet, row):
    stays = sheet.offered if sheet.made_offer(row) else [sheet.counted]
    return {
        name: [after, before] for name, (before, after) in row.changes.items() if name not in stays
    }


def _take_back(sheet, undone):
    """Take away what the import had made; where it has to stay, its row says why."""
    made = {plan.draft: row for row, plan in undone if row.found == Found.NEW}
    offers = {
        plan.draft: row for row, plan in undone if row.found != Found.NEW and sheet.made_offer(row)
    }
    stays = sheet.take_back(list(made)) if made else {}
    if offers:
        stays |= sheet.withdraw(list(offers))
    for draft, why in stays.items():
        row = made.get(draft) or offers[draft]
        row.faults = {sheet.keys[0]: why}
