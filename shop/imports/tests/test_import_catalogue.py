import csv
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.models import Product
from shop.imports.tests.files import line, write_file
from shop.inventory.models import Movement
from shop.partner.models import StockRecord
from shop.testing.factories import make_basket, make_location, make_product, offer
from shop.testing.invariants import assert_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def london():
    return make_location(name="London", country="GB", currency="GBP")


@pytest.fixture
def run(tmp_path):
    """Runs the command and returns what it said; the rows left out go to `rejects.csv`."""

    def run_command(path, *options):
        said = StringIO()
        call_command(
            "import_catalogue",
            str(path),
            f"--rejects={tmp_path / 'rejects.csv'}",
            *options,
            stdout=said,
            stderr=said,
        )
        return said.getvalue()

    return run_command


def rows_left_out(directory):
    with (directory / "rejects.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def offers():
    return sorted(
        StockRecord.objects.values_list("product__title", "partner__name", "price", "num_in_stock")
    )


def everything():
    return (
        list(Product.objects.order_by("pk").values()),
        list(StockRecord.objects.order_by("pk").values()),
        Movement.objects.count(),
    )


def test_products_are_offered_at_every_location_with_what_the_file_sold_in_stock(
    tmp_path, run, london
):
    make_location(name="Leeds", country="GB", currency="GBP")
    path = write_file(tmp_path, line(quantity="6"), line(quantity="8"), line("1", "POST"))
    run(path, "--location=london", "--location=leeds")
    assert offers() == [
        ("Hand Warmer", "Leeds", Decimal("1.85"), 14),
        ("Hand Warmer", "London", Decimal("1.85"), 14),
    ]
    assert_invariants()


def test_an_imported_product_can_be_bought(tmp_path, run, london):
    run(write_file(tmp_path, line()), "--location=london")
    assert make_basket(london, (Product.objects.get(upc="22633"), 6)).num_lines == 1


def test_the_opening_stock_can_be_named(tmp_path, run, london):
    run(write_file(tmp_path, line()), "--location=london", "--stock=3")
    assert StockRecord.objects.get().num_in_stock == 3
    assert Movement.objects.get().reason == "opening stock from sales.csv"


def test_no_opening_stock_books_no_movement(tmp_path, run, london):
    run(write_file(tmp_path, line()), "--location=london", "--stock=0")
    assert StockRecord.objects.get().num_in_stock == 0
    assert not Movement.objects.exists()


def test_a_second_run_changes_nothing_and_says_so(tmp_path, run, london):
    path = write_file(tmp_path, line(), line(code="22634", description="LANTERN"))
    run(path, "--location=london")
    before = everything()
    assert "Nothing to change" in run(path, "--location=london")
    assert everything() == before


def test_a_changed_file_changes_titles_and_prices_and_receives_nothing(tmp_path, run, london):
    run(write_file(tmp_path, line(code="22633a")), "--location=london")
    changed = line(code="22633A", description="WARM HANDS", price="2.10", quantity="600")
    said = run(write_file(tmp_path, changed), "--location=london")
    assert "0 new products, 1 new titles, 0 new offers, 1 new prices" in said
    assert offers() == [("Warm Hands", "London", Decimal("2.10"), 6)]
    assert_invariants()


def test_a_new_price_leaves_alone_what_is_reserved(tmp_path, run, london):
    run(write_file(tmp_path, line()), "--location=london")
    StockRecord.objects.update(low_stock_threshold=4, shelf="A3")
    run(write_file(tmp_path, line(price="2.10")), "--location=london")
    record = StockRecord.objects.get()
    assert (record.price, record.low_stock_threshold, record.shelf) == (Decimal("2.10"), 4, "A3")


def test_a_location_that_is_added_later_gets_the_offers(tmp_path, run, london):
    path = write_file(tmp_path, line())
    run(path, "--location=london")
    make_location(name="Leeds", country="GB", currency="GBP")
    said = run(path, "--location=london", "--location=leeds")
    assert "0 new products, 0 new titles, 1 new offers, 0 new prices" in said
    assert [stock for *_offer, stock in offers()] == [6, 6]


def test_a_dry_run_tells_and_writes_nothing_to_the_shop(tmp_path, run, london):
    said = run(write_file(tmp_path, line()), "--location=london", "--dry-run")
    assert "1 new products, 0 new titles, 1 new offers" in said
    assert "nothing was written to the shop" in said
    assert not Product.objects.exists()


def test_rows_left_out_are_summed_up_by_reason_and_written_with_their_lines(tmp_path, run, london):
    path = write_file(tmp_path, line(), line(code="POST"), line(price="0"), line(code="post"))
    said = run(path, "--location=london")
    assert "4 rows, 1 sales of 1 products, 3 left out" in said
    assert "2 × postage, not a product: line 3, 5" in said
    assert [row[:4] for row in rows_left_out(tmp_path)] == [
        ["3", "postage, not a product", "536365", "POST"],
        ["4", "price is not above zero", "536365", "22633"],
        ["5", "postage, not a product", "536365", "post"],
    ]


def test_cells_that_a_spreadsheet_would_run_are_made_harmless(tmp_path, run, london):
    path = write_file(
        tmp_path,
        line(description="=HYPERLINK(1)", quantity="-12"),
        line(invoice="@SUM(A1)", price="0", description="+1+2"),
        line(invoice="-2+3", price="0", description="\ttab"),
    )
    run(path, "--location=london")
    assert [(row[2], row[4], row[5]) for row in rows_left_out(tmp_path)] == [
        ("536365", "'=HYPERLINK(1)", "-12"),
        ("'@SUM(A1)", "'+1+2", "6"),
        ("'-2+3", "'\ttab", "6"),
    ]


def test_a_batch_that_fails_is_rolled_back_alone_and_its_lines_are_reported(tmp_path, run, london):
    # The location keeps another product under the third code: the database refuses that batch.
    offer(make_product(title="Another"), london)
    StockRecord.objects.update(partner_sku="22635")
    codes = ("22633", "22634", "22635", "22636", "22637")
    path = write_file(tmp_path, *(line(code=code, description=f"NO {code}") for code in codes))
    with pytest.raises(CommandError, match="1 batches failed"):
        run(path, "--location=london", "--batch-size=2")
    assert [title for title, *_offer in offers()] == ["Another", "No 22633", "No 22634", "No 22637"]
    failed = rows_left_out(tmp_path)
    assert [row[0] for row in failed] == ["4", "5"]
    assert all(row[1].startswith("its batch failed: ") for row in failed)
    assert_invariants()


def test_an_unknown_location_is_named_with_those_that_exist(tmp_path, run, london):
    with pytest.raises(CommandError, match="no location atlantis. There is: london"):
        run(write_file(tmp_path, line()), "--location=atlantis")


def test_missing_columns_are_named(tmp_path, run, london):
    path = tmp_path / "other.csv"
    path.write_text("StockCode,Description\n22633,HAND WARMER\n")
    with pytest.raises(CommandError, match="InvoiceNo, Quantity, InvoiceDate, UnitPrice is miss"):
        run(path, "--location=london")


def test_a_file_that_is_not_there_is_named(tmp_path, run, london):
    with pytest.raises(CommandError, match="nowhere.csv cannot be read: No such file"):
        run(tmp_path / "nowhere.csv", "--location=london")


def test_the_file_itself_is_never_overwritten(tmp_path, run, london):
    path = write_file(tmp_path, line())
    with pytest.raises(CommandError, match="would overwrite"):
        run(path, "--location=london", f"--rejects={path}")


def test_another_currency_needs_a_rate(tmp_path, run):
    make_location(name="Porto", currency="EUR")
    path = write_file(tmp_path, line(price="1.85"))
    with pytest.raises(CommandError, match="add --rate EUR="):
        run(path, "--location=porto")
    run(path, "--location=porto", "--rate=eur=1.17")
    record = StockRecord.objects.get()
    assert (record.price, record.price_currency) == (Decimal("2.16"), "EUR")


@pytest.mark.parametrize("rate", ["1.17", "EUR", "EUR=", "EUR=0", "EUR=-1", "EUR=NaN", "=1"])
def test_a_rate_that_is_none_is_refused(tmp_path, run, london, rate):
    with pytest.raises(CommandError, match="not of the form EUR=1.17"):
        run(write_file(tmp_path, line()), "--location=london", f"--rate={rate}")


@pytest.mark.parametrize("option", ["--batch-size=0", "--stock=-1"])
def test_numbers_that_make_no_sense_are_refused(tmp_path, run, london, option):
    with pytest.raises(CommandError, match=option.partition("=")[0]):
        run(write_file(tmp_path, line()), "--location=london", option)


def test_a_batch_asks_few_queries_for_offers_however_many_there_are(
    tmp_path, run, london, django_assert_max_num_queries
):
    path = write_file(tmp_path, *(line(code=str(code)) for code in range(22600, 22640)))
    run(path, "--location=london")
    # Locations, and for the batch: a savepoint, products, stock records, the savepoint's end.
    with django_assert_max_num_queries(5):
        run(path, "--location=london")
