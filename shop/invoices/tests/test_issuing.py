from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from shop.catalogue.models import Product
from shop.invoices.issuing import NothingToInvoice, issue_credit_note, issue_invoice
from shop.invoices.models import CreditNote, Invoice, LastNumber
from shop.payment import settlement
from shop.payment.cancellation import cancel_order
from shop.payment.gateways import Answer
from shop.payment.models import Payment, PaymentStatus, Refund, RefundStatus
from shop.payment.refunds import refund_lines, request_refund
from shop.payment.settlement import settle
from shop.testing.factories import (
    deliver_from,
    make_delivery,
    make_location,
    make_order,
    make_product,
    offer,
)
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work

YEAR = timezone.now().year


@pytest.fixture
def graca():
    return make_location(
        name="Magpie Graça", code="graca", legal_name="Pega Lda.", tax_number="PT 509"
    )


def paid_order(location, *goods):
    """An order of (price, steps) pairs, paid; its invoice is issued."""
    order = unpaid_order(location, *goods)
    do_all_work()
    order.refresh_from_db()
    return order


def unpaid_order(location, *goods):
    lines = [(make_product(), price, steps) for price, steps in goods or [("2.50", 2)]]
    for product, price, _steps in lines:
        offer(product, location, price)
    return make_order(location, *((product, steps) for product, _price, steps in lines))


def numbers(model):
    return list(model.objects.order_by("pk").values_list("number", flat=True))


@pytest.mark.django_db
def test_each_paid_order_gets_the_next_number_of_its_location(graca):
    for place in (graca, make_location(code="ruzafa"), graca):
        paid_order(place)
    assert numbers(Invoice) == [
        f"GRACA-{YEAR}-000001",
        f"RUZAFA-{YEAR}-000001",
        f"GRACA-{YEAR}-000002",
    ]
    assert_invariants()


@pytest.mark.django_db
def test_an_order_that_was_not_paid_has_no_invoice(graca):
    order = unpaid_order(graca)
    with pytest.raises(NothingToInvoice):
        issue_invoice(order)
    assert not LastNumber.objects.exists()


@pytest.mark.django_db
def test_asked_twice_it_is_issued_once(graca):
    order = paid_order(graca)
    assert issue_invoice(order) == order.invoice
    assert numbers(Invoice) == [f"GRACA-{YEAR}-000001"]


@pytest.mark.django_db
def test_the_year_is_the_locations_own(monkeypatch):
    auckland = make_location(code="ponsonby", timezone="Pacific/Auckland")
    order = paid_order(auckland)
    late = datetime(2030, 12, 31, 12, tzinfo=UTC)
    monkeypatch.setattr("shop.invoices.issuing.timezone.now", lambda: late)
    second = unpaid_order(auckland)
    do_all_work()
    assert second.invoice.number == "PONSONBY-2031-000001"
    assert order.invoice.year == YEAR


@pytest.mark.django_db
def test_an_invoice_says_what_was_sold_whatever_changes_later(graca):
    order = paid_order(graca, ("2.50", 3), ("1.99", 1))
    graca.vat_rate, graca.legal_name, graca.name = Decimal("0.5"), "Else", "Elsewhere"
    graca.save()
    Product.objects.update(title="Something else")
    said = Invoice.objects.get().content
    assert (said["seller"]["legal_name"], said["seller"]["tax_number"]) == ("Pega Lda.", "PT 509")
    assert [line["amount"] for line in said["lines"]] == ["7.50", "1.99"]
    assert "Something else" not in {line["title"] for line in said["lines"]}
    assert said["vat"] == [{"rate": "0.2300", "net": "7.72", "vat": "1.77", "gross": "9.49"}]
    assert order.total_tax == Decimal("1.77")


@pytest.mark.django_db
def test_shipping_is_taxed_as_the_goods_were_though_the_rate_changed_since(graca):
    deliver_from(graca, "4.92")
    product = make_product()
    offer(product, graca, "2.50")
    order = make_delivery(graca, (product, 2))
    graca.vat_rate = Decimal("0.5")
    graca.save()
    do_all_work()
    said = order.invoice.content
    assert said["shipping"] == "4.92"
    assert said["vat"] == [{"rate": "0.2300", "net": "8.07", "vat": "1.85", "gross": "9.92"}]
    assert_invariants()


@pytest.mark.django_db
def test_nobody_is_named_in_what_is_kept(graca):
    order = paid_order(graca)
    kept = f"{order.invoice.content} {order.invoice}"
    assert order.contact.name not in kept
    assert order.contact.email not in kept


@pytest.mark.django_db
def test_an_order_without_money_has_an_invoice_too(graca):
    order = paid_order(graca, ("0.00", 1))
    assert order.invoice.total == 0
    refund_lines(order, [(order.lines.get(), 1)], restock=True)
    do_all_work()
    assert CreditNote.objects.get().total == 0
    assert_invariants()


@pytest.mark.django_db
def test_what_was_issued_is_not_changed_or_taken_away(graca):
    paid_order(graca)
    for change in (partial(Invoice.objects.update, total=1), Invoice.objects.all().delete):
        with pytest.raises(ProgrammingError, match="stays as it is"), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_database_gives_no_number_twice(graca):
    invoice = paid_order(graca).invoice
    other = paid_order(graca).invoice
    other.pk, other.serial, other.number = None, invoice.serial, "X"
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save(force_insert=True)


