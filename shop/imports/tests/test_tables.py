"""Files as they come: encodings, delimiters, and those that were made to do harm."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.imports import tables
from shop.imports.reading import UnreadableFile
from shop.imports.tests.tables import as_csv, as_xlsx

ROWS = [("SKU", "Name"), ("A-1", "Crème brûlée"), ("A-2", "Wörter, zwei")]


def read(file):
    return [(line, *cells) for line, cells in tables.rows_of(file, tables.shape_of(file))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_in_whatever_way_it_was_written(encoding, delimiter):
    file = as_csv(*ROWS, encoding=encoding, delimiter=delimiter)
    assert read(file) == [(line, *row) for line, row in enumerate(ROWS, start=1)]


def test_a_workbook_is_read_as_text_and_empty_rows_are_none():
    file = as_xlsx(("SKU", "Price", "Shown"), (), (9780131103627, 4.2, True), ("007", 10, None))
    assert read(file) == [
        (1, "SKU", "Price", "Shown"),
        (3, "9780131103627", "4.2", "yes"),
        (4, "007", "10"),
    ]


def test_cells_that_span_lines_keep_their_place():
    assert read(as_csv(("a", "b"), ("1", "two\nlines"), ("2", "x")))[2] == (4, "2", "x")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0 an old workbook", "old or locked"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"a,b\n1,\x00\n", "not text"),
        (b"\xff\xfea\x00\x00\xd8", "cannot be read|not text"),
        (b'a,b\n"' + b"x" * 140_000 + b'",1\n', "cannot be read"),
        (b",".join([b"x"] * 101), "more than 100 columns"),
    ],
)
def test_what_cannot_be_read_says_why(content, said):
    with pytest.raises(UnreadableFile, match=said):
        read(SimpleUploadedFile("table.csv", content))


def test_a_workbook_that_unpacks_into_too_much_is_not_unpacked(settings):
    settings.IMPORT_MOST_BYTES_UNPACKED = 1_000_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert len(packed.getvalue()) < 100_000
    with pytest.raises(UnreadableFile, match="too large"):
        tables.shape_of(SimpleUploadedFile("bomb.xlsx", packed.getvalue()))


def test_a_workbook_that_lies_about_its_size_costs_nothing():
    honest = as_xlsx(("SKU",), ("A-1",))
    packed = io.BytesIO()
    with zipfile.ZipFile(honest) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part, text.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert read(SimpleUploadedFile("lie.xlsx", packed.getvalue())) == [(1, "SKU"), (2, "A-1")]


@pytest.mark.parametrize("cell", ["_x0000_", "_xD800_"])
def test_a_workbook_cannot_bring_what_no_database_holds(cell):
    with pytest.raises(UnreadableFile, match="not text"):
        read(as_xlsx(("SKU",), (cell,)))


def test_there_is_an_end_to_rows_and_bytes(settings):
    settings.IMPORT_MOST_ROWS = 2
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        read(as_csv(*ROWS, ("A-3", "x")))
    settings.IMPORT_MOST_BYTES = 10
    with pytest.raises(UnreadableFile, match="larger than"):
        tables.shape_of(as_csv(*ROWS))
