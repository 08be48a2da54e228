"""The file of rows that were left out, to be opened in a spreadsheet and put right."""

import csv

from shop.imports.cells import harmless


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
