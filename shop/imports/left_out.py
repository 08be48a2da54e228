"""The file of rows that were left out, to be opened in a spreadsheet and put right."""

import csv
import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def write_left_out(path, rows, reasons):
    """Write the header and each row whose line is in `reasons`, with line and reason in front.

    `rows` is what `reading.rows_of` gives: the file is read a second time, so
    that nobody has to keep all of it in memory.
    """
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "reason", *map(harmless, next(rows).cells)])
        for row in rows:
            if row.line in reasons:
                writer.writerow([row.line, reasons[row.line], *map(harmless, row.cells)])


def harmless(cell):
    """A cell that no spreadsheet runs as a formula; a plain number, as in -12, stays one."""
    if cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
