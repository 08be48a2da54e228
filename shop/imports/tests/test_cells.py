"""Cells that a spreadsheet would run, and back again."""

import pytest

from shop.imports.cells import as_meant, harmless, read_out, spelt_out

RUN = [
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
    "'=1",
    "''=1",
    "-1+2",
    "=HYPERLINK(1)",
]
LEFT = ["-12", "+3.5", "-4,20", "12", "", "'", "'tis", "O'Neil", "a=b", " =1", "'-12"]


@pytest.mark.parametrize("cell", RUN)
def test_what_would_run_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", LEFT)
def test_numbers_and_plain_text_stay_as_they_are(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", RUN + LEFT)
def test_nothing_is_lost_on_the_way(cell):
    assert as_meant(harmless(cell)) == cell
    assert read_out(spelt_out(cell)) == cell


@pytest.mark.parametrize("text", ["a\x0bb", "_x000B_", "a\rb", "_x", "two\nlines"])
def test_a_workbook_holds_what_xml_cannot_say(text):
    assert read_out(spelt_out(text)) == text
