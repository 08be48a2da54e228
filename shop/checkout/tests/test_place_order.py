from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.basket.contents import NotAQuantity, NotEnough, set_steps
from shop.basket.models import Basket
from shop.checkout.place_order import LinesRefused, PaymentChoice, TooMuchAtOnce, place_order
from shop.order.models import Order
from shop.payment.gateways import UnknownMethod, UnknownToken
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_product,
    offer,
)

pytestmark = pytest.mark.django_db


def test_nothing_is_ordered_at_a_location_that_has_closed_for_good():
    location, tea = make_location(), make_product(title="Tea")
    offer(tea, location)
    basket = make_basket(location, (tea, 1))
    location.is_active = False
    location.save()
    with pytest.raises(LinesRefused, match="Tea: No longer offered here."):
        place_order(Basket.objects.get(pk=basket.pk), CONTACT, GOOD_CARD)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("method", "token", "refusal"),
    [
        ("simulated", "", UnknownToken),
        ("simulated", "sim_unheard_of", UnknownToken),
        ("simulated", "pm_card_visa", UnknownToken),
        ("barter", "sim_ok", UnknownMethod),
        ("", "", UnknownMethod),
    ],
)
def test_a_way_of_paying_that_nobody_takes_is_refused_and_nothing_is_done(method, token, refusal):
    location, tea = make_location(), make_product()
    record = offer(tea, location)
    basket = make_basket(location, (tea, 1))
    with pytest.raises(refusal):
        place_order(basket, CONTACT, PaymentChoice(method, token))
    basket.refresh_from_db()
    record.refresh_from_db()
    assert (basket.status, record.num_allocated) == (Basket.OPEN, 0)
    assert not Order.objects.exists()


@pytest.mark.parametrize("steps", [0, -1, -(10**30)])
def test_no_or_less_than_no_goods_are_refused(steps):
    location, tea = make_location(), make_product(title="Tea")
    offer(tea, location)
    with pytest.raises(NotAQuantity, match="Choose at least 1 of Tea"):
        make_basket(location, (tea, steps))


@pytest.mark.parametrize("steps", [11, 10_001, 2**31, 10**30])
def test_more_goods_than_there_are_or_than_a_column_holds_are_refused(steps):
    location, tea = make_location(), make_product(title="Tea")
    offer(tea, location, in_stock=10)
    with pytest.raises(NotEnough, match="Only 10 of Tea are left here"):
        make_basket(location, (tea, steps))
    basket = make_basket(location, (tea, 1))
    with pytest.raises(NotEnough):
        set_steps(basket, basket.lines.get(), steps)


def test_a_total_that_no_column_holds_is_refused():
    location = make_location()
    goods = [make_product() for _product in range(2)]
    for product in goods:
        offer(product, location, "9999999999.00")
    basket = make_basket(location, *((product, 1) for product in goods))
    with pytest.raises(TooMuchAtOnce):
        place_order(basket, CONTACT, GOOD_CARD)
    assert not Order.objects.exists()


def queries_of_an_order_of(lines):
    location = make_location()
    goods = [make_product() for _line in range(lines)]
    for product in goods:
        offer(product, location)
    basket = make_basket(location, *((product, 1) for product in goods))
    with CaptureQueriesContext(connection) as queries:
        place_order(basket, CONTACT, GOOD_CARD)
    # A test's transaction has savepoints where a real one begins and commits.
    return [query for query in queries if "SAVEPOINT" not in query["sql"]]


def test_placing_an_order_costs_as_much_whatever_is_in_it():
    one, few, many = (len(queries_of_an_order_of(lines)) for lines in (1, 2, 10))
    # Several records are locked before they are booked.
    assert one + 1 == few == many <= 15


def test_goods_are_held_by_the_databases_clock(monkeypatch):
    location, tea = make_location(), make_product()
    offer(tea, location)
    basket, now = make_basket(location, (tea, 1)), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=10))
    order = place_order(basket, CONTACT, GOOD_CARD)
    assert abs(order.expires_at - now - timedelta(minutes=15)) < timedelta(minutes=2)


def test_who_an_order_is_for_is_not_printed_where_an_error_report_prints_its_locals():
    printed = repr(CONTACT) + repr(GOOD_CARD)
    for secret in (CONTACT.name, CONTACT.email, CONTACT.phone, GOOD_CARD.token):
        assert secret not in printed
