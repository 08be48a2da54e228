"""A file of invoice lines, read as it is: one `Row` a record, with its place in the file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

REQUIRED = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice")


class UnreadableFile(Exception):
    """A file that nothing can be taken from; `str()` says why, and where."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record of the file. `line` is the one that it begins on, counted from 1.

    A quoted cell may span lines, so the next record's line need not be the next number.
    """

    line: int
    cells: list[str]
    columns: dict[str, int]

    @property
    def is_whole(self):
        return len(self.cells) == len(self.columns)

    def __getitem__(self, column):
        return self.cells[self.columns[column]].strip()


def encoding_of(path):
    """UTF-8, with or without its mark, where the bytes allow it; Latin-1 otherwise."""
    try:
        with open(path, encoding="utf-8") as file:
            for _line in file:
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def rows_of(path, encoding) -> Iterator[Row]:
    """The header first, as a row of its own, then every record; blank lines are none.

    Raises `UnreadableFile` for a header without the columns needed, or for bad quoting.
    """
    with open(path, newline="", encoding=encoding) as file:
        records = _records(csv.reader(file))
        line, header = next(records, (1, []))
        columns = {name.strip(): place for place, name in enumerate(header)}
        _check(columns)
        yield Row(line, header, columns)
        for line, cells in records:
            yield Row(line, cells, columns)


def _records(reader):
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(f"Line {line} cannot be read as CSV: {error}.") from error
        if cells is None:
            return
        if cells:
            yield line, cells


def _check(columns):
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise UnreadableFile(
            f"The first line must name the columns {', '.join(REQUIRED)};"
            f" {', '.join(missing)} is missing."
        )
