"""Somebody acts right before or right after a step of somebody else: the table of who, and where.

Shops are known to lose at these (Warszawski and Bailis, ACIDRain, 2017: stock, vouchers, basket
against checkout), and at payments that end in two ways. Whoever comes second may be refused.
Whatever comes of it: every rule holds, nobody has paid without an order or money back, and
where only one can have it, one has. A basket's own rivals are in
`shop/checkout/tests/test_interleavings.py`.
"""

from decimal import Decimal
from functools import partial

import pytest
from django.db.models.functions import Now

from shop.basket import discounts
from shop.checkout.place_order import place_order
from shop.inventory import stock, stocktakes, transfers
from shop.order import lifecycle
from shop.order.models import Ending, Order, Status
from shop.payment import expiry, refunds, settlement
from shop.payment.cancellation import cancel_order
from shop.payment.models import Payment
from shop.pickup import codes, counter
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_code,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, right_after, right_before
from shop.testing.torture.steps import REFUSALS
from shop.testing.worker import do_all_work

IN_STOCK, SOLD = 4, 3


class Shop:
    """Four units of tea, of which an order of three takes nearly all."""

    def __init__(self):
        self.here, self.there, self.tea = make_location(), make_location(), make_product()
        self.record = offer(self.tea, self.here, price="10.00", in_stock=IN_STOCK)
        offer(self.tea, self.there, in_stock=0)
        self.code = make_code(f"TEA{self.here.pk}", max_uses=1).code
        self.colleague, self.other = (make_user("Counter", [self.here]) for _each in range(2))

    # What shoppers do

    def order(self):
        return self._order(self.basket)

    def order_the_same_tea(self):
        return self._order(self.another_basket)

    def put_code_on(self):
        discounts.add_code(self.basket, self.code)

    def take_code_off(self):
        discounts.remove_code(self.basket, self.code)

    def _order(self, basket):
        return place_order(
            type(basket).objects.select_related("location").get(pk=basket.pk),
            CONTACT,
            GOOD_CARD,
            agreed_total=self.agreed,
        )

    # What happens to an order

    def settle(self):
        settlement.collect(self.payment)

    def expire(self):
        return expiry.expire_orders()

    def cancel(self):
        cancel_order(self.ordered, actor=None, reason="rival", ending=Ending.BY_STAFF)

    def refund_all(self):
        return refunds.request_refund(self.payment, self.payment.amount)

    def refund_goods(self):
        return refunds.refund_lines(self.ordered, [(self.ordered.lines.get(), SOLD)], restock=True)

    def hand_over(self):
        code = self.ordered.pickup_codes.get(voided_at=None)
        return counter.hand_over(codes.token_of(code), actor=self.colleague)

    def hand_over_too(self):
        """By somebody else: the same person who presses twice has pressed once."""
        code = self.ordered.pickup_codes.get(voided_at=None)
        return counter.hand_over(codes.token_of(code), actor=self.other)

    # What happens to the stock

    def send_away(self):
        return transfers.send(self.here, self.there, [(self.record.pk, 2)])

    def receive(self):
        arrivals = {line.pk: transfers.Arrival(line.sent) for line in self.sent.lines.all()}
        transfers.receive(self.sent, arrivals)

    def call_back(self):
        transfers.cancel(self.sent, reason="rival")

    def close_stocktake(self):
        return stocktakes.close(self.counting)

    def write_off(self):
        stock.adjust(self.record, -2, reason="broken")

    # How a play begins

    def a_basket(self, code=""):
        self.basket = self._filled(code)
        self.agreed = self._total()

    def two_baskets(self):
        self.a_basket()
        self.another_basket = self._filled("")

    def a_basket_with_a_code(self):
        self.a_basket(self.code)

    def two_with_one_code(self):
        """For a code with one use left there is tea enough."""
        stock.receive([(self.record.pk, 10)], reason="more tea")
        self.a_basket(self.code)
        self.another_basket = self._filled(self.code)

    def an_order(self):
        self.ordered = make_order(self.here, (self.tea, SOLD))
        self.payment = Payment.objects.select_related("order").get(order=self.ordered)

    def an_overdue_order(self):
        self.an_order()
        Order.objects.filter(pk=self.ordered.pk).update(expires_at=Now())

    def a_paid_order(self):
        self.an_order()
        self.settle()
        self._read_again()

    def a_ready_order(self):
        self.a_paid_order()
        do_all_work()
        lifecycle.mark_ready(self.ordered, actor=None)

    def a_basket_and_a_count(self):
        """Two of the four were found when somebody counted."""
        self.a_basket()
        self.counting = stocktakes.begin(self.here)
        stocktakes.enter(self.counting, {self.record.pk: 2})

    def goods_under_way(self):
        self.sent = self.send_away()

    def _filled(self, code):
        basket = make_basket(self.here, (self.tea, SOLD))
        if code:
            discounts.add_code(basket, code)
        return basket

    def _total(self):
        basket = type(self.basket).objects.select_related("location").get(pk=self.basket.pk)
        discounts.apply_discounts(basket)
        return basket.total_incl_tax

    def _read_again(self):
        self.ordered.refresh_from_db()
        self.payment.refresh_from_db()


