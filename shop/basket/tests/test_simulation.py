"""What a code would do is what it does: tried beside a real basket, and nothing is written."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.basket.contents import NotOfferedHere
from shop.basket.discounts import add_code, applied_codes, apply_discounts
from shop.basket.models import Basket
from shop.basket.simulation import imagine, try_each, try_together
from shop.testing.factories import (
    make_basket,
    make_category,
    make_code,
    make_location,
    make_product,
    offer,
)
from shop.voucher import promo_codes
from shop.voucher.models import Voucher

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_location(name="Magpie Here")


@pytest.fixture
def fruit():
    return make_category("Fruit")


@pytest.fixture
def goods(here, fruit):
    """Two apples at 3.33 and a cheese at 8.00."""
    apples, cheese = make_product(), make_product()
    apples.categories.add(fruit)
    offer(apples, here, price="3.33")
    offer(cheese, here, price="8.00")
    return [(apples, 2), (cheese, 1)]


@pytest.fixture
def codes(fruit):
    """Codes of every kind, in the order in which a shopper types them."""
    elsewhere = make_location(name="Magpie Elsewhere")
    kept = {"combinable": True}
    return [
        make_code("FRUIT", 15, categories=(fruit,), **kept),
        make_code("ALL", 10, **kept),
        make_code("ALONE", 50),
        make_code("MUCH", 10, min_total=Decimal(100), **kept),
        make_code("THERE", 10, locations=(elsewhere,), **kept),
        make_code("POUNDS", 10, currency="GBP", **kept),
        make_code("LATE", 10, ends_at=timezone.now() - timedelta(hours=1), **kept),
    ]


def outcomes(trials):
    return {trial.voucher.code: trial.takes_off or trial.refusal for trial in trials}


def test_each_code_by_itself(here, goods, codes):
    assert outcomes(try_each(codes, imagine(here, goods))) == {
        "FRUIT": Decimal("1.00"),
        "ALL": Decimal("1.47"),
        "ALONE": Decimal("7.33"),
        "MUCH": "The promo code MUCH is for orders of €100.00 or more.",
        "THERE": "The promo code THERE is for orders at Magpie Elsewhere.",
        "POUNDS": "The promo code POUNDS is for orders in GBP.",
        "LATE": "The promo code LATE has expired.",
    }


def test_together_they_do_what_they_do_on_a_real_basket(here, goods, codes):
    basket = make_basket(here, *goods)
    basket.vouchers.add(*codes)
    refusals = {refusal.code: str(refusal) for refusal in apply_discounts(basket)}
    given = {d["voucher"].code: d["discount"] for d in basket.offer_applications.voucher_discounts}
    assert {code.code for code in applied_codes(basket)} == {"FRUIT", "ALL"}
    assert outcomes(try_together(codes, imagine(here, goods))) == given | refusals


def test_nothing_is_written(here, goods, codes):
    with CaptureQueriesContext(connection) as queries:
        try_together(codes, imagine(here, goods))
        try_each(codes, imagine(here, goods))
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert not Basket.objects.exists()


def test_as_many_queries_for_many_codes_and_goods_as_for_one(here, goods, codes):
    def queries(goods, codes):
        with CaptureQueriesContext(connection) as queries:
            try_each(codes, imagine(here, goods))
        return len(queries)

    assert queries(goods[:1], codes[:1]) == queries(goods, codes) == 2


def test_what_a_location_does_not_offer_is_said(here):
    with pytest.raises(NotOfferedHere, match="does not offer"):
        imagine(here, [(make_product(), 1)])


@pytest.mark.parametrize("limit", ["max_uses_per_user", "max_uses_per_contact"])
def test_somebody_who_has_used_a_code_before(here, goods, limit):
    code = make_code("ONCE", **{limit: 1})
    [first] = try_each([code], imagine(here, goods))
    [again] = try_each([code], imagine(here, goods), times_used=1)
    assert first.takes_off
    assert "has been used" in again.refusal or "have used" in again.refusal


def test_another_day(here, goods):
    code = make_code("SOON", starts_at=timezone.now() + timedelta(hours=1))
    [today] = try_each([code], imagine(here, goods))
    [tomorrow] = try_each([code], imagine(here, goods), now=timezone.now() + timedelta(hours=2))
    assert (today.takes_off, bool(tomorrow.takes_off)) == (0, True)


def test_a_code_that_is_off_is_refused_where_it_is_tried_and_where_it_is_typed(here, goods):
    code = make_code("OFF")
    assert promo_codes.switch_off(Voucher.objects.filter(pk=code.pk)) == 1
    [trial] = try_each([code], imagine(here, goods))
    assert trial.refusal == "The promo code OFF cannot be used now."
    basket = make_basket(here, (goods[0][0], 1))
    with pytest.raises(promo_codes.PromoCodeSwitchedOff):
        add_code(basket, "off")
    assert promo_codes.switch_on(Voucher.objects.filter(pk=code.pk)) == 1
    add_code(basket, "off")
