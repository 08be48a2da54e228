from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from shop.basket.contents import move_to
from shop.basket.discounts import add_code, apply_discounts
from shop.checkout.place_order import place_order
from shop.offer.promo import spread
from shop.order.models import Order, OrderDiscount
from shop.testing.factories import CONTACT, GOOD_CARD, make_basket, make_location, make_product
from shop.testing.factories import offer as offer_at
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, right_before
from shop.voucher import making, promo_codes
from shop.voucher.making import Kind, Terms, make_promo_code, terms_of
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import PromoCodeRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    """Two apples' worth of quarters at 3.99 a kilogram, and one jar at 7.35."""
    location = make_location()
    apples = make_product(unit="kg", step=Decimal("0.25"))
    jar = make_product()
    offer_at(apples, location, price="3.99")
    offer_at(jar, location, price="7.35")
    return location, (apples, 3), (jar, 1)


def promo_code(kind, value, **values):
    now = timezone.now()
    dates = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1)}
    return make_promo_code("magpie", "A gift", kind, Decimal(value), **dates | values)


def ordered_with(code, goods):
    basket = make_basket(*goods)
    add_code(basket, code)
    return place_order(basket, CONTACT, GOOD_CARD)


def check_sums(order):
    assert order.total_incl_tax == order.subtotal - order.discount_total
    [discount] = OrderDiscount.objects.filter(order=order)
    assert discount.amount == order.discount_total
    assert discount.voucher_code == "MAGPIE"


def test_percent_off(goods):
    promo_code("percent", "10")
    order = ordered_with("magpie", goods)
    # 0.75 kg of apples are 2.99; with the jar 10.34, and a tenth of that is 1.03.
    assert order.total_incl_tax == Decimal("9.31")
    check_sums(order)


def test_an_amount_off(goods):
    promo_code("fixed", "5")
    order = ordered_with("MAGPIE", goods)
    assert order.total_incl_tax == Decimal("5.34")
    check_sums(order)


def test_an_amount_off_is_never_more_than_the_order(goods):
    promo_code("fixed", "50")
    assert ordered_with("MAGPIE", goods).total_incl_tax == 0


def test_a_minimum_that_is_not_reached(goods):
    promo_code("fixed", "5", min_total=Decimal("10.35"))
    with pytest.raises(PromoCodeRefused, match="is for orders of €10.35 or more"):
        ordered_with("MAGPIE", goods)


def test_a_minimum_that_is_just_reached(goods):
    promo_code("fixed", "5", min_total=Decimal("10.34"))
    assert ordered_with("MAGPIE", goods).total_incl_tax == Decimal("5.34")


def test_the_last_use_is_the_last(goods):
    promo_code("percent", "10", max_uses=1)
    ordered_with("MAGPIE", goods)
    with pytest.raises(PromoCodeRefused, match="used up"):
        ordered_with("MAGPIE", goods)


@on_committed_rows
def test_a_code_that_is_switched_off_while_it_is_ordered_with_gives_nothing(goods):
    promo_code("percent", "10")
    switch_off = partial(promo_codes.switch_off, Voucher.objects.all())
    switched_off = right_before("shop.checkout.snapshot.write_order", switch_off)
    with switched_off, pytest.raises(PromoCodeRefused, match="cannot be used now"):
        ordered_with("MAGPIE", goods)
    assert not Order.objects.exists()
    assert_invariants()


def test_changing_a_code_changes_what_it_gives_and_keeps_its_uses(goods):
    voucher = promo_code("percent", "10")
    ordered_with("MAGPIE", goods)
    voucher.name = "A greater gift"
    making.write(voucher, Terms(Kind.FIXED, Decimal(2), Decimal(5)))
    voucher = Voucher.objects.get()
    assert (voucher.name, voucher.num_orders) == ("A greater gift", 1)
    assert terms_of(voucher) == Terms(Kind.FIXED, Decimal(2), Decimal(5))
    assert voucher.offers.get().name == "A greater gift"


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (Terms(Kind.PERCENT, Decimal("12.50")), "12.50 % off any order"),
        (Terms(Kind.FIXED, Decimal(5), Decimal(30)), "5 off orders of 30 or more"),
    ],
)
def test_terms_in_words(terms, sentence):
    assert str(terms) == sentence


@pytest.mark.parametrize("amount", ["0.01", "1.00", "9.99", "10.33", "10.34"])
def test_a_discount_is_spread_to_the_cent(amount):
    prices = [Decimal("0.01"), Decimal("2.99"), Decimal("0.02"), Decimal("7.32")]
    shares = spread(Decimal(amount), prices)
    assert sum(shares) == Decimal(amount)
    assert all(0 <= share <= price for share, price in zip(shares, prices, strict=True))


def test_a_discount_asks_no_more_of_the_database_for_more_lines(django_assert_max_num_queries):
    promo_code("percent", "10", min_total=Decimal(1))
    location = make_location()
    asked = []
    for size in (1, 12):
        products = [make_product() for _ in range(size)]
        for product in products:
            offer_at(product, location)
        basket = make_basket(location, *((product, 1) for product in products))
        basket.vouchers.add(Voucher.objects.get())
        with django_assert_max_num_queries(100) as counted:
            apply_discounts(basket)
        asked.append(len(counted))
    assert asked[0] == asked[1]


def test_an_amount_in_another_currency_is_refused(goods):
    promo_code("fixed", "5", currency="GBP")
    with pytest.raises(PromoCodeRefused, match="is for orders in GBP"):
        add_code(make_basket(*goods), "magpie")


def test_a_code_stays_behind_when_its_basket_moves_to_another_currency(goods):
    promo_code("fixed", "1", currency="EUR")
    basket = make_basket(*goods)
    add_code(basket, "magpie")
    elsewhere = make_location(currency="GBP")
    for product, _steps in goods[1:]:
        offer_at(product, elsewhere, price="5.00")

    move_to(basket, elsewhere)
    [refusal] = apply_discounts(basket)

    assert str(refusal) == "The promo code MAGPIE is for orders in EUR."
    assert basket.total_discount == 0


def test_nothing_off_goods_that_cost_nothing():
    assert spread(Decimal(0), [Decimal("0.00"), Decimal("0.00")]) == [0, 0]
