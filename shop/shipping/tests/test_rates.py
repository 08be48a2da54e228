from decimal import Decimal

import pytest

from shop.basket.models import Basket
from shop.catalogue.units import Unit
from shop.locations.models import Location
from shop.shipping.models import DeliveryRate
from shop.shipping.rates import (
    CountryNotServed,
    DoesNotDeliver,
    Method,
    NoSuchMethod,
    NothingToDeliver,
    TooHeavy,
    WeightUnknown,
    countries_served,
    method_for,
    quote,
)
from shop.testing.factories import deliver_from, make_basket, make_location, make_product, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_location(name="Magpie Here")


@pytest.fixture
def honey(here):
    honey = make_product(title="Honey", weight_grams=700)
    offer(honey, here, in_stock=50)
    return honey


def standard(price):
    return Method("standard", "Standard", Decimal(price), "EUR")


def by_weight(here, **prices):
    for grams, price in prices.items():
        deliver_from(here, price, up_to_grams=int(grams.removeprefix("g")))


@pytest.mark.parametrize(("jars", "price"), [(1, "3.90"), (2, "5.90"), (3, "5.90")])
def test_what_it_weighs_decides(here, honey, jars, price):
    by_weight(here, g2100="5.90", g1000="3.90")
    assert quote(make_basket(here, (honey, jars)), "PT") == [standard(price)]


def test_what_is_too_heavy_is_refused_with_the_limit(here, honey):
    by_weight(here, g1000="3.90", g2500="5.90")
    with pytest.raises(TooHeavy, match="at most 2.5 kg"):
        quote(make_basket(here, (honey, 4)), "PT")


def test_a_flat_rate_takes_what_no_band_does(here, honey):
    by_weight(here, g1000="3.90")
    deliver_from(here, "9.00")
    assert quote(make_basket(here, (honey, 1)), "PT") == [standard("3.90")]
    assert quote(make_basket(here, (honey, 20)), "PT") == [standard("9.00")]


def test_the_cheapest_way_comes_first(here, honey):
    deliver_from(here, "9.00", name="Express")
    deliver_from(here, "4.00")
    basket = make_basket(here, (honey, 1))
    assert [method.code for method in quote(basket, "PT")] == ["standard", "express"]
    assert method_for(basket, "PT", "express").price == Decimal("9.00")
    with pytest.raises(NoSuchMethod):
        method_for(basket, "PT", "pigeon")


def test_what_is_sold_by_the_kilogram_weighs_what_it_says(here):
    apples = make_product(unit=Unit.KILOGRAM, step=Decimal("0.250"))
    offer(apples, here, in_stock=50)
    by_weight(here, g750="3.90", g5000="6.00")
    assert quote(make_basket(here, (apples, 3)), "PT") == [standard("3.90")]
    assert quote(make_basket(here, (apples, 4)), "PT") == [standard("6.00")]


def test_what_nobody_weighed_goes_at_a_flat_rate_only(here, honey):
    vase = make_product(title="Vase")
    offer(vase, here)
    by_weight(here, g5000="3.90")
    with pytest.raises(WeightUnknown, match="only hand it over: Vase."):
        quote(make_basket(here, (honey, 1), (vase, 1)), "PT")
    deliver_from(here, "12.00")
    assert quote(make_basket(here, (honey, 1), (vase, 1)), "PT") == [standard("12.00")]


def test_who_does_not_deliver_says_so(here, honey):
    basket = make_basket(here, (honey, 1))
    with pytest.raises(DoesNotDeliver, match="Magpie Here does not deliver."):
        quote(basket, "PT")
    deliver_from(make_location())
    deliver_from(here)
    basket.location.delivers = True
    with pytest.raises(CountryNotServed, match="Magpie Here does not deliver to Spain."):
        quote(basket, "ES")


def test_nothing_is_sent_of_an_empty_basket(here, honey):
    deliver_from(here)
    with pytest.raises(NothingToDeliver):
        quote(Basket(location=here), "PT")


def as_it_is(location):
    """Anew, as each request reads it: its rates are read once for the location at hand."""
    return Location.objects.get(pk=location.pk)


def test_the_countries_served_are_a_locations_own(here):
    assert countries_served(as_it_is(here)) == []
    for country in ("PT", "ES", "AT"):
        deliver_from(here, country=country)
    deliver_from(here, country="ES", name="Express")
    deliver_from(make_location(), country="SE")
    assert countries_served(as_it_is(here)) == [
        ("AT", "Austria"),
        ("PT", "Portugal"),
        ("ES", "Spain"),
    ]
    DeliveryRate.objects.all().delete()
    assert countries_served(as_it_is(here)) == []


@pytest.mark.parametrize("size", [1, 8])
def test_a_quote_asks_once_however_much_there_is(here, size, django_assert_num_queries):
    goods = [(make_product(weight_grams=10), 1) for _ in range(size)]
    for product, _steps in goods:
        offer(product, here)
    deliver_from(here)
    basket = make_basket(here, *goods)
    basket.all_lines()[0]
    with django_assert_num_queries(1):
        quote(basket, "PT")
