"""A shop filled for benchmarks is a shop: its rules hold, and it is always the same."""

import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from shop.inventory.models import LowStockAlert, Movement
from shop.locations.models import Location
from shop.order.models import Order, Status
from shop.partner.models import StockRecord
from shop.payment.models import Payment
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Three of different money and clocks, and one that is closed."""
    make_location(name="Porto")
    make_location(name="Leeds", country="GB", currency="GBP", timezone="Europe/London")
    make_location(name="Oslo", country="NO", currency="NOK", timezone="Europe/Oslo")
    make_location(name="Closed", is_active=False)


def fill(**values):
    call_command("fill_for_bench", verbosity=0, **{"orders": 300, "products": 20} | values)


def of_everything():
    """A digest of what was filled, less the moments, which go with the clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, status, total_incl_tax, currency, location_name FROM order_order"
            " ORDER BY number"
        )
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


def test_the_rules_hold_on_it(places):
    fill()
    assert_invariants()
    assert Order.objects.count() == Payment.objects.count() == 300
    assert {Status.PENDING, Status.PAID, Status.READY, Status.CANCELLED, Status.COMPLETED} == set(
        Order.objects.values_list("status", flat=True)
    )
    assert StockRecord.objects.count() == 60
    assert Movement.objects.filter(kind="handed_over").exists()
    assert LowStockAlert.objects.open().exists()


def test_batches_go_on_where_the_one_before_ended(places, monkeypatch):
    monkeypatch.setattr("shop.demo.masses.filling.ORDERS_A_BATCH", 64)
    monkeypatch.setattr("shop.demo.masses.filling.PRODUCTS_A_BATCH", 7)
    fill(orders=200)
    assert_invariants()
    assert Order.objects.count() == 200


def test_one_can_go_on_selling_in_it(places):
    fill()
    record = StockRecord.objects.filter(num_in_stock__gt=9).select_related("product").first()
    make_order(Location.objects.get(pk=record.partner_id), (record.product, 1))
    assert Order.objects.count() == 301
    assert_invariants()


def test_it_is_filled_once_beside_what_is_there(places):
    from_before = offer(make_product(), make_location(name="Abbey"))
    fill(orders=50)
    from_before.refresh_from_db()
    assert from_before.num_in_stock == 10
    with pytest.raises(CommandError, match="filled already"):
        fill()


def test_an_empty_shop_opens_the_demos_locations():
    fill(orders=10, products=2)
    assert Order.objects.count() == 10
    assert_invariants()


def test_the_same_seed_fills_the_same_shop(places):
    digests = []
    for seed in (1, 1, 2):
        savepoint = transaction.savepoint()
        fill(orders=60, seed=seed)
        digests.append(of_everything())
        transaction.savepoint_rollback(savepoint)
    assert digests[0] == digests[1] != digests[2]
