"""Money that comes after its order had ended."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from shop.basket import contents
from shop.basket.discounts import add_code
from shop.basket.models import Basket
from shop.checkout.place_order import place_order
from shop.order import lifecycle
from shop.order.models import Ending, Status
from shop.payment.endings import end_unpaid
from shop.payment.gateways import Answer
from shop.payment.models import Payment, PaymentStatus, Refund
from shop.payment.settlement import settle
from shop.privacy.erasure import erase_contact
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
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import do_all_work
from shop.voucher.making import make_promo_code
from shop.voucher.models import Voucher


def answer(**values):
    return Answer(PaymentStatus.SUCCEEDED, "sim_1", **values)


class Story:
    """An order of two of the three teapots that there are, ended as the tests want it."""

    def __init__(self, code=None):
        self.place, self.teapot = make_location(), make_product(title="Teapot")
        self.record = offer(self.teapot, self.place, "12.50", in_stock=3)
        self.shopper = make_user()
        basket = make_basket(self.place, (self.teapot, 2), user=self.shopper)
        if code:
            add_code(basket, code)
        self.order = place_order(basket, CONTACT, GOOD_CARD, user=self.shopper)

    def ended(self, ending=Ending.EXPIRED):
        end_unpaid(self.order, ending)
        return self

    def money_comes(self, **values):
        settle(self.order.payments.get(), answer(**values))
        do_all_work()
        assert_invariants()
        self.order.refresh_from_db()
        self.record.refresh_from_db()
        return self.order.status, self.order.payments.get().status, self.record.num_allocated

    @property
    def in_basket(self):
        lines = Basket.open.get(owner=self.shopper).lines.all()
        return [(line.product.title, line.quantity) for line in lines]

    @property
    def told(self):
        return Refund.objects.get().reason


def last_use():
    """A promo code that can be used once."""
    day = timedelta(days=1)
    dates = {"starts_at": timezone.now() - day, "ends_at": timezone.now() + day}
    make_promo_code("LAST", "Last", "fixed", Decimal(5), max_uses=1, **dates)


REVIVED = ("paid", "succeeded", 2)
SENT_BACK = ("refunded", "refunded", 0)


@pytest.mark.django_db
class TestTheOrderGoesOn:
    @pytest.mark.parametrize("ending", [Ending.EXPIRED, Ending.PAYMENT_FAILED])
    def test_with_its_goods_which_leave_the_basket_again(self, ending):
        story = Story().ended(ending)
        assert story.in_basket == [("Teapot", 2)]
        assert story.money_comes() == REVIVED
        assert story.in_basket == []
        assert story.order.pickup_codes.count() == 1
        assert [c.new_status for c in story.order.status_changes.all()] == [
            "pending",
            "cancelled",
            "paid",
        ]

    def test_and_what_else_is_in_the_basket_stays(self):
        story = Story().ended()
        sugar = make_product(title="Sugar")
        offer(sugar, story.place)
        basket = Basket.open.get(owner=story.shopper)
        contents.add(basket, sugar, 1)
        contents.set_steps(basket, basket.lines.get(product=story.teapot), 3)
        assert story.money_comes() == REVIVED
        assert sorted(story.in_basket) == [("Sugar", 1), ("Teapot", 1)]

    def test_and_goods_that_lay_in_the_basket_before_stay_there(self):
        story = Story()
        contents.add(Basket(owner=story.shopper, location=story.place), story.teapot, 1)
        assert story.ended().in_basket == [("Teapot", 1)]
        assert story.money_comes() == REVIVED
        assert story.in_basket == [("Teapot", 1)]

    @pytest.mark.parametrize("kept", [0, 1])
    def test_and_what_its_shopper_took_out_meanwhile_is_taken_out_once(self, kept):
        story = Story().ended()
        basket = Basket.open.get(owner=story.shopper)
        contents.set_steps(basket, basket.lines.get(), kept)
        assert story.money_comes() == REVIVED
        assert story.in_basket == []

    def test_and_what_its_shopper_took_out_and_put_in_anew_stays(self):
        story = Story().ended()
        basket = Basket.open.get(owner=story.shopper)
        contents.set_steps(basket, basket.lines.get(), 0)
        contents.add(basket, story.teapot, 1)
        assert story.money_comes() == REVIVED
        assert story.in_basket == [("Teapot", 1)]

    def test_within_a_day(self):
        story = Story().ended()
        assert story.money_comes(occurred_at=timezone.now() + timedelta(hours=23)) == REVIVED

    def test_with_its_promo_code(self):
        last_use()
        story = Story("LAST").ended()
        assert Voucher.objects.get().num_orders == 0
        assert story.money_comes() == REVIVED
        assert Voucher.objects.get().num_orders == 1

    @pytest.mark.parametrize("lay_there", [True, False])
    def test_and_takes_off_the_basket_only_the_code_that_it_put_there(self, lay_there):
        last_use()
        story = Story("LAST")
        basket = contents.basket_of_account(story.shopper.pk, story.place.pk)
        if lay_there:
            basket.vouchers.add(Voucher.objects.get())
        story.ended()
        assert basket.vouchers.count() == 1
        assert story.money_comes() == REVIVED
        assert basket.vouchers.count() == lay_there

    def test_promised_for_a_time_that_has_not_passed(self):
        story, earlier = Story(), timezone.now() - timedelta(days=2)
        story.order.date_placed = story.order.promised_at = earlier
        story.order.save(update_fields=["date_placed", "promised_at"])
        story.ended().money_comes()
        assert story.order.promised_at > timezone.now()

    def test_though_its_shopper_has_closed_the_account(self):
        story = Story().ended()
        Basket.objects.all().delete()
        story.order.refresh_from_db()
        assert story.money_comes() == REVIVED


@pytest.mark.django_db
class TestTheMoneyGoesBack:
    @pytest.mark.parametrize("ending", [Ending.BY_SHOPPER, Ending.BY_STAFF])
    def test_when_somebody_had_cancelled_the_order(self, ending):
        story = Story()
        lifecycle.cancel(story.order, ending=ending)
        assert story.money_comes() == SENT_BACK
        assert story.told == "Your payment came after the order had been cancelled."

    def test_when_it_comes_days_later(self):
        story = Story().ended()
        assert story.money_comes(occurred_at=timezone.now() + timedelta(hours=25)) == SENT_BACK
        assert story.told == "Your payment came long after the order had ended."
        assert story.in_basket == [("Teapot", 2)]

    def test_when_nobody_is_known_any_more_who_could_have_the_goods(self):
        story = Story().ended()
        erase_contact(story.order)
        assert story.money_comes() == (Status.REFUNDED, PaymentStatus.REFUNDED, 0)

    def test_when_the_goods_are_sold(self):
        story = Story().ended()
        make_order(story.place, (story.teapot, 2))
        assert story.money_comes() == ("refunded", "refunded", 2)
        assert story.told == "Your payment came late, and some of the goods were sold by then."
        assert story.in_basket == [("Teapot", 2)]
        assert not story.order.pickup_codes.exists()

    def test_when_the_promo_code_is_used_up(self):
        last_use()
        story = Story("LAST").ended()
        other = offer(make_product(), story.place, "30.00")
        basket = make_basket(story.place, (other.product, 1))
        add_code(basket, "LAST")
        place_order(basket, CONTACT, GOOD_CARD)
        assert story.money_comes() == SENT_BACK
        assert "promo code" in story.told

    def test_when_the_shopper_has_ordered_the_goods_again(self):
        story = Story().ended()
        basket = Basket.open.select_related("location").get(owner=story.shopper)
        again = place_order(basket, CONTACT, GOOD_CARD, user=story.shopper)
        assert story.money_comes() == ("refunded", "refunded", 2)
        assert story.told == "Your payment came late, and you had ordered the goods again by then."
        again.refresh_from_db()
        assert again.status == Status.PAID

    def test_when_another_attempt_has_paid_already(self):
        story = Story()
        second = Payment.objects.create(
            order=story.order, amount=story.order.total_incl_tax, currency="EUR", method="simulated"
        )
        second.token = "sim_ok"
        second.save()
        do_all_work()
        settle(second, answer())
        do_all_work()
        story.order.refresh_from_db()
        first, second = story.order.payments.order_by("created_at")
        assert (story.order.status, first.status, second.status) == (
            "paid",
            "succeeded",
            "refunded",
        )
        assert (first.surplus, second.surplus) == (False, True)
        assert Refund.objects.get().reason == "This order had been paid already."
        assert_invariants()


@on_committed_rows
def test_a_rival_who_orders_the_last_goods_while_the_money_comes():
    story = Story().ended()
    rival = make_basket(story.place, (story.teapot, 2))
    settled, ordered = race(
        partial(settle, story.order.payments.get(), answer()),
        partial(place_order, rival, CONTACT, GOOD_CARD),
    )
    assert settled is True
    do_all_work()
    story.order.refresh_from_db()
    story.record.refresh_from_db()
    assert story.record.num_allocated == 2
    rival_has_them = not isinstance(ordered, Exception)
    assert story.order.status == ("refunded" if rival_has_them else "paid")
    assert_invariants()


@on_committed_rows
def test_a_shopper_who_orders_again_while_the_money_comes_pays_once():
    story = Story().ended()
    basket = Basket.open.select_related("location").get(owner=story.shopper)
    race(
        partial(settle, story.order.payments.get(), answer()),
        partial(place_order, basket, CONTACT, GOOD_CARD, user=story.shopper),
    )
    do_all_work()
    story.record.refresh_from_db()
    assert story.record.num_allocated == 2
    assert_invariants()
