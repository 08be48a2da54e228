"""What the page of an import shows: its columns while they are matched, its rows after that."""

from django.core.paginator import Paginator
from django.db.models import Count

from shop.imports.models import Fate, Found
from shop.imports.sheets import SHEETS
from shop.locations.models import Location

FOUND_TONES = {Found.NEW: "good", Found.CHANGED: "busy", Found.UNCHANGED: "", Found.REFUSED: "bad"}
FATE_TONES = {Fate.LEFT_OUT: "bad", Fate.KEPT: "warn"}
A_PAGE = 50
SAMPLE_LETTERS = 24


def columns_of(arrived, mapping, user):
    sheet = SHEETS[arrived.kind]
    choices = [(place, _told(arrived, place)) for place in range(len(arrived.columns))]
    return {
        "columns": [
            {
                "ours": ours,
                "number": number,
                "chosen": mapping.get(ours),
                "needed": ours in sheet.keys,
                "choices": choices,
                "samples": _samples(arrived, mapping.get(ours)),
            }
            for number, ours in enumerate(sheet.columns())
        ],
        "locations": Location.objects.visible_to(user) if "Location" in sheet.columns() else None,
    }


def _told(arrived, place):
    samples = " · ".join(filter(None, _samples(arrived, place)))
    return f"{arrived.columns[place]} ({samples})" if samples else arrived.columns[place]


def _samples(arrived, place):
    if place is None:
        return []
    cells = [row[place] if place < len(row) else "" for row in arrived.samples]
    return [cell if len(cell) <= SAMPLE_LETTERS else f"{cell[:SAMPLE_LETTERS]}…" for cell in cells]


def rows_of(arrived, asked):
    counts = _counts(arrived)
    shown = asked.get("show", "")
    rows = arrived.rows.all()
    if shown in Found.values:
        rows = rows.filter(found=shown)
    elif shown in (Fate.LEFT_OUT, Fate.KEPT):
        rows = rows.filter(fate=shown)
    else:
        shown, rows = "", rows.exclude(found=Found.UNCHANGED)
    page = Paginator(rows, A_PAGE).get_page(asked.get("page"))
    sheet = SHEETS[arrived.kind]
    return {
        "figures": counts,
        "shown": shown,
        "page": page,
        "rows": [_row(row, sheet.columns(), sheet.keys) for row in page],
        "to_book": sum(count["n"] for count in counts if count["key"] in ("new", "changed")),
        "faulty": any(count["n"] for count in counts if count["key"] in ("refused", "left_out")),
    }


def _counts(arrived):
    """How many rows were found to be what, and how many did not come to what was meant."""
    told = list(arrived.rows.order_by().values_list("found", "fate").annotate(Count("pk")))
    found = [
        {"key": key, "label": key.label, "tone": FOUND_TONES[key], "n": _sum(told, 0, key)}
        for key in Found
    ]
    fates = [
        {"key": key, "label": key.label, "tone": FATE_TONES[key], "n": _sum(told, 1, key)}
        for key in FATE_TONES
    ]
    return found + [count for count in fates if count["n"]]


def _sum(told, place, key):
    return sum(row[2] for row in told if row[place] == key)


def _row(row, columns, keys):
    told = _told_of(row, keys)
    cells = [
        {
            "column": name,
            "before": row.changes.get(name, ["", ""])[0],
            "after": row.changes.get(name, ["", row.values.get(name, "")])[1],
            "fault": row.faults.get(name, ""),
        }
        for name in columns
        if name in told
    ]
    return {
        "line": row.line,
        "key": " · ".join(filter(None, (row.values.get(name, "") for name in keys))),
        "found": row.get_found_display(),
        "tone": FOUND_TONES[row.found],
        "fate": row.get_fate_display() if row.fate else "",
        "fate_tone": FATE_TONES.get(row.fate, "good"),
        "cells": cells,
    }


def _told_of(row, keys):
    """What is wrong, or what differs; of what is new, whatever its row says."""
    changed = row.changes.keys()
    if row.found == Found.NEW:
        changed = {name for name in changed & row.values.keys() if name not in keys}
    return changed | row.faults.keys()
