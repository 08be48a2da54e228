"""Which promo codes a basket uses, for which of its lines, and what it says of the others."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.basket import discounts
from shop.basket.discounts import add_code, applied_codes, apply_discounts, remove_code
from shop.basket.models import Basket
from shop.catalogue.models import ProductCategory
from shop.checkout.place_order import BasketChanged, place_order
from shop.order import lifecycle
from shop.order.models import Ending, Order, OrderDiscount
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_category,
    make_location,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.voucher import sets
from shop.voucher.making import make_promo_code
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import PromoCodeRefused, PromoCodeUsedByContact, TooManyWrongCodes
from shop.voucher.terms import Kind, Terms

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def dates():
    return {"starts_at": timezone.now() - DAY, "ends_at": timezone.now() + DAY}


def promo_code(code, kind="percent", value="10", **values):
    return make_promo_code(code, f"Gift {code}", kind, value, **dates() | values)


@pytest.fixture
def graca():
    return make_location(name="Magpie Graça")


@pytest.fixture
def fruit():
    return make_category("Fruit")


@pytest.fixture
def pears(graca, fruit):
    """Pears at 3.00, filed below fruit."""
    pears = make_product(title="Pears")
    ProductCategory.objects.create(product=pears, category=make_category("Pome", fruit))
    offer(pears, graca, price="3.00", in_stock=50)
    return pears


@pytest.fixture
def bread(graca):
    """Bread at 5.00, filed under nothing."""
    bread = make_product(title="Bread")
    offer(bread, graca, price="5.00", in_stock=50)
    return bread


@pytest.fixture
def basket(graca, pears, bread):
    """Pears for 6.00 and bread for 5.00."""
    return make_basket(graca, (pears, 2), (bread, 1))


def taken_off(basket):
    apply_discounts(basket)
    return {line.product.title: line.discount_value for line in basket.all_lines()}


class TestScope:
    def test_a_category_holds_what_lies_below_it(self, basket, fruit):
        promo_code("FRUIT", categories=(fruit,))
        add_code(basket, "FRUIT")
        assert taken_off(basket) == {"Pears": Decimal("0.60"), "Bread": 0}

    def test_what_lies_above_or_beside_a_category_is_not_in_it(self, basket, fruit):
        promo_code("CITRUS", categories=(make_category("Citrus", fruit),))
        with pytest.raises(PromoCodeRefused, match="Nothing in your basket fits the promo code"):
            add_code(basket, "CITRUS")
        assert not basket.vouchers.exists()

    def test_products_join_what_the_categories_hold(self, basket, fruit, bread):
        promo_code("BOTH", "fixed", "1.10", categories=(fruit,), products=(bread,))
        add_code(basket, "BOTH")
        assert taken_off(basket) == {"Pears": Decimal("0.60"), "Bread": Decimal("0.50")}

    def test_an_amount_is_never_more_than_the_fitting_lines(self, basket, bread):
        promo_code("BREAD", "fixed", "50", products=(bread,))
        add_code(basket, "BREAD")
        assert taken_off(basket) == {"Pears": 0, "Bread": Decimal("5.00")}

    def test_the_least_total_is_that_of_the_fitting_lines(self, basket, fruit, graca, pears):
        promo_code("FRUIT", categories=(fruit,), min_total=Decimal("6.01"))
        with pytest.raises(PromoCodeRefused, match="€6.01 or more of .*; you have €6.00 of them"):
            add_code(basket, "FRUIT")
        Voucher.objects.get().offers.get().condition.__class__.objects.update(value=6)
        add_code(basket, "FRUIT")

    def test_another_location_refuses_it(self, basket, graca):
        elsewhere = (make_location(name="Magpie Porto"), make_location(name="Magpie Faro"))
        promo_code("NORTH", locations=elsewhere)
        with pytest.raises(
            PromoCodeRefused, match="NORTH is for orders at Magpie Faro, Magpie Porto."
        ):
            add_code(basket, "NORTH")
        promo_code("HERE", locations=(*elsewhere, graca))
        add_code(basket, "HERE")
        assert basket.total_discount == Decimal("1.10")


class TestTogether:
    def test_percentages_come_first_then_amounts_each_from_what_is_left(self, basket):
        promo_code("AMOUNT", "fixed", "1", combinable=True)
        promo_code("HALF", value="50", combinable=True)
        promo_code("HALF2", value="50", combinable=True)
        for code in ("AMOUNT", "HALF2", "HALF"):
            add_code(basket, code)
        # 11.00, half of it 5.50, half of that 2.75, less 1.00.
        assert basket.total_incl_tax == Decimal("1.75")

    @pytest.mark.parametrize(("first", "second"), [(False, True), (True, False), (False, False)])
    def test_an_exclusive_code_is_never_used_beside_another(self, basket, first, second):
        promo_code("FIRST", combinable=first)
        promo_code("SECOND", value="90", combinable=second)
        add_code(basket, "FIRST")
        with pytest.raises(PromoCodeRefused, match="SECOND cannot be combined with FIRST, which"):
            add_code(basket, "SECOND")
        apply_discounts(basket)
        assert [voucher.code for voucher in applied_codes(basket)] == ["FIRST"]
        remove_code(basket, "FIRST")
        add_code(basket, "SECOND")

    def test_two_baskets_that_became_one_use_the_code_that_came_first(self, basket):
        first, second = promo_code("ZEBRA"), promo_code("APPLE", value="90")
        basket.vouchers.add(first)
        basket.vouchers.add(second)
        [refusal] = apply_discounts(basket)
        assert str(refusal).startswith("The promo code APPLE cannot be combined with ZEBRA")
        assert basket.total_discount == Decimal("1.10")

    def test_a_code_that_expired_keeps_no_other_out(self, basket):
        basket.vouchers.add(promo_code("OLD", starts_at=timezone.now() - 9 * DAY))
        Voucher.objects.update(end_datetime=timezone.now() - DAY)
        promo_code("NEW")
        add_code(basket, "NEW")
        assert [voucher.code for voucher in applied_codes(basket)] == ["NEW"]

    def test_an_order_takes_one_code_of_a_set(self, basket):
        terms = Terms(Kind.PERCENT, Decimal(10), combinable=True)
        printed = sets.make_set(sets.Print(name="Cards", count=2, **dates()), terms)
        one, two = printed.vouchers.order_by("pk")
        add_code(basket, one.code)
        with pytest.raises(PromoCodeRefused, match="cannot be combined"):
            add_code(basket, two.code)

    def test_nothing_is_left_to_take_off(self, basket):
        promo_code("ALL", value="100", combinable=True)
        promo_code("MORE", "fixed", "1", combinable=True)
        add_code(basket, "ALL")
        with pytest.raises(PromoCodeRefused, match="nothing left"):
            add_code(basket, "MORE")


def order(basket, contact=CONTACT, **values):
    return place_order(Basket.objects.get(pk=basket.pk), contact, GOOD_CARD, **values)


class TestOrdering:
    def test_each_code_is_written_down_and_counted(self, basket, fruit):
        promo_code("FRUIT", categories=(fruit,), combinable=True, max_uses=1)
        promo_code("ONE", "fixed", "1", combinable=True)
        add_code(basket, "ONE")
        add_code(basket, "FRUIT")
        placed = order(basket)
        discounts = OrderDiscount.objects.filter(order=placed).order_by("voucher_code")
        assert list(discounts.values_list("voucher_code", "amount")) == [
            ("FRUIT", Decimal("0.60")),
            ("ONE", Decimal("1.00")),
        ]
        assert placed.total_incl_tax == Decimal("9.40")
        assert set(Voucher.objects.values_list("num_orders", flat=True)) == {1}
        assert_invariants()
        lifecycle.cancel(placed, ending=Ending.EXPIRED)
        assert set(Voucher.objects.values_list("num_orders", flat=True)) == {0}
        assert_invariants()

    def test_an_address_that_used_it_is_refused_whoever_orders(self, basket, graca, bread):
        promo_code("ONCE", max_uses_per_contact=1)
        add_code(basket, "ONCE")
        order(basket)
        shopper = make_user()
        again = make_basket(graca, (bread, 1), user=shopper)
        add_code(again, "ONCE")
        with pytest.raises(PromoCodeUsedByContact):
            order(again, user=shopper)
        assert Order.objects.count() == 1
        assert Basket.open.filter(pk=again.pk).exists()
        assert_invariants()

    def test_a_shopper_who_used_it_is_told_in_the_basket(self, graca, bread):
        promo_code("ONCE", max_uses_per_user=1)
        shopper = make_user()
        basket = make_basket(graca, (bread, 1), user=shopper)
        add_code(basket, "ONCE")
        order(basket, user=shopper)
        with pytest.raises(PromoCodeRefused, match="You have used the promo code ONCE"):
            add_code(make_basket(graca, (bread, 1), user=shopper), "ONCE")
        add_code(make_basket(graca, (bread, 1), user=make_user()), "ONCE")

    @pytest.mark.parametrize("agreed", [None, Decimal("9.90")])
    def test_a_code_that_ended_meanwhile_stops_the_order_and_says_why(self, basket, agreed):
        promo_code("SOON")
        add_code(basket, "SOON")
        Voucher.objects.update(end_datetime=timezone.now() - DAY / 2)
        with pytest.raises(PromoCodeRefused, match="SOON has expired"):
            order(basket, agreed_total=agreed)
        assert not Order.objects.exists()
        # Who has seen the new total may pay it.
        assert order(basket, agreed_total=Decimal("11.00")).total_incl_tax == Decimal("11.00")

    def test_a_code_that_takes_less_than_agreed_stops_the_order(self, basket):
        voucher = promo_code("LESS", value="50")
        add_code(basket, "LESS")
        voucher.offers.get().benefit.__class__.objects.update(value=10)
        with pytest.raises(BasketChanged):
            order(basket, agreed_total=Decimal("5.50"))


class TestGuessing:
    @pytest.fixture(autouse=True)
    def few_guesses(self, monkeypatch):
        monkeypatch.setattr(discounts.WRONG_CODES, "most", {"shopper": 2, "address": 3})

    def guess(self, basket, typed="WRONG", address=""):
        with pytest.raises(PromoCodeRefused) as refusal:
            add_code(basket, typed, address=address)
        return refusal.value

    def test_who_keeps_guessing_has_to_wait_even_with_the_right_one(self, basket):
        promo_code("RIGHT")
        for _ in range(2):
            assert "do not know" in str(self.guess(basket))
        refusal = self.guess(basket, "RIGHT")
        assert isinstance(refusal, TooManyWrongCodes)
        assert str(refusal) == "Too many wrong codes. Try again in 10 minutes."
        assert not basket.vouchers.exists()

    def test_a_new_basket_is_no_new_address(self, graca, bread):
        baskets = [make_basket(graca, (bread, 1)) for _ in range(4)]
        refusals = [self.guess(basket, address="192.0.2.1") for basket in baskets]
        assert [isinstance(r, TooManyWrongCodes) for r in refusals] == [False] * 3 + [True]
        add_code(baskets[0], promo_code("RIGHT").code, address="192.0.2.2")

    def test_right_codes_cost_no_guesses(self, basket):
        promo_code("RIGHT")
        for _ in range(5):
            add_code(basket, "right")
            remove_code(basket, "RIGHT")


def test_codes_ask_no_more_of_the_database_for_more_lines_and_codes(
    graca, fruit, django_assert_num_queries
):
    for size in (1, 6):
        products = [make_product() for _ in range(2 * size)]
        for product in products:
            offer(product, graca)
        basket = make_basket(graca, *((product, 1) for product in products))
        for number in range(size):
            goods = {"categories": (fruit,), "products": tuple(products)}
            code = promo_code(f"C{size}-{number}", combinable=True, locations=(graca,), **goods)
            basket.vouchers.add(code)
        with django_assert_num_queries(2):
            assert apply_discounts(basket) == []
        assert len(applied_codes(basket)) == size


codes = st.tuples(
    st.sampled_from(["percent", "fixed"]),
    st.integers(1, 10_000).map(lambda cents: Decimal(cents) / 100),
    st.sets(st.integers(0, 3), max_size=3),
    st.booleans(),
)


@given(
    prices=st.lists(st.integers(1, 3000), min_size=1, max_size=4),
    steps=st.lists(st.integers(1, 7), min_size=4, max_size=4),
    codes=st.lists(codes, min_size=1, max_size=3),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_total_is_its_lines_less_their_discounts_in_whole_cents(prices, steps, codes):
    location = make_location()
    products = [make_product(step=Decimal("0.125")) for _ in prices]
    for product, price in zip(products, prices, strict=True):
        offer(product, location, price=Decimal(price) / 100)
    basket = make_basket(location, *zip(products, steps, strict=False))
    for number, (kind, value, places, combinable) in enumerate(codes):
        goods = tuple(products[place] for place in places if place < len(products))
        name = f"{location.pk}-{number}"
        voucher = promo_code(name, kind, value, products=goods, combinable=combinable)
        basket.vouchers.add(voucher)
    apply_discounts(basket)

    lines = basket.all_lines()
    given_by_codes = sum(d["discount"] for d in basket.voucher_discounts)
    assert given_by_codes == sum(line.discount_value for line in lines)
    assert basket.total_incl_tax == sum(line.line_price_incl_tax for line in lines) - given_by_codes
    for line in lines:
        assert 0 <= line.discount_value <= line.line_price_incl_tax
        assert line.discount_value == round(line.discount_value, 2)
