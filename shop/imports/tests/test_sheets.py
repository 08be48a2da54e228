"""Each kind of table: what its rows come to, booked and undone, row by row and cell by cell."""

from decimal import Decimal

import pytest

from shop.catalogue.models import Product
from shop.imports.models import Kind, Stage
from shop.imports.tests.tables import (
    as_csv,
    as_xlsx,
    book,
    check,
    confirm,
    fates,
    faults,
    found,
    undo,
)
from shop.inventory import stock
from shop.inventory.models import Movement
from shop.partner.models import StockRecord
from shop.testing.factories import make_category, make_location, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.voucher.making import terms_of
from shop.voucher.models import Voucher

pytestmark = pytest.mark.django_db

STOCK = ("Location", "SKU", "In stock", "Shelf", "Low below")
GOODS = ("SKU", "Name", "Description", "Categories", "Unit", "Step", "Shown")


@pytest.fixture
def here():
    return make_location(name="Magpie Here", code="here")


@pytest.fixture
def elsewhere():
    return make_location(name="Magpie Elsewhere", code="elsewhere")


@pytest.fixture
def owner():
    return make_user("Owner", username="owner")


@pytest.fixture
def keeper(here):
    return make_user("Stock keeper", [here], username="keeper")


@pytest.fixture
def seller(here):
    return make_user("Seller", [here], username="seller")


@pytest.fixture
def jar(here):
    return offer(make_product(title="Quince jelly", upc="JELLY-1"), here, "4.20", in_stock=20)


@pytest.fixture(params=[as_csv, as_xlsx])
def table(request):
    return request.param


def test_products_are_made_changed_and_left_alone(table, owner, here):
    make_product(title="Old name", upc="A-1")
    make_product(title="The same", upc="A-2")
    make_category("Pears", parent=make_category("Fruit"))
    rows = [
        ("A-1", "New name", "", "fruit > pears", "piece", "1", "yes"),
        ("A-2", "The same", "", "", "piece", "1", "yes"),
        ("A-3", "Wholly new", "Two lines\nof it", "Fruit", "kg", "0.25", "no"),
    ]
    booked = book(Kind.PRODUCTS, table(GOODS, *rows), owner)

    assert booked.stage == Stage.BOOKED
    assert found(booked) == {2: "changed", 3: "unchanged", 4: "new"}
    first = booked.rows.get(line=2)
    assert first.changes == {"Name": ["Old name", "New name"], "Categories": ["", "Fruit > Pears"]}
    made = Product.objects.get(upc="A-3")
    assert (made.title, made.unit, made.step) == ("Wholly new", "kg", Decimal("0.25"))
    assert (made.description, made.is_public) == ("Two lines\nof it", False)
    assert [category.name for category in made.categories.all()] == ["Fruit"]
    assert made.page.title == "Wholly new"
    assert Product.objects.get(upc="A-1").page.title == "New name"


def test_faults_are_told_by_row_and_column(table, owner, here, jar):
    rows = [
        ("JELLY-1", "", "", "", "piece", "1", "yes"),
        ("B 2", "A space", "", "", "piece", "1", "yes"),
        ("B-3", "Whose unit?", "", "", "barrel", "none", "maybe"),
        ("B-4", "Half a piece", "", "", "piece", "0.5", "yes"),
        ("JELLY-1", "Once more", "", "", "piece", "1", "yes"),
    ]
    checked = check(Kind.PRODUCTS, table(GOODS, *rows), owner)

    said = faults(checked)
    assert list(said[2]) == ["Name"]
    assert list(said[3]) == ["SKU"]
    assert set(said[4]) == {"Unit", "Step", "Shown"}
    assert said[6] == {"SKU": "Line 2 is about the same, and says otherwise."}
    assert 5 not in said
    assert Product.objects.count() == 1


HARM = ["1e999999999", "9" * 400, "NaN", "1_0", "--1", "0.00000000000001", "1.2.3", "∞", "'"]


