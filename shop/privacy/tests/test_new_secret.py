"""The shop's secret changes while the shop runs; what hung on the old one is found all along."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.basket.discounts import add_code
from shop.checkout.place_order import place_order
from shop.contacts.models import Contact
from shop.customer.personal_data import Person
from shop.inventory import back_in_stock
from shop.inventory.models import StockRequest
from shop.pickup import codes, counter, qr
from shop.privacy.orders import orders_of
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work
from shop.voucher.making import make_promo_code
from shop.voucher.promo_codes import PromoCodeUsedByContact

pytestmark = pytest.mark.django_db

OLD, NEW = "the old secret, long enough for anybody", "the new secret, long enough for anybody"


@pytest.fixture(autouse=True)
def old_secret(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []


@pytest.fixture
def here():
    return make_location()


@pytest.fixture
def tea(here):
    product = make_product()
    offer(product, here, in_stock=100)
    return product


@pytest.fixture
def once():
    """A promo code for once with one email address."""
    day = timedelta(days=1)
    dates = {"starts_at": timezone.now() - day, "ends_at": timezone.now() + day}
    make_promo_code("ONCE", "Once", "fixed", Decimal(1), max_uses_per_contact=1, **dates)


def new_secret(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


def rotated(settings):
    new_secret(settings)
    out = StringIO()
    call_command("rotate_contact_keys", stdout=out)
    settings.SECRET_KEY_FALLBACKS = []
    return out.getvalue()


change_the_secret = pytest.mark.parametrize("change", [new_secret, rotated])


def order_with(code, here, tea):
    basket = make_basket(here, (tea, 1))
    add_code(basket, code)
    return place_order(basket, CONTACT, GOOD_CARD)


@change_the_secret
def test_a_pickup_code_that_was_given_out_stays_good(change, settings, here, tea):
    order, keeper = make_order(here, (tea, 1)), make_user("Owner")
    do_all_work()
    order.refresh_from_db()
    code = order.pickup_codes.get()
    token, short, picture = codes.token_of(code), codes.short_of(code), qr.address_of(code)

    change(settings)

    code.refresh_from_db()
    assert (codes.token_of(code), codes.short_of(code)) == (token, short)
    assert qr.address_of(code) == picture
    assert codes.by_token(token) == code
    assert codes.by_short_code(short, [here.pk]) == code
    with pytest.raises(counter.NotToBeCollected):
        counter.find(short, actor=keeper)
    assert_invariants()


def test_a_copy_of_the_table_opens_no_door_after_a_rotation_either(settings, here, tea):
    order = make_order(here, (tea, 1))
    do_all_work()
    code = order.pickup_codes.get()
    token, short = codes.token_of(code), codes.short_of(code)
    rotated(settings)
    [row] = type(code).objects.extra(select={"as_written": "sealed"}).values_list("as_written")
    assert row[0]
    assert token not in row[0]
    assert short not in row[0]


def test_a_code_whose_secret_was_dropped_too_early_is_said_to_be_lost(settings, here, tea, caplog):
    order = make_order(here, (tea, 1))
    do_all_work()
    code = order.pickup_codes.get()
    settings.SECRET_KEY = NEW
    assert codes.by_token(codes.token_of(code)) is None
    assert "issue a new one" in caplog.text
    assert not codes.keep(code)


@change_the_secret
def test_what_was_ordered_with_an_address_is_found(change, settings, here, tea):
    order = make_order(here, (tea, 1))
    change(settings)
    assert Contact.objects.with_email(CONTACT.email.upper()).get().order == order
    assert list(orders_of(Person(make_user(), (CONTACT.email,)))) == [order]


@change_the_secret
def test_a_promo_code_for_once_is_used_once(change, settings, here, tea, once):
    order_with("ONCE", here, tea)
    change(settings)
    with pytest.raises(PromoCodeUsedByContact):
        order_with("ONCE", here, tea)


@change_the_secret
def test_who_waits_for_goods_waits_once(change, settings, here):
    record = offer(make_product(), here, in_stock=0)
    asked = back_in_stock.ask(record.product, here, email="ada@quist.example")
    change(settings)
    assert back_in_stock.ask(record.product, here, email="Ada@quist.example") == asked
    other = offer(make_product(), here, in_stock=0)
    back_in_stock.ask(other.product, here, email="ada@quist.example")
    asked.refresh_from_db()
    back_in_stock.withdraw(back_in_stock.withdrawal_token(asked))
    assert not StockRequest.objects.exists()


def test_a_mailbox_that_waits_twice_waits_once_afterwards(settings, here):
    record = offer(make_product(), here, in_stock=0)
    for secret in (OLD, NEW):
        settings.SECRET_KEY = secret
        back_in_stock.ask(record.product, here, email="ada@quist.example")
    assert StockRequest.objects.count() == 2
    rotated(settings)
    assert StockRequest.objects.count() == 1


def test_the_command_says_what_it_did_and_does_it_once(settings, here, tea, once):
    order_with("ONCE", here, tea)
    do_all_work()
    said = rotated(settings)
    for line in ("contacts: 1 found", "uses of promo codes: 1 found", "pickup codes: 1 found"):
        assert line in said
    settings.SECRET_KEY_FALLBACKS = [OLD]
    out = StringIO()
    call_command("rotate_contact_keys", stdout=out)
    assert "contacts: 0 found" in out.getvalue()
    assert "pickup codes: 0 found" in out.getvalue()
