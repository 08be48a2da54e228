"""Each rule is broken past the code that keeps it, found, named, and put right if that is safe."""

import logging
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from shop.basket.discounts import add_code
from shop.checkout.place_order import place_order
from shop.inventory import stocktakes, transfers
from shop.inventory.models import Movement
from shop.invoices.issuing import issue_invoice
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.partner.models import StockRecord
from shop.payment import settlement
from shop.payment.models import Refund
from shop.reconciliation import reconcile
from shop.reconciliation.models import ReconcileRun
from shop.reconciliation.reconcile import Outcome
from shop.reconciliation.rules import INVARIANTS
from shop.reconciliation.signals import drift_found
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_code,
    make_location,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants, broken_invariants
from shop.testing.races import on_committed_rows
from shop.voucher.models import Voucher
from tasks import periodic

PAID = "(SELECT id FROM order_order WHERE status = 'paid')"
PENDING = "(SELECT id FROM order_order WHERE status = 'pending')"
CANCELLED = "(SELECT id FROM order_order WHERE status = 'cancelled')"
USE = "SET given_back_at = {} WHERE order_id = {}"
PAID_PAYMENT = f"WHERE order_id = {PAID}"
SUCCEED = "UPDATE payment_payment SET status = 'succeeded' WHERE order_id = {}"
REFUND = (
    "INSERT INTO payment_refund (id, payment_id, amount, status, reason, reference, attempts,"
    " created_at) SELECT gen_random_uuid(), id, 1, '{}', '', '', 0, now() FROM payment_payment "
    + PAID_PAYMENT
)

