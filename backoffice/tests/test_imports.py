"""Imports and exports in the back office: the whole way, and who may go it."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from shop.catalogue.models import Product
from shop.imports.models import Import, Kind, Stage
from shop.imports.tests.tables import as_csv, book, check, confirm, faults, found
from shop.testing.factories import make_category, make_code, make_product, offer
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

STOCK = ("SKU", "Location", "In stock")
LISTS = {
    "products": "admin:catalogue_product",
    "stock": "admin:partner_stockrecord",
    "prices": "admin:partner_stockrecord",
    "promo_codes": "admin:voucher_voucher",
}
NASTY = ["=1+1", "+A1", "-A1", "@SUM(1)", "\tx", "'=1", "-12", "a\x0bb", 'say "hi", x', "_x000B_"]


def page_of(an_import):
    return reverse("admin:imports_import_change", args=[an_import.pk])


def send(client, kind, file):
    client.post(reverse("admin:imports_import_add"), {"kind": kind, "file": file})
    return Import.objects.first()


def export(client, kind, form="0", query=""):
    kinds = [other for other, name in LISTS.items() if name == LISTS[kind]]
    address = reverse(f"{LISTS[kind]}_export") + query
    return client.post(address, {"resource": kinds.index(kind), "format": form})


def exported(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_keeper_goes_the_whole_way(keeper, record, here, signed_in):
    client = signed_in(keeper)
    sent = send(client, "stock", as_csv(("Artikel", *STOCK[1:]), ("JELLY-1", here.code, "47")))
    assert sent.stage == Stage.MATCHING
    page = client.get(page_of(sent)).content.decode()
    assert "JELLY-1" in page
    client.post(page_of(sent), {"check": "1", "column-0": "0", "column-1": "1", "column-2": "2"})
    do_all_work()

    page = client.get(page_of(sent)).content.decode()
    assert "<del>20</del>" in page
    assert "<ins>47</ins>" in page
    assert "Book 1 row" in page
    client.post(page_of(sent), {"book": "1"})
    assert "being booked" in client.get(page_of(sent)).content.decode()
    do_all_work()
    record.refresh_from_db()
    assert record.num_in_stock == 47

    client.post(page_of(sent), {"undo": "1"})
    do_all_work()
    record.refresh_from_db()
    sent.refresh_from_db()
    assert (sent.stage, record.num_in_stock) == (Stage.UNDONE, 20)


def test_a_matching_that_lacks_something_keeps_what_was_chosen(keeper, here, signed_in):
    client = signed_in(keeper)
    sent = send(client, "stock", as_csv(("x", "y"), ("JELLY-1", "5")))
    answer = client.post(page_of(sent), {"check": "1", "column-0": "1"})
    page = answer.content.decode()
    assert "Say which column names the location" in page
    assert page.count("selected") >= 2
    sent.refresh_from_db()
    assert sent.stage == Stage.MATCHING


def test_a_file_that_is_no_table_is_refused_where_it_is_sent(keeper, signed_in):
    bad = as_csv(("SKU",))
    bad.file = io.BytesIO(b"PK\x03\x04 no workbook")
    answer = signed_in(keeper).post(
        reverse("admin:imports_import_add"), {"kind": "stock", "file": bad}
    )
    assert "This workbook is damaged." in answer.content.decode()
    assert not Import.objects.exists()


def test_others_do_not_see_an_import_and_cannot_touch_it(
    keeper, stranger, counter, seller, owner, record, here, signed_in
):
    checked = check(Kind.STOCK, as_csv(STOCK, ("JELLY-1", here.code, "47")), keeper)
    for somebody in (stranger, counter, seller):
        client = signed_in(somebody)
        for verb in ("book", "discard", "match", "undo"):
            assert client.post(page_of(checked), {verb: "1"}).status_code in (403, 404)
        assert client.get(page_of(checked)).status_code in (403, 404)
        assert client.get(f"{page_of(checked)}../refused/").status_code in (403, 404)
    checked.refresh_from_db()
    assert checked.stage == Stage.CHECKED
    assert signed_in(owner).get(page_of(checked)).status_code == 200


def test_forged_kinds_and_locations_are_refused(keeper, promotions, elsewhere, record, signed_in):
    client = signed_in(keeper)
    assert send(client, "promo_codes", as_csv(("Code", "Name"), ("X", "x"))) is None
    assert send(signed_in(promotions), "stock", as_csv(STOCK, ("JELLY-1", "x", "1"))) is None

    sent = send(client, "stock", as_csv(("SKU", "In stock"), ("JELLY-1", "5")))
    forged = {"check": "1", "column-0": "0", "column-2": "1", "location": elsewhere.pk}
    client.post(page_of(sent), forged)
    sent.refresh_from_db()
    assert (sent.stage, sent.location) == (Stage.MATCHING, None)


def test_rights_that_were_taken_away_meanwhile_do_not_book(keeper, record, here):
    checked = check(Kind.STOCK, as_csv(STOCK, ("JELLY-1", here.code, "47")), keeper)
    here.users.remove(keeper)
    booked = confirm(checked, keeper)
    assert faults(booked) == {2: {"Location": "You work at no location of this name."}}
    record.refresh_from_db()
    assert record.num_in_stock == 20


def test_pages_ask_the_same_however_many_rows(owner, here, signed_in, django_assert_num_queries):
    def pages(count):
        rows = [(f"X-{count}-{n}", f"x{n}") for n in range(count)]
        return page_of(check(Kind.PRODUCTS, as_csv(("SKU", "Name"), *rows), owner))

    client, few, many = signed_in(owner), pages(2), pages(40)
    client.get(few)
    with CaptureQueriesContext(connection) as asked:
        client.get(few)
    with django_assert_num_queries(len(asked)):
        client.get(many)


@pytest.mark.parametrize("form", ["0", "1"])
def test_what_is_exported_comes_back_unchanged(form, owner, here, record, signed_in):
    shelf = make_category("Jams", parent=make_category("Pantry"))
    for number, text in enumerate(NASTY):
        goods = make_product(upc=f"N-{number}", title=text, description=f"{text}\r\nand more ")
        goods.categories.add(shelf)
        offer(goods, here, "1234.50", in_stock=3, shelf="=A1", low_stock_threshold=2)
    make_product(upc="KG", title="Apples", unit="kg", step="0.250", weight_grams=10)
    make_code("TEN", max_uses=5)
    client = signed_in(owner)
    for kind in Kind.values:
        answer = export(client, kind, form)
        sent = as_csv()
        sent.file = io.BytesIO(answer.content)
        sent.size = len(answer.content)
        checked = check(kind, sent, owner)
        assert faults(checked) == {}, kind
        assert set(found(checked).values()) == {"unchanged"}, kind


def test_no_cell_of_an_export_is_a_formula(owner, record, signed_in):
    for number, text in enumerate(NASTY):
        make_product(upc=f"N-{number}", title=text)
    client = signed_in(owner)
    names = {row[1] for row in exported(export(client, "products"))}
    assert {"'=1+1", "'+A1", "'-A1", "'@SUM(1)", "'\tx", "''=1", "-12"} <= names
    sheet = load_workbook(io.BytesIO(export(client, "products", "1").content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert "'=1+1" in [cell.value for cell in cells]


def test_exports_hold_ones_own_rows_alone(keeper, seller, elsewhere, record, jar, signed_in):
    offer(jar, elsewhere, "99.99")
    own = make_product(title="Own honey", upc="OWN-1", seller=seller)
    offer(own, elsewhere, "98.98")
    rows = exported(export(signed_in(keeper), "prices"))
    assert [row[3] for row in rows[1:]] == ["4.20"]
    assert [row[0] for row in exported(export(signed_in(seller), "products"))[1:]] == ["OWN-1"]
    assert exported(export(signed_in(seller), "prices"))[1:] == []


def test_an_export_is_as_the_list_was_filtered(owner, jar, record, signed_in):
    make_product(title="Something else")
    rows = exported(export(signed_in(owner), "products", query="?q=quince"))
    assert [row[0] for row in rows] == ["SKU", "JELLY-1"]


def test_who_may_not_export_cannot(counter, support, promotions, signed_in):
    for somebody in (counter, support, promotions):
        assert export(signed_in(somebody), "stock").status_code == 403
    assert export(signed_in(counter), "promo_codes").status_code == 403


def test_refused_rows_can_be_taken_along_and_put_right(owner, here, signed_in):
    rows = [("SKU", "Name"), ("A 1", "=evil"), ("A-2", "fine")]
    booked = book(Kind.PRODUCTS, as_csv(*rows), owner)
    answer = signed_in(owner).get(reverse("admin:imports_import_refused", args=[booked.pk]))
    said = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert said[1:] == [["2", "SKU: Up to 64 letters, digits, and . _ - only.", "A 1", "'=evil"]]
    assert Product.objects.filter(upc="A-2").exists()


def test_a_list_shows_the_way(keeper, counter, signed_in, record):
    page = signed_in(keeper).get(reverse("admin:partner_stockrecord_changelist"))
    assert "export/" in page.content.decode()
    assert "bring_rows" in page.content.decode()
