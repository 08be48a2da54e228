"""Every real invoice of the sample, from the basket to the counter, against sums of the CSV alone.

What counts, by the rule published with the data: an invoice whose number
begins with C is a return; a code that does not begin with a digit is a service
(postage, a discount); a price of zero is a correction of stock. Those are left
out, and so is invoice 536414, which holds nothing else.

An invoice has the prices of its day: before it is placed, the shop's prices
become those of the invoice. A code that an invoice names twice is one line of
its order; in this file both have the same price always, which a test asserts.
"""

import csv
import logging
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Sum

from shop import imports
from shop.checkout.place_order import place_order
from shop.inventory.models import Movement, MovementKind
from shop.order import lifecycle
from shop.order.models import Line, Order, Status
from shop.partner.models import StockRecord
from shop.payment.models import Payment, PaymentStatus
from shop.pickup import codes, counter
from shop.testing.factories import CONTACT, GOOD_CARD, make_basket, make_location, make_user
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work

logger = logging.getLogger(__name__)

SAMPLE = Path(imports.__file__).parent / "tests/data/online-retail-sample.csv"
COUNTRIES = {"United Kingdom": "GB", "France": "FR", "Australia": "AU", "Netherlands": "NL"}


@dataclass
class Figures:
    invoices: int = 0
    lines: int = 0
    pieces: int = 0
    total: Decimal = Decimal(0)


# Added up with awk, by none of the code that is tested here.
EXPECTED = {
    "United Kingdom": Figures(60, 1024, 12344, Decimal("23539.80")),
    "France": Figures(1, 19, 446, Decimal("801.86")),
    "Australia": Figures(1, 14, 107, Decimal("358.25")),
    "Netherlands": Figures(1, 1, 96, Decimal("177.60")),
}


@pytest.fixture(scope="module")
def invoices():
    """The file's invoices by number, as their lines of goods."""
    found = defaultdict(list)
    with SAMPLE.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            is_return = line["InvoiceNo"].startswith("C")
            is_service = not line["StockCode"][0].isdigit()
            if not is_return and not is_service and Decimal(line["UnitPrice"]):
                found[line["InvoiceNo"]].append(line)
    return found


@pytest.fixture
def locations(db, tmp_path):
    """One location a country, all selling in the file's currency and offering all its goods."""
    locations = {
        name: make_location(name=name, country=code, currency="GBP", vat_rate=Decimal("0.20"))
        for name, code in COUNTRIES.items()
    }
    call_command(
        "import_catalogue",
        str(SAMPLE),
        *(f"--location={location.code}" for location in locations.values()),
        f"--rejects={tmp_path / 'rejects.csv'}",
    )
    # Nothing here is committed, so PostgreSQL plans as if the tables were empty.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return locations


def test_the_files_own_sums(invoices):
    assert figures_of_the_file(invoices) == EXPECTED


def test_no_invoice_has_one_code_at_two_prices(invoices):
    for lines in invoices.values():
        prices = {(line["StockCode"], line["UnitPrice"]) for line in lines}
        assert len(prices) == len({code for code, _price in prices})


def test_every_invoice_is_ordered_paid_and_handed_over(invoices, locations):
    counters = {name: make_user("Counter", [place]) for name, place in locations.items()}

    orders = {}
    for number, lines in invoices.items():
        country = lines[0]["Country"]
        orders[number] = order_like(lines, locations[country])
        do_all_work()
        collect(orders[number], counters[country])

    assert {number: order.total_incl_tax for number, order in orders.items()} == {
        number: sum_of(lines) for number, lines in invoices.items()
    }
    assert figures_of_the_shop(invoices, orders) == EXPECTED
    assert every_order_was_paid_once()
    assert Line.objects.count() == number_of_different_goods(invoices)
    assert pieces_handed_over() == sum(figures.pieces for figures in EXPECTED.values())
    assert_invariants()
    report(invoices)


def order_like(lines, location):
    """Place an invoice's lines as an order, at the prices that it was written at."""
    records = {
        record.partner_sku: record
        for record in StockRecord.objects.filter(
            partner=location.pk, partner_sku__in=[line["StockCode"] for line in lines]
        ).select_related("product")
    }
    for line in lines:
        records[line["StockCode"]].price = Decimal(line["UnitPrice"])
    StockRecord.objects.bulk_update(records.values(), ["price"])
    goods = [(records[line["StockCode"]].product, int(line["Quantity"])) for line in lines]
    return place_order(make_basket(location, *goods), CONTACT, GOOD_CARD)


def collect(order, colleague):
    order.refresh_from_db()
    lifecycle.mark_ready(order, actor=colleague)
    code = order.pickup_codes.get()
    assert code.qr
    counter.hand_over(codes.token_of(code), actor=colleague)
    order.refresh_from_db()
    assert order.status == Status.COMPLETED


def sum_of(lines):
    return sum(int(line["Quantity"]) * Decimal(line["UnitPrice"]) for line in lines)


def figures_of_the_file(invoices):
    figures = defaultdict(Figures)
    for lines in invoices.values():
        country = figures[lines[0]["Country"]]
        country.invoices += 1
        country.lines += len(lines)
        country.pieces += sum(int(line["Quantity"]) for line in lines)
        country.total += sum_of(lines)
    return figures


def figures_of_the_shop(invoices, orders):
    """As the shop's own tables have it; how many lines the invoice had, only the invoice knows."""
    figures = {
        row["location_name"]: Figures(row["orders"], 0, 0, row["total"])
        for row in Order.objects.values("location_name")
        .order_by()
        .annotate(orders=Count("pk"), total=Sum("total_incl_tax"))
    }
    for number, order in orders.items():
        figures[order.location_name].lines += len(invoices[number])
        figures[order.location_name].pieces += sum(line.quantity for line in order.lines.all())
    return figures


def every_order_was_paid_once():
    paid = Payment.objects.values_list("order_id", "status", "amount").order_by("order_id")
    return list(paid) == [
        (order.pk, PaymentStatus.SUCCEEDED, order.total_incl_tax)
        for order in Order.objects.order_by("pk")
    ]


def number_of_different_goods(invoices):
    return len({(number, line["StockCode"]) for number in invoices for line in invoices[number]})


def pieces_handed_over():
    handed_over = Movement.objects.filter(kind=MovementKind.HANDED_OVER)
    return -handed_over.aggregate(pieces=Sum("in_stock_change"))["pieces"]


def report(invoices):
    """The figures, for `pytest -s`."""
    for country, figures in figures_of_the_file(invoices).items():
        logger.info(
            "%s: %d invoices, %d lines, %d pieces, %s GBP ordered and in the CSV",
            country,
            figures.invoices,
            figures.lines,
            figures.pieces,
            figures.total,
        )
