"""Ordering what is to be sent: what it adds to the sum, and where the address goes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection

from shop.checkout.fulfilment import AddressMissing, Delivery
from shop.checkout.place_order import BasketChanged, place_order
from shop.contacts.models import Contact
from shop.order.models import Fulfilment, Order
from shop.payment.models import Payment
from shop.shipping.rates import CannotDeliver, CountryNotServed, DoesNotDeliver, NoSuchMethod
from shop.testing.factories import (
    ADDRESS,
    AT_HOME,
    CONTACT,
    GOOD_CARD,
    deliver_from,
    make_basket,
    make_delivery,
    make_location,
    make_order,
    make_product,
    offer,
)
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def tea(here):
    tea = make_product()
    offer(tea, here, price="4.20")
    return tea


def test_the_total_is_the_goods_and_the_way(here, tea):
    deliver_from(here, "4.90")
    order = make_delivery(here, (tea, 2), agreed_total=Decimal("13.30"))
    order.refresh_from_db()
    assert order.fulfilment == Fulfilment.DELIVERY
    assert (order.total_incl_tax, order.shipping_incl_tax) == (Decimal("13.30"), Decimal("4.90"))
    assert (order.total_excl_tax, order.shipping_excl_tax) == (Decimal("10.81"), Decimal("3.98"))
    assert (order.shipping_code, order.shipping_method) == ("standard", "Standard")
    assert order.delivery_country == "PT"
    assert Payment.objects.get().amount == Decimal("13.30")
    assert_invariants()


def test_the_address_is_the_contacts_and_encrypted(here, tea):
    deliver_from(here)
    order = make_delivery(here, (tea, 1))
    assert Contact.objects.get().postal_address == ADDRESS
    with connection.cursor() as cursor:
        for table in ("order_order", "contacts_contact", "tasks_outboxmessage"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            rows = " ".join(row[0] for row in cursor.fetchall())
            assert ADDRESS.line1 not in rows
            assert ADDRESS.postcode not in rows
    assert order.location_address not in repr(AT_HOME)
    assert ADDRESS.line1 not in repr(AT_HOME)


def test_a_rate_that_changed_meanwhile_asks_again(here, tea):
    rate = deliver_from(here, "4.90")
    rate.price = Decimal("5.90")
    rate.save()
    with pytest.raises(BasketChanged):
        make_delivery(here, (tea, 1), agreed_total=Decimal("9.10"))
    assert not Order.objects.exists()


def test_what_cannot_be_sent_is_not_ordered(here, tea):
    away = replace(CONTACT, address=replace(ADDRESS, country="ES"))
    for contact, code, refusal in (
        (AT_HOME, "standard", DoesNotDeliver),
        (CONTACT, "standard", AddressMissing),
        (away, "standard", CountryNotServed),
        (AT_HOME, "pigeon", NoSuchMethod),
    ):
        with pytest.raises(refusal) as refused:
            make_order(here, (tea, 1), contact=contact, fulfilment=Delivery(code))
        assert isinstance(refused.value, CannotDeliver)
        if refusal is DoesNotDeliver:
            deliver_from(here)
    assert not Order.objects.exists()


def test_submitted_twice_a_delivery_is_one_order(here, tea):
    deliver_from(here)
    basket = make_basket(here, (tea, 1))
    first, second = (
        place_order(basket, AT_HOME, GOOD_CARD, fulfilment=Delivery("standard")) for _ in range(2)
    )
    assert first == second
    assert Payment.objects.count() == 1


def test_collecting_costs_nothing_where_delivering_would(here, tea):
    deliver_from(here)
    order = make_order(here, (tea, 1))
    assert (order.total_incl_tax, order.shipping_incl_tax) == (Decimal("4.20"), Decimal(0))
    assert order.delivery_country == ""