# Rule -> the SQL that breaks it (and others along with it, sometimes).
BREAKS = {
    "reserved stays within what is in stock": [
        "ALTER TABLE partner_stockrecord DROP CONSTRAINT stock_reserved_within_stock",
        "UPDATE partner_stockrecord SET num_allocated = num_in_stock + 1",
    ],
    "in stock is the sum of its movements": [
        "UPDATE partner_stockrecord SET num_in_stock = num_in_stock + 1 WHERE num_in_stock > 0",
    ],
    "reserved is the sum of its movements": [
        "UPDATE partner_stockrecord SET num_allocated = num_allocated - 1 WHERE num_allocated > 0",
    ],
    "reserved is what orders hold that are not handed over, sent or ended": [
        "UPDATE partner_stockrecord SET num_allocated = num_allocated + 1 WHERE num_in_stock > 0",
        "INSERT INTO inventory_movement (stockrecord_id, kind, in_stock_change, reserved_change,"
        " in_stock_after, reserved_after, cause, reason, created_at)"
        " SELECT id, 'reserved', 0, 1, num_in_stock, num_allocated, 'nobody', '', now()"
        " FROM partner_stockrecord WHERE num_in_stock > 0",
    ],
    "a movement's balance follows from the one before": [
        "UPDATE inventory_movement SET in_stock_after = in_stock_after + 1 WHERE kind = 'received'",
    ],
    "a line is its price before discounts less its discounts": [
        f"UPDATE order_line SET quantity = quantity + 1 WHERE order_id = {CANCELLED}",
    ],
    "an order's total is its lines less its discounts, plus shipping": [
        "UPDATE order_order SET total_incl_tax = total_incl_tax + 1",
    ],
    "an order that was paid has one payment, of its total and in its currency": [
        f"UPDATE payment_payment SET currency = 'GBP' {PAID_PAYMENT}",
    ],
    "no money stays for an order that waits or was cancelled": [SUCCEED.format(PENDING)],
    "nobody is asked for money that is no longer wanted": [
        "UPDATE payment_payment SET status = 'pending', call_off_at = NULL"
        f" WHERE order_id = {CANCELLED}",
    ],
    "a payment that was called off has ended": [
        "UPDATE payment_payment SET status = 'pending', call_off_at = now() - interval '2 hours'"
        f" WHERE order_id = {CANCELLED}",
    ],
    "no money is held that nobody asked for": [
        "UPDATE payment_payment SET held_amount = 1, held_currency = 'EUR'",
    ],
    "what came back to us goes again, or is under way": [
        REFUND.format("failed"),
        "UPDATE payment_refund SET came_back_at = now()",
    ],
    "captured less refunded is what the payment events say": [
        "DELETE FROM payment_paymentevent",
    ],
    "never more refunded, or on its way back, than captured": [
        f"UPDATE payment_payment SET refunded = 1 {PAID_PAYMENT}",
    ],
    "an order's status is where its history ends": [
        "UPDATE order_order SET status = 'ready' WHERE status = 'paid'",
    ],
    "each step of an order starts where the one before ended": [
        "UPDATE order_orderstatuschange SET old_status = 'ready' WHERE new_status = 'paid'",
    ],
    "no order waits for its payment for ever": [
        "UPDATE order_order SET expires_at = now() - interval '2 hours'",
    ],
    "an order's row names nobody": ["UPDATE order_order SET guest_email = 'ana@example.com'"],
    "an order has one pickup code at most that is good": [
        "DROP INDEX pickup_one_code_an_order",
        "DROP INDEX pickup_short_code_at_location",
        "INSERT INTO pickup_pickupcode (order_id, location_id, nonce, token_digest,"
        " short_digest, sealed, qr, issued_at, expires_at) SELECT order_id, location_id, nonce,"
        " 'x', 'x', '', '', now(), now() FROM pickup_pickupcode",
    ],
    "what is collected was handed over, and nothing else": [
        "UPDATE pickup_pickupcode SET used_at = now()",
    ],
    "a promo code counts the orders that hold a use of it": [
        "UPDATE voucher_voucher SET num_orders = num_orders + 1",
    ],
    "no shopper holds more uses of a promo code than one may": [
        "UPDATE voucher_voucher SET max_uses_per_user = 1",
        "UPDATE voucher_voucherapplication SET user_id = (SELECT id FROM customer_user)",
    ],
    "no address holds more uses of a promo code than one may": [
        "UPDATE voucher_voucher SET max_uses_per_contact = 1",
    ],
    "a promo code's use is held, or was given back by an order that is not paid": [
        "UPDATE voucher_voucherapplication " + USE.format("now()", PAID),
    ],
    "a promo code's use is given back by an order that ends unpaid": [
        "UPDATE voucher_voucherapplication " + USE.format("NULL", CANCELLED),
    ],
    "what a line gave back is what its refunds say, and their money is its share": [
        "UPDATE order_line SET returned = returned + 1",
    ],
    "a refund is at least what the goods that it is for were sold for": [
        REFUND.format("pending"),
        "INSERT INTO payment_refundline (refund_id, line_id, steps, amount, restock)"
        " SELECT refund.id, line.id, 1, 2, true FROM payment_refund refund, order_line line"
        f" WHERE line.order_id = {PAID}",
    ],
    "what was sent was received, differs with a reason, is in transit or went back": [
        "UPDATE inventory_transferline SET received = sent",
    ],
    "a transfer's movements are what left the sender and what the receiver got": [
        "UPDATE inventory_transferline SET sent = sent + 1",
    ],
    "a closed stocktake booked its differences, an open one nothing": [
        "UPDATE inventory_count SET in_stock_then = 1, counted = 2",
        "UPDATE inventory_stocktake SET closed_at = now()",
    ],
    "a record that was stocked has an open low stock alert if and only if it is low": [
        "UPDATE partner_stockrecord SET low_stock_threshold = 1000",
    ],
    "invoice numbers of a location and year have no gap": [
        "UPDATE invoices_lastnumber SET serial = serial + 1",
    ],
    "an order that was paid has its invoice, of its total": [
        "DELETE FROM invoices_invoice",
        "DELETE FROM tasks_outboxmessage",
    ],
    "what went back of an invoice has its credit note": [REFUND.format("succeeded")],
    "a credit note is for money that went, or is owed still": [
        REFUND.format("failed"),
        "INSERT INTO invoices_creditnote (location_id, year, serial, number, issued_on, total,"
        " currency, content, created_at, invoice_id, refund_id) SELECT invoice.location_id, 2026,"
        " 1, 'C1', now(), 1, 'EUR', '{}', now(), invoice.id, refund.id"
        " FROM invoices_invoice invoice, payment_refund refund",
    ],
    "an invoice's and a credit note's VAT adds up to its total": [
        "UPDATE invoices_invoice SET total = total + 1",
    ],
}
SAFE = [invariant.rule for invariant in INVARIANTS if invariant.correction]


def write(statements):
    """Write past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def orders():
    """An order that waits for its payment, one that is paid, and one cancelled before it was."""
    make_user()
    location, tea = make_location(), make_product()
    record = offer(tea, location, in_stock=20)
    make_code("TEN")
    placed = []
    for _order in range(3):
        basket = make_basket(location, (tea, 2))
        add_code(basket, "TEN")
        placed.append(place_order(basket, CONTACT, GOOD_CARD))
    settlement.collect(placed[1].payments.get())
    lifecycle.cancel(placed[2], ending=Ending.BY_SHOPPER)
    issue_invoice(placed[1])
    elsewhere = make_location()
    offer(tea, elsewhere, in_stock=0)
    transfers.send(location, elsewhere, [(record.pk, 1)])
    stocktakes.begin(location)
    assert_invariants()
    return placed


def drifts_of(rule):
    [invariant] = [invariant for invariant in INVARIANTS if invariant.rule == rule]
    return invariant.breaches()


def test_every_rule_is_broken_here_and_says_what_to_do():
    assert set(BREAKS) == {invariant.rule for invariant in INVARIANTS}
    assert all(bool(i.correction) != bool(i.advice) for i in INVARIANTS)


@contextmanager
def undone():
    """What happens in here never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_broken_rule_is_found_named_and_put_right_where_that_is_safe(orders, subtests):
    for rule, statements in BREAKS.items():
        with subtests.test(rule), undone():
            write(statements)
            drifts = drifts_of(rule)
            assert rule in broken_invariants()
            assert all(str(drift) for drift in drifts)
            outcomes = {reconcile.put_right(drift) for drift in drifts}
            assert outcomes == {Outcome.CORRECTED if rule in SAFE else Outcome.NEEDS_A_PERSON}
            assert drifts_of(rule) == ([] if rule in SAFE else drifts)


