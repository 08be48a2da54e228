import pytest

from shop.imports.reading import UnreadableFile, encoding_of, rows_of
from shop.imports.tests.files import HEADER, write_file


def read(path):
    return list(rows_of(path, encoding_of(path)))


def test_a_quoted_cell_may_hold_commas_quotes_and_line_breaks(tmp_path):
    path = write_file(
        tmp_path,
        '1,22139,"TRAY, ""BREAKFAST""\nIN BED",1,12/1/2010 8:26,2.55,,France',
        "",
        "1,22140,RED MUG,1,12/1/2010 8:26,2.55,,France",
    )
    _header, tray, mug = read(path)
    assert (tray.line, tray["Description"]) == (2, 'TRAY, "BREAKFAST"\nIN BED')
    # The tray took lines 2 and 3, and line 4 is blank.
    assert (mug.line, mug["StockCode"]) == (5, "22140")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_utf8_with_or_without_its_mark_and_latin1_are_read(tmp_path, encoding):
    path = write_file(
        tmp_path, "1,22139,CAFÉ £5 SIGN,1,12/1/2010 8:26,2.55,,France", encoding=encoding
    )
    assert read(path)[1]["Description"] == "CAFÉ £5 SIGN"


def test_missing_columns_are_named(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("StockCode,Description,Quantity,InvoiceNo,InvoiceDate\n")
    with pytest.raises(UnreadableFile, match=r"UnitPrice is missing"):
        read(path)


def test_an_empty_file_misses_all_its_columns(tmp_path):
    path = tmp_path / "sales.csv"
    path.touch()
    with pytest.raises(UnreadableFile, match="InvoiceNo, StockCode, .* is missing"):
        read(path)


def test_columns_may_come_in_any_order_and_among_others(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("Till, " + HEADER + "\nleft,1,22139,RED MUG,1,12/1/2010 8:26,2.55,,France\n")
    assert read(path)[1]["StockCode"] == "22139"


def test_a_cell_too_large_to_be_one_says_where_it_begins(tmp_path):
    path = write_file(tmp_path, '1,22139,"' + "never closed " * 20_000)
    with pytest.raises(UnreadableFile, match="Line 2 cannot be read"):
        read(path)