@pytest.mark.django_db
def test_a_refund_that_went_has_a_credit_note_in_a_series_of_its_own(graca):
    order = paid_order(graca, ("2.50", 3))
    refund_lines(order, [(order.lines.get(), 1)], restock=True, beside=Decimal("0.40"))
    assert not CreditNote.objects.exists()
    do_all_work()
    note = CreditNote.objects.get()
    assert (note.number, note.invoice) == (f"GRACA-{YEAR}-C000001", order.invoice)
    assert (note.total, note.content["beside"]) == (Decimal("2.90"), "0.40")
    [line] = note.content["lines"]
    assert (line["quantity"], line["amount"]) == ("1.000", "2.50")
    assert_invariants()


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["lines", "amount"])
def test_credit_notes_that_take_all_back_leave_nothing_at_any_rate(graca, first):
    order = _order_of_two_rates(graca)
    payment, line = order.payments.get(), order.lines.first()
    steps = [
        partial(refund_lines, order, [(line, 2)], restock=True),
        partial(request_refund, payment, Decimal("1.00")),
    ]
    for step in steps if first == "lines" else reversed(steps):
        step()
        do_all_work()
    cancel_order(order, actor=None, reason="x")
    do_all_work()
    assert _summed(order.invoice.credit_notes.all()) == _summed([order.invoice])
    assert_invariants()


def _order_of_two_rates(location):
    order = unpaid_order(location, ("3.33", 3), ("1.11", 1))
    last = order.lines.last()
    order.lines.filter(pk=last.pk).update(vat_rate="0.06", line_price_excl_tax="1.05")
    do_all_work()
    order.refresh_from_db()
    return order


def _summed(papers):
    rows = [
        (row["rate"], part, row[part])
        for paper in papers
        for row in paper.content["vat"]
        for part in ("net", "vat", "gross")
    ]
    sums = {}
    for rate, part, amount in rows:
        sums[rate, part] = sums.get((rate, part), 0) + Decimal(amount)
    return sums


def money_comes(payment):
    """The gateway says so a day after anybody would have waited for it."""
    a_day_late = timezone.now() + timedelta(hours=25)
    settle(payment, Answer(PaymentStatus.SUCCEEDED, "late", occurred_at=a_day_late))
    do_all_work()
    return Refund.objects.select_related("payment").get()


@pytest.mark.django_db
def test_money_that_came_too_late_goes_back_without_papers(graca):
    order = unpaid_order(graca)
    payment = order.payments.get()
    cancel_order(order, actor=None, reason="x")
    do_all_work()
    payment.refresh_from_db()
    refund = money_comes(payment)
    assert refund.status == RefundStatus.SUCCEEDED
    assert issue_credit_note(refund) is None
    assert numbers(Invoice) + numbers(CreditNote) == []
    assert_invariants()


@pytest.mark.django_db
def test_money_that_came_on_top_is_no_part_of_the_invoice(graca):
    order = paid_order(graca)
    second = Payment.objects.create(
        order=order, amount=order.total_incl_tax, currency="EUR", method="simulated", token="sim_ok"
    )
    refund = money_comes(second)
    assert refund.payment.surplus
    assert issue_credit_note(refund) is None
    assert numbers(CreditNote) == []
    assert_invariants()


@pytest.mark.django_db
def test_a_refund_on_its_way_has_no_credit_note(graca):
    refund = request_refund(paid_order(graca).payments.get(), Decimal("1.00"))
    with pytest.raises(NothingToInvoice):
        issue_credit_note(refund)


@pytest.mark.django_db
def test_a_gap_and_a_missing_invoice_are_seen(graca):
    paid_order(graca)
    LastNumber.objects.update(serial=2)
    assert list(broken_invariants()) == ["invoice numbers of a location and year have no gap"]


@on_committed_rows
def test_many_at_once_in_one_location_leave_no_gap(graca):
    orders = [unpaid_order(graca) for _shopper in range(4)]
    _pay(orders)
    outcomes = race(*(partial(issue_invoice, order) for order in [*orders, *orders]))
    assert {outcome.pk for outcome in outcomes} == set(Invoice.objects.values_list("pk", flat=True))
    assert sorted(numbers(Invoice)) == [f"GRACA-{YEAR}-{n:06}" for n in range(1, 5)]
    do_all_work()
    assert_invariants()


@on_committed_rows
def test_what_is_rolled_back_in_between_leaves_no_gap(graca):
    orders = [unpaid_order(graca) for _shopper in range(4)]
    _pay(orders)
    outcomes = race(*(partial(_unless_odd, n, order) for n, order in enumerate(orders)))
    assert sum(isinstance(outcome, ZeroDivisionError) for outcome in outcomes) == 2
    assert sorted(numbers(Invoice)) == [f"GRACA-{YEAR}-{n:06}" for n in (1, 2)]
    do_all_work()
    assert LastNumber.objects.get().serial == 4
    assert_invariants()


def _unless_odd(n, order):
    with transaction.atomic():
        issue_invoice(order)
        return 1 / (n % 2 == 0)


def _pay(orders):
    """They are paid, and their invoices wait."""
    for order in orders:
        settlement.collect(Payment.objects.select_related("order").get(order=order))
