"""Other people's tables: which of their columns is which of ours."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.catalogue.models import Product
from shop.imports import arriving, matching
from shop.imports.models import Import, Kind
from shop.imports.tests.tables import as_csv, book, faults, found
from shop.partner.models import StockRecord
from shop.testing.factories import make_category, make_location, make_user

pytestmark = pytest.mark.django_db

INVOICES = Path(__file__).parent / "data" / "online-retail-sample.csv"
BOOKS = [
    ("Book", "Books > Essential", "9780000000017", "A book of C", "Worn “well”", "Book partner",
     "9780000000017", "9.99", "20"),
    ("Book", "Books > Essential", "9780000000024", "Patterns, & more", "", "Book partner",
     "9780000000024", "23.99", "74"),
]  # fmt: skip
SHOPIFY = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Value",
    "Variant SKU", "Variant Grams", "Variant Inventory Qty", "Variant Price", "Status",
)  # fmt: skip


@pytest.fixture
def owner():
    return make_user("Owner", username="owner")


@pytest.fixture
def here():
    return make_location(code="here", currency="GBP")


def test_a_shopify_export_is_known_by_its_names(owner, here):
    row = ("apron", "Apron", "<p>Of linen.</p><p>&amp; worn</p>", "V", "", "", "TRUE", "", "AP-1",
           "320", "14", "38.00", "active")  # fmt: skip
    booked = book(Kind.PRODUCTS, as_csv(SHOPIFY, row), owner, here)

    assert found(booked) == {2: "new"}
    product = Product.objects.get(upc="AP-1")
    assert (product.title, product.description) == ("Apron", "Of linen.\n& worn")
    assert (product.weight_grams, product.is_public) == (320, True)
    record = StockRecord.objects.get(product=product)
    assert (str(record.price), record.num_in_stock) == ("38.00", 14)


def test_a_list_of_books_without_names_is_known_by_its_shape(owner, here):
    arrived = arriving.receive(Kind.PRODUCTS, as_csv(*BOOKS), author=owner)
    assert not arrived.has_header
    mapping = arriving.suggestion(arrived)
    assert mapping["Name"] == 3
    del mapping["Location"]

    booked = book(Kind.PRODUCTS, as_csv(*BOOKS), owner, here, mapping)
    assert found(booked) == {1: "new", 2: "new"}
    product = Product.objects.get(upc="9780000000024")
    assert product.categories.get().get_parent().name == "Books"


def test_categories_are_made_by_whoever_may(here):
    seller = make_user("Seller", [here], username="seller")
    make_category("Books")
    rows = [("SKU", "Name", "Categories"), ("B-1", "x", "Books"), ("B-2", "y", "Books > New")]
    booked = book(Kind.PRODUCTS, as_csv(*rows), seller)
    assert faults(booked) == {3: {"Categories": "There is no category Books > New."}}


def test_real_invoices_are_matched_and_their_first_word_counts(owner, here):
    sent = SimpleUploadedFile("invoices.csv", INVOICES.read_bytes())
    booked = book(Kind.PRODUCTS, sent, owner, here)

    assert {"SKU": 1, "Name": 2, "Price": 5}.items() <= booked.mapping.items()
    assert "In stock" not in booked.mapping
    assert Product.objects.filter(upc="85123A").get().title == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert Product.objects.count() == booked.rows.filter(found="new").count() > 500


def test_a_matching_is_remembered_for_the_same_columns(owner):
    rows = [("Nummer", "Wort"), ("A-1", "x")]
    book(Kind.PRODUCTS, as_csv(*rows), owner, mapping={"SKU": 0, "Name": 1})
    again = arriving.receive(Kind.PRODUCTS, as_csv(*rows), author=owner)
    assert arriving.suggestion(again) == {"SKU": 0, "Name": 1}


@pytest.mark.parametrize(
    ("kind", "mapping"),
    [
        (Kind.PRODUCTS, {"Name": 1}),
        (Kind.PRODUCTS, {"SKU": 0}),
        (Kind.STOCK, {"SKU": 0, "In stock": 1}),
    ],
)
def test_a_matching_without_what_is_needed_is_refused(kind, mapping):
    with pytest.raises(matching.CannotMatch):
        matching.check(Import(kind=kind), mapping, None)