@pytest.mark.parametrize(
    "cell", [*HARM, "0001-01-01T00:00+14:00", "x" * 30_000, " > x", "a > " * 30]
)
def test_no_cell_breaks_more_than_its_row(cell, table, owner, here):
    columns = ("SKU", "Name", "Categories", "Unit", "Step", "Weight (g)", "Price", "In stock")
    rows = [("H-1", *[cell] * 7), (cell, *[cell] * 7), ("H-2", "Fine", "", "", "", "", "1", "2")]
    booked = book(Kind.PRODUCTS, table(columns, *rows), owner, here)
    assert (booked.stage, fates(booked)[4]) == (Stage.BOOKED, "booked")

    codes = ("Code", "Name", "How much", "Valid from (UTC)", "Valid until (UTC)", "Uses in total")
    checked = check(Kind.PROMO_CODES, table(codes, ("C-1", *[cell] * 5)), owner)
    assert found(checked) == {2: "refused"}


def test_stock_is_booked_as_a_difference_with_the_import_as_its_cause(table, keeper, here, jar):
    checked_rows = [("here", "JELLY-1", "47", "B2", "5")]
    booked = check(Kind.STOCK, table(STOCK, *checked_rows), keeper)
    stock.receive([(jar.pk, 3)], reason="came meanwhile")
    booked = confirm(booked, keeper)

    jar.refresh_from_db()
    assert (jar.num_in_stock, jar.shelf, jar.low_stock_threshold) == (50, "B2", 5)
    movement = Movement.objects.first()
    assert (movement.in_stock_change, movement.cause) == (27, booked.number)
    assert movement.actor == keeper
    assert_invariants()


def test_stock_is_undone_by_a_movement_of_its_own(keeper, here, jar):
    booked = book(Kind.STOCK, as_csv(STOCK, ("here", "JELLY-1", "47", "B2", "")), keeper)
    undone = undo(booked, keeper)

    jar.refresh_from_db()
    assert (undone.stage, jar.num_in_stock, jar.shelf) == (Stage.UNDONE, 20, "")
    assert [m.in_stock_change for m in Movement.objects.all()] == [-27, 27, 20]
    assert Movement.objects.filter(cause=booked.number).count() == 2
    assert_invariants()


def test_what_changed_since_is_left_as_it_is(keeper, here, elsewhere, jar):
    other = offer(make_product(upc="HONEY"), here, "3", in_stock=1)
    rows = [("here", "JELLY-1", "4.80"), ("here", "HONEY", "3.30")]
    columns = ("Location", "SKU", "Price")
    checked = check(Kind.PRICES, as_csv(columns, *rows), keeper)
    StockRecord.objects.filter(pk=other.pk).update(price=Decimal("2.50"))
    booked = confirm(checked, keeper)
    assert fates(booked) == {2: "booked", 3: "left_out"}
    assert faults(booked) == {3: {"Price": "It was changed meanwhile, to “2.50”."}}

    StockRecord.objects.filter(pk=jar.pk).update(price=Decimal("5.00"))
    undone = undo(booked, keeper)
    assert fates(undone) == {2: "kept", 3: "left_out"}
    assert faults(undone)[2] == {"Price": "It was changed meanwhile, to “5.00”."}
    jar.refresh_from_db()
    assert jar.price == Decimal("5.00")


def test_stock_that_was_sold_since_cannot_be_undone(keeper, here, jar):
    booked = book(Kind.STOCK, as_csv(STOCK[:3], ("here", "JELLY-1", "47")), keeper)
    stock.reserve([(jar.pk, 40)], cause="an order")
    undone = undo(booked, keeper)

    assert fates(undone) == {2: "kept"}
    assert list(faults(undone)[2]) == ["In stock"]
    jar.refresh_from_db()
    assert jar.num_in_stock == 47


def test_rows_of_other_locations_are_refused_and_say_nothing(keeper, elsewhere, jar):
    offer(jar.product, elsewhere, "9.90", in_stock=7)
    rows = [("elsewhere", "JELLY-1", "5"), ("nowhere", "JELLY-1", "5")]
    checked = check(Kind.STOCK, as_csv(STOCK[:3], *rows), keeper)

    said = faults(checked)
    assert said[2] == said[3] == {"Location": "You work at no location of this name."}


