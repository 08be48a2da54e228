"""A file of rows, be it CSV or XLSX: what it is, and its rows one by one.

Nothing of it is trusted: not its name, its size, its encoding, nor what a workbook says of
itself. `UnreadableFile` tells whoever sent it what is wrong.
"""

import codecs
import csv
import io
import re
import zipfile
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from shop.imports.cells import read_out
from shop.imports.reading import UnreadableFile

MOST_COLUMNS = 100
MOST_LETTERS = 32_767  # As many as a spreadsheet's cell holds.
MOST_LINES = 1_048_576  # As many as a spreadsheet has, empty ones included.
MOST_PARTS = 1_000
DELIMITERS = ",;\t|"
SAMPLE = 20
PIECE = 65_536
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # What no database holds.
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Shape:
    """How a file is to be read. A workbook has neither encoding nor delimiter."""

    encoding: str = ""
    delimiter: str = ""

    @property
    def is_workbook(self):
        return not self.encoding


def shape_of(file):
    """What a file is, by its bytes alone. Raises `UnreadableFile`."""
    if file.size > settings.IMPORT_MOST_BYTES:
        most = settings.IMPORT_MOST_BYTES // 1_000_000
        raise UnreadableFile(_("The file is larger than %(n)d MB.") % {"n": most})
    file.seek(0)
    start = file.read(4)
    if start == OLD_WORKBOOK:
        raise UnreadableFile(_("This is an old or locked workbook. Save it as XLSX or CSV."))
    if start == WORKBOOK:
        _check_workbook(file)
        return Shape()
    encoding = _encoding(file)
    return Shape(encoding, _delimiter(_first_lines(file, encoding)))


def rows_of(file, shape):
    """Each row that says something, as (line, cells): text, with nothing taken off its ends."""
    records = _workbook_rows(file) if shape.is_workbook else _csv_rows(file, shape)
    count = 0
    for line, cells in records:
        if line > MOST_LINES:
            raise UnreadableFile(_("The file has more lines than a spreadsheet."))
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        # One more is the row that names the columns.
        if count > settings.IMPORT_MOST_ROWS + 1:
            most = settings.IMPORT_MOST_ROWS
            raise UnreadableFile(_("The file has more than %(n)d rows.") % {"n": most})
        yield line, _checked(line, cells)


def first_rows(file, shape, count=SAMPLE):
    return list(islice(rows_of(file, shape), count))


def about_how_many(file, shape):
    """Rows, near enough for a bar to show how far one is."""
    if not shape.is_workbook:
        file.seek(0)
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(PIECE), b""))
    return min(_sheet(file).max_row or 0, settings.IMPORT_MOST_ROWS)


def _checked(line, cells):
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(
            _("Line %(line)d has more than %(n)d columns.") % {"line": line, "n": MOST_COLUMNS}
        )
    if any(len(cell) > MOST_LETTERS for cell in cells):
        raise UnreadableFile(_("Line %(line)d has a cell that is too long.") % {"line": line})
    if any(NO_TEXT.search(cell) for cell in cells):
        raise UnreadableFile(_("Line %(line)d is not text.") % {"line": line})
    return cells


# --- CSV -------------------------------------------------------------------


def _encoding(file):
    file.seek(0)
    start = file.read(PIECE)
    for mark, name in MARKS.items():
        if start.startswith(mark):
            return name
    if wide := _wide(start):
        return wide
    for encoding in ("utf-8", "cp1252"):
        if _fits(file, encoding):
            return encoding
    return "latin-1"


def _wide(start):
    """UTF-16 without its mark: every other byte of a table's first line is nothing."""
    odd, even = start[1:200:2], start[0:200:2]
    if odd and odd.count(0) > len(odd) * 0.7:
        return "utf-16-le"
    return "utf-16-be" if even and even.count(0) > len(even) * 0.7 else ""


def _fits(file, encoding):
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in iter(lambda: file.read(PIECE), b""):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text(file, encoding):
    file.seek(0)
    return codecs.getreader(encoding)(file, errors="strict")


def _first_lines(file, encoding):
    try:
        return _text(file, encoding).read(PIECE)
    except UnicodeError as error:
        raise UnreadableFile(_("The file is not text in any encoding we know.")) from error


def _delimiter(text):
    """What parts most of the first rows into as many cells as the first one has."""

    def agreement(delimiter):
        rows = islice(csv.reader(io.StringIO(text), delimiter=delimiter), SAMPLE)
        try:
            widths = [len(row) for row in rows if row]
        except csv.Error:
            return 0, 0
        alike = sum(width == widths[0] for width in widths) if widths else 0
        return (alike, widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(DELIMITERS, key=agreement)


def _csv_rows(file, shape):
    file.seek(0)
    # The file stays open: whoever opened it closes it.
    text = io.TextIOWrapper(_Borrowed(file), encoding=shape.encoding, newline="")
    reader = csv.reader(text, delimiter=shape.delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except (csv.Error, UnicodeError) as error:
            raise UnreadableFile(_("Line %(line)d cannot be read.") % {"line": line}) from error
        if cells is None:
            return
        yield line, cells


class _Borrowed(io.RawIOBase):
    """A file as a wrapper wants it, which the wrapper cannot close."""

    def __init__(self, file):
        self.file = file

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


# --- XLSX ------------------------------------------------------------------


def _check_workbook(file):
    """A small file may unpack into gigabytes. Python reads no more of a part than it declares."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFile(_("This workbook is damaged.")) from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > settings.IMPORT_MOST_BYTES_UNPACKED:
        raise UnreadableFile(_("This workbook is too large once it is unpacked."))


def _sheet(file):
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # A workbook is XML within a ZIP, and openpyxl lets the faults of both through.
        raise UnreadableFile(_("This workbook cannot be read.")) from error
    if not book.worksheets:
        raise UnreadableFile(_("This workbook has no sheet."))
    return book.worksheets[0]


def _workbook_rows(file):
    sheet = _sheet(file)
    # What the sheet says of its own size is hearsay.
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1)
    while True:
        try:
            line, values = next(rows, (None, None))
        except Exception as error:
            # As above: whatever a part of it holds, nobody but its sender can mend it.
            raise UnreadableFile(_("This workbook cannot be read to its end.")) from error
        if line is None:
            return
        yield line, _without_tail([_as_text(value) for value in values])


def _without_tail(cells):
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Ten digits behind the point are more than anything here has; the rest is binary noise.
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return read_out(str(value))