CHECKOUT = (
    "shop.checkout.place_order._claim",
    "shop.voucher.promo_codes.claim",
    "shop.inventory.stock.reserve",
)
SETTLING = ("shop.payment.settlement._ask", "shop.payment.settlement._write_end")
CANCELLING = ("shop.payment.cancellation.payment_of", "shop.order.lifecycle.cancel")
EXPIRING = ("shop.payment.expiry._see_to", "shop.payment.expiry._put_off")
REFUNDING = ("shop.payment.refunds._lock_order", "shop.payment.refunds._book")
GIVING_BACK = ("shop.payment.refunds._priced", "shop.payment.refunds.give_back")
HANDING_OVER = ("shop.pickup.counter.find", "shop.order.lifecycle.complete")
BOOKING = ("shop.inventory.transfers._lines", "shop.inventory.transfers._book")
COUNTING = ("shop.inventory.stocktakes._lock_open", "shop.inventory.stocktakes.book")
ENDING = ("shop.inventory.transfers._end", "shop.inventory.transfers._book")

ONE, ANY = "one of them does it", "both may"
# fmt: off
TABLE = [
    # how it begins             what is done          where         a rival's act            then
    (Shop.two_baskets,          Shop.order,           CHECKOUT,     Shop.order_the_same_tea, ONE),
    (Shop.two_with_one_code,    Shop.order,           CHECKOUT,     Shop.order_the_same_tea, ONE),
    (Shop.a_basket,             Shop.order,           CHECKOUT,     Shop.put_code_on,        ANY),
    (Shop.a_basket_with_a_code, Shop.order,           CHECKOUT,     Shop.take_code_off,      ANY),
    (Shop.a_basket,             Shop.order,           CHECKOUT,     Shop.send_away,          ONE),
    (Shop.a_basket,             Shop.send_away,       BOOKING,      Shop.order,              ONE),
    (Shop.a_basket,             Shop.order,           CHECKOUT,     Shop.write_off,          ONE),
    (Shop.a_basket_and_a_count, Shop.order,           CHECKOUT,     Shop.close_stocktake,    ONE),
    (Shop.a_basket_and_a_count, Shop.close_stocktake, COUNTING,     Shop.order,              ONE),
    (Shop.goods_under_way,      Shop.receive,         ENDING,       Shop.call_back,          ONE),
    (Shop.an_order,             Shop.settle,          SETTLING,     Shop.cancel,             ANY),
    (Shop.an_order,             Shop.cancel,          CANCELLING,   Shop.settle,             ANY),
    (Shop.an_overdue_order,     Shop.settle,          SETTLING,     Shop.expire,             ANY),
    (Shop.an_overdue_order,     Shop.expire,          EXPIRING,     Shop.settle,             ANY),
    (Shop.an_overdue_order,     Shop.expire,          EXPIRING,     Shop.cancel,             ANY),
    (Shop.a_paid_order,         Shop.refund_all,      REFUNDING,    Shop.refund_all,         ONE),
    (Shop.a_paid_order,         Shop.refund_goods,    GIVING_BACK,  Shop.refund_goods,       ONE),
    (Shop.a_paid_order,         Shop.cancel,          CANCELLING,   Shop.refund_all,         ANY),
    (Shop.a_paid_order,         Shop.refund_goods,    GIVING_BACK,  Shop.cancel,             ANY),
    (Shop.a_ready_order,        Shop.hand_over,       HANDING_OVER, Shop.cancel,             ONE),
    (Shop.a_ready_order,        Shop.cancel,          CANCELLING,   Shop.hand_over,          ONE),
    (Shop.a_ready_order,        Shop.hand_over,       HANDING_OVER, Shop.hand_over_too,      ONE),
    (Shop.a_ready_order,        Shop.hand_over,       HANDING_OVER, Shop.hand_over,          ANY),
    (Shop.a_ready_order,        Shop.hand_over,       HANDING_OVER, Shop.refund_goods,       ANY),
]
# fmt: on


def name_of(value):
    return value.__name__ if callable(value) else ""


@on_committed_rows
@pytest.mark.parametrize(("begins", "ours", "steps", "theirs", "wanted"), TABLE, ids=name_of)
def test_two_at_once(begins, ours, steps, theirs, wanted):
    for step in steps:
        for when in (right_before, right_after):
            shop = Shop()
            begins(shop)
            with when(step, partial(tried, theirs, shop)) as rivals:
                outcomes = [tried(ours, shop)]
            outcomes += rivals
            done = [not isinstance(outcome, REFUSALS) for outcome in outcomes]
            assert len(done) == 2
            assert all(done) is False or wanted == ANY, (when, step, outcomes)
            assert any(done), (when, step, outcomes)
            do_all_work()
            assert_nobody_paid_for_nothing(shop)
    assert_invariants()


def tried(act, shop):
    """What somebody's act came to, or what refused it; anything else is a fault."""
    try:
        return act(shop)
    except REFUSALS as refusal:
        return refusal


def assert_nobody_paid_for_nothing(shop):
    for payment in Payment.objects.filter(order__location=shop.here).select_related("order"):
        over = payment.order.status in (Status.CANCELLED, Status.REFUNDED)
        kept = payment.amount - payment.refunded if payment.settled_at else Decimal(0)
        assert not over or not kept or payment.status not in ("succeeded", "refunded"), payment
