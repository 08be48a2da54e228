"""Cells on their way out and in: no spreadsheet runs one, and none is lost on the way."""

import re

# What a spreadsheet takes for a formula, the wide signs of East Asian keyboards included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
# What XML cannot say, and the way in which spreadsheets write it.
UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
SPELT_OUT = re.compile(r"_x([0-9A-Fa-f]{4})_")


def harmless(cell):
    """A cell that no spreadsheet runs as a formula; a plain number, as in -12, stays one."""
    return f"'{cell}" if _would_run(cell) else cell


def as_meant(cell):
    """What a cell said before `harmless`; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and _would_run(cell) else cell


def spelt_out(cell):
    """Text as XLSX can hold it: `_x000B_` for a control character."""
    return UNSAYABLE.sub(lambda found: f"_x{ord(found.group()):04X}_", cell)


def read_out(cell):
    """Text of an XLSX cell, as `spelt_out` was given it."""
    return SPELT_OUT.sub(lambda found: chr(int(found.group(1), 16)), cell)


def _would_run(cell):
    """Apostrophes in front are looked past, so that one more can always be taken off again."""
    bare = cell.lstrip("'")
    return bare.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(bare)
