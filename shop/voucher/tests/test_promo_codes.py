from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.voucher import promo_codes
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import PromoCodeRefused, PromoCodeUsedUp


def make_code(code="SPRING", *, max_uses=None, starts=-1, ends=1):
    """A promo code, valid from so many days from now until so many."""
    now = timezone.now()
    return Voucher.objects.create(
        name=code,
        code=code,
        start_datetime=now + timedelta(days=starts),
        end_datetime=now + timedelta(days=ends),
        max_uses=max_uses,
    )


def uses(voucher):
    voucher.refresh_from_db()
    return voucher.num_orders


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["SPRING", "spring", " Spring "])
def test_a_code_is_found_as_it_is_typed(typed):
    voucher = make_code()
    assert promo_codes.find(typed) == voucher


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"starts": 1, "ends": 2}, "is not valid yet"),
        ({"starts": -2, "ends": -1}, "has expired"),
        ({"max_uses": 0}, "has been used up"),
    ],
)
def test_a_code_that_cannot_be_used_says_why(dates, sentence):
    make_code(**dates)
    with pytest.raises(PromoCodeRefused, match=f"SPRING {sentence}"):
        promo_codes.find("SPRING")


@pytest.mark.django_db
def test_an_unknown_code_is_refused():
    make_code()
    with pytest.raises(PromoCodeRefused, match="do not know the promo code AUTUMN"):
        promo_codes.find("autumn")


@pytest.mark.django_db
def test_a_code_is_claimed_as_often_as_it_may_be():
    voucher = make_code(max_uses=2)
    promo_codes.claim(voucher)
    promo_codes.claim(voucher)
    with pytest.raises(PromoCodeUsedUp):
        promo_codes.claim(voucher)
    assert uses(voucher) == 2


@pytest.mark.django_db
def test_a_code_without_a_limit_is_claimed_by_everybody():
    voucher = make_code()
    for _order in range(5):
        promo_codes.claim(voucher)
    assert uses(voucher) == 5


@pytest.mark.django_db
def test_the_database_refuses_a_use_too_many():
    voucher = make_code(max_uses=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).update(num_orders=F("num_orders") + 2)


def order_that_holds(voucher):
    location, product = make_location(), make_product()
    offer(product, location)
    order = make_order(location, (product, 1))
    order.voucherapplication_set.create(voucher=voucher)
    promo_codes.claim(voucher)
    return order


@pytest.mark.django_db
def test_a_use_is_given_back_once_and_can_be_claimed_again():
    voucher = make_code(max_uses=1)
    order = order_that_holds(voucher)
    promo_codes.give_back(order)
    promo_codes.give_back(order)
    assert uses(voucher) == 0
    promo_codes.claim(voucher)


@pytest.mark.django_db
def test_a_use_stays_counted_when_its_shopper_is_erased():
    voucher, shopper = make_code(max_uses=1), make_user()
    order = order_that_holds(voucher)
    order.voucherapplication_set.update(user=shopper)
    shopper.delete()
    assert order.voucherapplication_set.get().user is None
    assert_invariants()


@on_committed_rows
def test_the_last_use_goes_to_one_of_those_who_want_it():
    voucher = make_code(max_uses=3)
    promo_codes.claim(voucher)
    promo_codes.claim(voucher)
    outcomes = race(*[partial(promo_codes.claim, voucher)] * 6)
    assert outcomes.count(None) == 1
    assert [type(outcome) for outcome in outcomes if outcome] == [PromoCodeUsedUp] * 5
    assert uses(voucher) == 3


@on_committed_rows
def test_a_use_that_two_workers_give_back_at_once_is_given_back_once():
    voucher = make_code(max_uses=5)
    order_that_holds(voucher)
    order = order_that_holds(voucher)
    assert race(*[partial(promo_codes.give_back, order)] * 4) == [None] * 4
    assert uses(voucher) == 1
