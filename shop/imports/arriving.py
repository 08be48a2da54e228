"""A file arrives: kept where no address leads to, and looked into before anything is done."""

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.imports import matching, tables
from shop.imports.models import ENDED, NEEDS_FILE, Import, ImportedRow, Stage
from shop.imports.reading import UnreadableFile

LOOKS_LIKE_DATA = re.compile(r"[+-]?[\d.,]+|.{60,}", re.DOTALL)
KEPT_FOR = timedelta(days=7)
ROWS_KEPT_FOR = timedelta(days=90)


def receive(kind, file, *, author):
    """Keep a file and guess its columns. Raises `UnreadableFile`, and then nothing is kept."""
    shape = tables.shape_of(file)
    rows = [cells for _line, cells in tables.first_rows(file, shape)]
    if not rows:
        raise UnreadableFile(_("The file has no rows."))
    arrived = Import(
        kind=kind,
        author=author,
        actor=author,
        file_name=file.name.replace("\0", "")[-120:],
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        about=tables.about_how_many(file, shape),
    )
    _name_columns(arrived, rows, has_header=not any(map(_is_data, rows[0])))
    arrived.file.save("table", file, save=False)
    arrived.save()
    return arrived


def name_columns_anew(arrived, *, has_header):
    """Take the first row for names, or for a row as all others."""
    with arrived.file.open("rb") as file:
        rows = [cells for _line, cells in tables.first_rows(file, shape_of(arrived))]
    _name_columns(arrived, rows, has_header=has_header)
    arrived.save(update_fields=["has_header", "columns", "samples"])


def shape_of(arrived):
    return tables.Shape(arrived.encoding, arrived.delimiter)


def suggestion(arrived):
    """How its columns are probably meant."""
    if arrived.mapping:
        return arrived.mapping
    known = matching.remembered(arrived)
    return known or matching.guess(arrived.kind, arrived.columns, arrived.has_header)


def forget_file(arrived):
    """Delete what was sent, as soon as nothing more is to be read from it."""
    if arrived.file:
        arrived.file.delete(save=False)
        arrived.save(update_fields=["file"])


def discard_forgotten():
    """Discard what nobody has confirmed for days; returns how many that were."""
    old = Import.objects.filter(stage__in=NEEDS_FILE, created_at__lt=timezone.now() - KEPT_FOR)
    for arrived in old:
        discard(arrived)
    return len(old)


def discard(arrived):
    """Drop a file and what was found in it. Nothing of it is in the shop yet."""
    waiting = Import.objects.filter(pk=arrived.pk, stage__in=NEEDS_FILE)
    if waiting.update(stage=Stage.DISCARDED):
        arrived.refresh_from_db()
        arrived.rows.all().delete()
        forget_file(arrived)


@transaction.atomic
def close_old():
    """Delete the rows of what ended long ago, which can be undone no longer; returns how many
    imports that were."""
    old = Import.objects.filter(stage__in=ENDED, created_at__lt=timezone.now() - ROWS_KEPT_FOR)
    closing = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
    ImportedRow.objects.filter(of__in=closing).delete()
    Import.objects.filter(pk__in=closing).update(stage=Stage.CLOSED)
    return len(closing)


def _name_columns(arrived, rows, *, has_header):
    width = max(map(len, rows))
    names = rows[0] if has_header else []
    arrived.has_header = has_header
    arrived.columns = [_name(names, place) for place in range(width)]
    arrived.samples = rows[has_header : has_header + 3]


def _name(names, place):
    named = names[place].strip()[:100] if place < len(names) else ""
    return named or _("Column %(n)d") % {"n": place + 1}


def _is_data(cell):
    return bool(LOOKS_LIKE_DATA.fullmatch(cell.strip()))
