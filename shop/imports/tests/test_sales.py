from decimal import Decimal

import pytest

from shop.imports.importer import read_articles
from shop.imports.reading import Row, rows_of
from shop.imports.sales import LeftOut, Reason, Sale, sale_in
from shop.imports.tests.files import HEADER, line, write_file

COLUMNS = {name: place for place, name in enumerate(HEADER.split(","))}
GOOD = {
    "InvoiceNo": "536365",
    "StockCode": "85123A",
    "Description": "WHITE LANTERN",
    "Quantity": "6",
    "InvoiceDate": "12/1/2010 8:26",
    "UnitPrice": "2.55",
    "CustomerID": "",
    "Country": "France",
}


def row(**cells):
    return Row(2, [(GOOD | cells)[name] for name in COLUMNS], COLUMNS)


def test_a_line_of_goods_is_a_sale():
    assert sale_in(row()) == Sale(2, "85123A", "WHITE LANTERN", 6, Decimal("2.55"))


@pytest.mark.parametrize("spelling", ["85123A", "85123a", " 85123A "])
def test_spellings_of_a_code_are_one_code(spelling):
    assert sale_in(row(StockCode=spelling)).code == "85123A"


def test_a_price_is_rounded_to_the_cent_half_up():
    assert sale_in(row(UnitPrice="2.555")).price == Decimal("2.56")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"StockCode": " "}, Reason.NO_CODE),
        ({"StockCode": "9" * 65}, Reason.BAD_CODE),
        ({"StockCode": "POST"}, Reason.POSTAGE),
        ({"StockCode": "dot"}, Reason.POSTAGE),
        ({"StockCode": "C2"}, Reason.POSTAGE),
        ({"StockCode": "D"}, Reason.DISCOUNT),
        ({"StockCode": "m"}, Reason.MANUAL),
        ({"StockCode": "BANK  CHARGES"}, Reason.FEE),
        ({"StockCode": "AMAZONFEE"}, Reason.FEE),
        ({"StockCode": "CRUK"}, Reason.FEE),
        ({"StockCode": "S"}, Reason.SAMPLES),
        ({"StockCode": "gift_0001_20"}, Reason.VOUCHER),
        ({"InvoiceNo": "C536365"}, Reason.RETURN),
        ({"InvoiceNo": "C536365", "Quantity": "-6"}, Reason.RETURN),
        ({"Quantity": "six"}, Reason.BAD_QUANTITY),
        ({"Quantity": "1_000"}, Reason.BAD_QUANTITY),
        ({"Quantity": "1.5"}, Reason.BAD_QUANTITY),
        ({"Quantity": ""}, Reason.BAD_QUANTITY),
        ({"Quantity": "-6"}, Reason.NOT_SOLD),
        ({"Quantity": "0"}, Reason.NOT_SOLD),
        ({"Quantity": "9999999999"}, Reason.HUGE_QUANTITY),
        ({"Description": "  "}, Reason.NO_DESCRIPTION),
        ({"Description": "??"}, Reason.NO_DESCRIPTION),
        ({"Description": "x" * 256}, Reason.BAD_DESCRIPTION),
        ({"UnitPrice": "free"}, Reason.BAD_PRICE),
        ({"UnitPrice": "NaN"}, Reason.BAD_PRICE),
        ({"UnitPrice": "-Infinity"}, Reason.BAD_PRICE),
        ({"UnitPrice": "0"}, Reason.ZERO_PRICE),
        ({"UnitPrice": "0.001"}, Reason.ZERO_PRICE),
        ({"UnitPrice": "-11062.06"}, Reason.ZERO_PRICE),
        ({"UnitPrice": "1e9"}, Reason.HUGE_PRICE),
        ({"InvoiceDate": "13/1/2010 8:26"}, Reason.BAD_DATE),
        ({"InvoiceDate": ""}, Reason.BAD_DATE),
    ],
)
def test_what_is_no_sale_of_goods_is_left_out_with_a_reason(cells, reason):
    with pytest.raises(LeftOut) as left_out:
        sale_in(row(**cells))
    assert left_out.value.reason == reason


def test_a_row_with_cells_missing_or_to_spare_is_left_out():
    for cells in (["536365", "85123A"], [*GOOD.values(), "one more"]):
        with pytest.raises(LeftOut, match=Reason.COLUMNS):
            sale_in(Row(2, cells, COLUMNS))


def test_reasons_carry_the_line_of_the_file_that_their_row_begins_on(tmp_path):
    path = write_file(
        tmp_path,
        line(description="TRAY,\r\nBREAKFAST\r\nIN BED"),
        "",
        line(code="POST"),
        line(price="0", description="two\r\nlines"),
        line(code="22634"),
        line(quantity="-1"),
    )
    articles, reasons = read_articles(rows_of(path, "utf-8"))
    assert reasons == {6: Reason.POSTAGE, 7: Reason.ZERO_PRICE, 10: Reason.NOT_SOLD}
    assert [(article.title, article.lines) for article in articles] == [
        ("Tray, Breakfast in Bed", (2,)),
        ("Hand Warmer", (9,)),
    ]
