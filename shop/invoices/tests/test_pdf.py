import re
import zlib
from datetime import date
from decimal import Decimal

import pytest

from shop.invoices import pdf
from shop.invoices.models import CreditNote, Invoice

SELLER = {
    "name": "Magpie Graça",
    "legal_name": "Pega Rabuda, Mercearia e Drogaria, Unipessoal Lda.",
    "tax_number": "PT 509 123 456",
    "address": "Rua da Senhora do Monte 12, Lisboa",
    "country": "Portugal",
}


class Customer:
    name = "Żółć Щербак"


class Order:
    contact = Customer


def line(title="Quince jelly", unit="piece"):
    return {
        "title": title,
        "sku": "JELLY-1",
        "unit": unit,
        "rate": "0.2300",
        "quantity": "0.750",
        "unit_price": "4.20",
        "amount": "3.15",
    }


def invoice(*lines, **content):
    said = {
        "seller": SELLER,
        "order": "7K3M9PQRST",
        "lines": lines,
        "discounts": [{"name": "Two for joy", "code": "JOY", "amount": "0.15"}],
        "shipping": "4.90",
        "vat": [{"rate": "0.2300", "net": "6.42", "vat": "1.48", "gross": "7.90"}],
        "paid_on": "2026-11-21",
    }
    return Invoice(
        number="GRACA-2026-000123",
        issued_on=date(2026, 11, 21),
        total=Decimal("7.90"),
        currency="EUR",
        content=said | content,
    )


def pages(drawn):
    assert drawn.startswith(b"%PDF-")
    return len(re.findall(rb"/Type /Page\b", drawn))


def letters(drawn):
    """Every letter that a file can write, as its fonts map them back for copy and search."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", drawn, re.DOTALL)
    maps = [text for stream in streams if b"beginbfchar" in (text := _unpacked(stream))]
    codes = re.findall(rb"<[0-9A-F]{4}> <([0-9A-F]{4})>", b"".join(maps))
    return {chr(int(code, 16)) for code in codes}


def _unpacked(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_an_invoice_of_a_few_lines_is_a_page_in_every_script():
    drawn = pdf.shoppers_invoice(invoice(line("Чай с чабрецом"), line("Ser", "kg")), Order)
    assert pages(drawn) == 1
    assert letters(drawn) >= set("ŻółćЩербакЧай€−ç·")


def test_the_staffs_copy_names_nobody():
    assert not set("ŻŁЩ") & letters(pdf.staffs_invoice(invoice(line())))


def test_a_contact_that_was_erased_leaves_the_name_out():
    class Erased:
        pass

    assert pages(pdf.shoppers_invoice(invoice(line()), Erased)) == 1


@pytest.mark.parametrize(("lines", "expected"), [(9, 1), (16, 2), (100, 6)])
def test_many_lines_go_on_over_the_page(lines, expected):
    assert pages(pdf.staffs_invoice(invoice(*[line()] * lines))) == expected


def test_a_name_without_end_or_a_space_is_broken_and_not_lost():
    drawn = pdf.staffs_invoice(invoice(line("x" * 255), line("Ünendlich " * 25)))
    assert pages(drawn) == 1


def test_nothing_sold_for_nothing_is_an_invoice_too():
    assert pages(pdf.staffs_invoice(invoice(line(), discounts=[], shipping="0.00", vat=[]))) == 1


@pytest.mark.parametrize("lines", [[], [line()]])
def test_a_credit_note_is_a_page(lines):
    said = invoice().content | {"lines": lines, "beside": "1.40", "invoice": "GRACA-2026-000123"}
    note = CreditNote(
        number="GRACA-2026-C000007",
        issued_on=date(2026, 11, 22),
        total=Decimal("4.55"),
        currency="CHF",
        content=said,
    )
    assert pages(pdf.shoppers_credit_note(note, Order)) == 1
    assert pages(pdf.staffs_credit_note(note)) == 1
