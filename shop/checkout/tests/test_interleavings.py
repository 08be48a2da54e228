"""Somebody else acts in the middle of an order: before and after each of its steps.

The cases are those that shops are known to lose to (Warszawski and Bailis, ACIDRain, 2017):
stock sold twice, a promo code used twice, a basket that changes while it is paid for.
"""

from functools import partial

import pytest

from shop.basket import contents, discounts
from shop.basket.contents import BasketGone
from shop.basket.models import Basket
from shop.checkout.place_order import CannotOrder, place_order
from shop.inventory import stock
from shop.inventory.stock import OutOfStock
from shop.order.models import Order
from shop.partner.models import StockRecord
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_code,
    make_location,
    make_product,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, right_after, right_before
from shop.voucher.models import Voucher
from shop.voucher.promo_codes import PromoCodeRefused

CHECKOUT = "shop.checkout.place_order"
STEPS = [
    f"{CHECKOUT}._price",
    f"{CHECKOUT}._claim",
    "shop.checkout.snapshot.write_order",
    f"{CHECKOUT}._complement",
    "shop.inventory.stock.reserve",
]
MOMENTS = [(when, step) for step in STEPS for when in (right_before, right_after)]
REFUSED = (CannotOrder, PromoCodeRefused)


class Shop:
    """A shopper with two units of tea in the basket, and what a rival may want."""

    def __init__(self, *, in_stock=10, code=None):
        self.location, self.tea = make_location(), make_product()
        self.record = offer(self.tea, self.location, in_stock=in_stock)
        self.code = code
        self.basket = self.filled_basket()
        self.agreed = self.shown_total()

    def filled_basket(self):
        basket = make_basket(self.location, (self.tea, 2))
        if self.code:
            discounts.add_code(basket, self.code)
        return basket

    def shown_total(self):
        """What the checkout shows, and the shopper agrees to."""
        basket = self.same_basket()
        discounts.apply_discounts(basket)
        return basket.total_incl_tax

    def same_basket(self):
        return Basket.objects.select_related("location").get(pk=self.basket.pk)

    def order(self):
        """The shopper's own try: an order, or what refused it."""
        try:
            return place_order(self.same_basket(), CONTACT, GOOD_CARD, agreed_total=self.agreed)
        except REFUSED as refusal:
            return refusal

    def orders(self):
        return Order.objects.filter(location=self.location)


def played(rival_of, **values):
    """The same play at every moment: the shop, what the shopper got, and what the rival got."""
    for when, step in MOMENTS:
        shop = Shop(**values)
        with when(step, partial(rival_of, shop)) as rivals:
            ours = shop.order()
        yield shop, ours, rivals[0]


def order_too(shop):
    basket = shop.filled_basket()
    return place_order(basket, CONTACT, GOOD_CARD, agreed_total=shop.agreed)


@on_committed_rows
def test_the_last_units_are_sold_once():
    for shop, ours, theirs in played(order_too, in_stock=2):
        assert sorted(isinstance(order, Order) for order in (ours, theirs)) == [False, True]
        assert shop.orders().count() == 1
    assert_invariants()


@on_committed_rows
def test_stock_that_is_written_off_is_not_sold():
    def write_off(shop):
        stock.adjust(shop.record, -9, reason="broken")

    for shop, ours, theirs in played(write_off):
        shop.record.refresh_from_db()
        if isinstance(ours, Order):
            assert isinstance(theirs, OutOfStock)
            assert (shop.record.num_in_stock, shop.record.num_allocated) == (10, 2)
        else:
            assert (shop.record.num_in_stock, shop.record.num_allocated) == (1, 0)
    assert_invariants()


@on_committed_rows
def test_a_promo_codes_last_use_is_used_once():
    for number, (when, step) in enumerate(MOMENTS):
        voucher = make_code(f"LAST{number}", max_uses=1)
        shop = Shop(code=voucher.code)
        rival = partial(
            place_order, shop.filled_basket(), CONTACT, GOOD_CARD, agreed_total=shop.agreed
        )
        with when(step, rival) as rivals:
            ours = shop.order()
        assert sorted(isinstance(order, Order) for order in (ours, rivals[0])) == [False, True]
        assert Voucher.objects.get(pk=voucher.pk).num_orders == 1
    assert_invariants()


def add(shop):
    contents.add(shop.same_basket(), shop.tea, 3)


def change(shop):
    contents.set_steps(shop.same_basket(), shop.basket.lines.get(), 5)


def take_out(shop):
    contents.set_steps(shop.same_basket(), shop.basket.lines.get(), 0)


def move_away(shop):
    elsewhere = make_location()
    offer(shop.tea, elsewhere, price="1.00")
    contents.move_to(shop.same_basket(), elsewhere)


@on_committed_rows
@pytest.mark.parametrize("touch", [add, change, take_out, move_away])
def test_a_basket_that_changes_while_it_is_ordered_is_ordered_as_agreed_or_not_at_all(touch):
    for shop, ours, theirs in played(touch):
        if isinstance(ours, Order):
            assert ours.total_incl_tax == shop.agreed
            assert [line.quantity for line in ours.lines.all()] == [2]
            assert isinstance(theirs, BasketGone)
        else:
            assert theirs is None
            assert not shop.orders().exists()
            assert shop.same_basket().status == Basket.OPEN
    assert_invariants()


@on_committed_rows
def test_a_basket_that_two_tabs_order_is_one_order():
    for shop, ours, theirs in played(Shop.order):
        assert ours == theirs == shop.orders().get()
    assert_invariants()


@on_committed_rows
def test_nothing_is_charged_but_what_was_agreed_to():
    def raise_price(shop):
        StockRecord.objects.filter(pk=shop.record.pk).update(price=99)

    for shop, ours, _theirs in played(raise_price):
        if isinstance(ours, Order):
            assert ours.total_incl_tax == shop.agreed == ours.payments.get().amount
        else:
            assert not shop.orders().exists()
    assert_invariants()