def test_sellers_change_their_own_products_alone(seller, here, jar):
    rows = [("JELLY-1", "Mine now"), ("NEW-1", "My own")]
    booked = book(Kind.PRODUCTS, as_csv(GOODS[:2], *rows), seller)

    assert faults(booked) == {2: {"SKU": "Another product has this SKU."}}
    assert Product.objects.get(upc="NEW-1").seller == seller
    assert Product.objects.get(upc="JELLY-1").title == "Quince jelly"


def test_keepers_change_offers_and_no_products(keeper, here, jar):
    rows = [("JELLY-1", "Quince jelly", "4.50"), ("HONEY", "Honey", "3")]
    checked = check(Kind.PRODUCTS, as_csv(("SKU", "Name", "Price"), *rows), keeper, here)
    assert found(checked) == {2: "changed", 3: "refused"}

    renamed = as_csv(("SKU", "Name"), ("JELLY-1", "Renamed"))
    assert found(check(Kind.PRODUCTS, renamed, keeper)) == {2: "refused"}


def test_new_products_with_their_offers_are_taken_back(owner, here):
    columns = ("SKU", "Name", "Price", "In stock")
    rows = [("N-1", "With stock", "2", "5"), ("N-2", "Without", "3", "0"), ("N-3", "Bare", "", "")]
    booked = book(Kind.PRODUCTS, as_csv(columns, *rows), owner, here)
    assert fates(booked) == {2: "booked", 3: "booked", 4: "booked"}
    assert StockRecord.objects.get(product__upc="N-1").num_in_stock == 5

    undone = undo(booked, owner)
    assert [product.upc for product in Product.objects.all()] == ["N-1"]
    kept = Product.objects.get(upc="N-1")
    assert (kept.is_public, kept.stockrecords.get().num_in_stock) == (False, 0)
    assert fates(undone) == {2: "undone", 3: "undone", 4: "undone"}
    assert list(faults(undone)) == [2]
    assert_invariants()


def test_a_new_offer_of_an_old_product_is_withdrawn(owner, here, jar, elsewhere):
    columns = ("SKU", "Location", "Price", "In stock", "Shelf")
    rows = [("JELLY-1", "elsewhere", "4.40", "6", "A1")]
    booked = book(Kind.PRODUCTS, as_csv(columns, *rows), owner)
    assert jar.product.stockrecords.count() == 2

    undone = undo(booked, owner)
    assert fates(undone) == {2: "undone"}
    assert jar.product.stockrecords.get(partner=elsewhere).num_in_stock == 0
    assert_invariants()


def test_promo_codes_are_made_changed_and_undone(table, here):
    promotions = make_user("Promotions", [here], username="promotions")
    columns = (
        "Code", "Name", "Takes", "How much", "Currency",
        "Valid from (UTC)", "Valid until (UTC)", "Uses in total", "Locations",
    )  # fmt: skip
    autumn = ("autumn", "Autumn", "percent", "10", "", "2026-09-01", "2099-12-01", "5", "")
    rows = [
        autumn,
        ("FIVE", "Five off", "fixed", "5", "EUR", "2026-09-01", "2099-12-01", "", "here"),
        ("BAD", "Bad", "percent", "101", "XXX", "2026-09-01", "2020-12-01", "0", "nowhere"),
    ]
    booked = book(Kind.PROMO_CODES, table(columns, *rows), promotions)
    assert fates(booked) == {2: "booked", 3: "booked", 4: ""}
    assert set(faults(booked)[4]) == {"Uses in total"}
    terms = terms_of(Voucher.objects.get(code="FIVE"))
    assert (terms.kind, terms.value, terms.locations) == ("fixed", Decimal(5), (here,))

    more = book(Kind.PROMO_CODES, table(columns, (*autumn[:3], "15", *autumn[4:])), promotions)
    assert more.rows.get().changes == {"How much": ["10.00", "15.00"]}
    undo(more, promotions)
    assert terms_of(Voucher.objects.get(code="AUTUMN")).value == 10
    undo(booked, promotions)
    assert not Voucher.objects.exists()