@pytest.mark.django_db
def test_a_drift_that_is_gone_once_it_is_locked_is_left_alone(orders):
    rule = "in stock is the sum of its movements"
    write(BREAKS[rule])
    [drift] = drifts_of(rule)
    write(["UPDATE partner_stockrecord SET num_in_stock = num_in_stock - 1 WHERE num_in_stock > 0"])
    assert reconcile.put_right(drift) == Outcome.GONE


@pytest.mark.django_db
def test_what_orders_hold_is_booked_and_no_ledger_is_edited(orders):
    before = list(Movement.objects.order_by("pk").values())
    rule = "reserved is what orders hold that are not handed over, sent or ended"
    write(BREAKS[rule])
    reconcile.put_right(drifts_of(rule)[0])
    after = list(Movement.objects.order_by("pk").values())
    assert after[: len(before)] == before
    assert (after[-1]["kind"], after[-1]["reserved_change"]) == ("released", -1)
    assert "Reconciled" in after[-1]["reason"]
    assert_invariants()


@pytest.mark.django_db
def test_money_that_stayed_for_a_cancelled_order_goes_back(orders):
    write([SUCCEED.format(CANCELLED)])
    [drift] = drifts_of("no money stays for an order that waits or was cancelled")
    assert reconcile.put_right(drift) == Outcome.CORRECTED
    assert Refund.objects.get().amount == Decimal("4.50")


@pytest.mark.django_db
def test_money_that_came_makes_its_order_paid(orders):
    write([SUCCEED.format(PENDING)])
    [drift] = drifts_of("no money stays for an order that waits or was cancelled")
    assert reconcile.put_right(drift) == Outcome.CORRECTED
    assert Order.objects.get(pk=orders[0].pk).status == Status.PAID


@pytest.mark.django_db
def test_a_correction_that_the_database_refuses_is_left_to_a_person(orders):
    write(["UPDATE voucher_voucher SET num_orders = 1, max_uses = 1"])
    [drift] = drifts_of("a promo code counts the orders that hold a use of it")
    assert reconcile.put_right(drift) == Outcome.NEEDS_A_PERSON
    assert Voucher.objects.get().num_orders == 1


def run(*options):
    output = StringIO()
    call_command("reconcile", *options, stdout=output)
    return output.getvalue()


@on_committed_rows
def test_a_shop_where_every_rule_holds_says_so(orders):
    assert "Every rule holds" in run()
    assert ReconcileRun.objects.get().drifts == 0


@on_committed_rows
def test_without_fix_a_drift_is_told_with_a_proposal_and_nothing_changes(orders, caplog):
    heard = []
    drift_found.connect(lambda run, **kwargs: heard.append(run), weak=False, dispatch_uid="test")
    write(BREAKS["in stock is the sum of its movements"])
    before = list(StockRecord.objects.order_by("pk").values())
    with caplog.at_level(logging.ERROR), pytest.raises(CommandError, match="1 rows break a rule"):
        run()
    drift_found.disconnect(dispatch_uid="test")
    assert list(StockRecord.objects.order_by("pk").values()) == before
    assert "in stock is the sum of its movements does not hold for 1 rows" in caplog.text
    assert heard == [ReconcileRun.objects.get()]
    assert heard[0].rules == {"in stock is the sum of its movements": 1}


@on_committed_rows
def test_with_fix_what_is_safe_is_put_right_and_the_rest_still_fails(orders):
    write(BREAKS["in stock is the sum of its movements"])
    assert "Every rule holds" in run("--fix")
    write(BREAKS["an order's row names nobody"])
    with pytest.raises(CommandError, match="3 rows"):
        run("--fix")
    assert list(ReconcileRun.objects.values_list("drifts", "corrected")) == [(3, 0), (1, 1)]
    write(["UPDATE order_order SET guest_email = ''"])
    assert_invariants()


@on_committed_rows
def test_at_night_what_is_found_is_written_down_and_nothing_is_corrected(orders):
    write(BREAKS["in stock is the sum of its movements"])
    assert periodic.look_whether_every_rule_holds() == 1
    assert ReconcileRun.objects.get().corrected == 0
    assert drifts_of("in stock is the sum of its movements")
    write(["UPDATE partner_stockrecord SET num_in_stock = num_in_stock - 1 WHERE num_in_stock > 0"])
