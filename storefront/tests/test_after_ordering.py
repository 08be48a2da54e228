"""What a shopper does with an order: calls it off, orders it again, takes its date along."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from shop.basket.models import Line
from shop.order import lifecycle
from shop.order.access import key_of
from shop.order.models import Ending, Order, Status
from shop.payment.models import Payment, Refund, RefundStatus
from shop.payment.refunds import request_refund
from shop.payment.settlement import collect
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(graca):
    tea = make_product(upc="TEA", title="Tea")
    offer(tea, graca, price="4.20", in_stock=50)
    return tea


@pytest.fixture
def bought(graca, tea, shopper):
    return make_order(graca, (tea, 2), user=shopper)


def settle(order):
    collect(Payment.objects.get(order=order))
    order.refresh_from_db()


def address(order, part="", key=""):
    return f"/orders/{order.number}/{part}" + (f"?{urlencode({'key': key})}" if key else "")


def status(order):
    return Order.objects.get(pk=order.pk).status


def in_basket():
    lines = Line.objects.filter(basket__status="Open").order_by("pk")
    return list(lines.values_list("product__title", "quantity"))


class TestCancelling:
    def test_it_asks_first_and_says_what_goes_back(self, bought, signed_in):
        settle(bought)
        asked = signed_in.get(address(bought, "cancel/")).content.decode()
        assert "All of it, €8.40, goes back to your card" in asked
        assert status(bought) == Status.PAID

        answer = signed_in.post(address(bought, "cancel/"))

        assert answer.url == address(bought)
        assert status(bought) == Status.CANCELLED
        assert bought.status_changes.last().ending == Ending.BY_SHOPPER
        do_all_work()
        assert Refund.objects.get().amount == Decimal("8.40")
        assert_invariants()

    def test_unpaid_it_costs_nothing(self, bought, signed_in):
        assert "Nothing is charged" in signed_in.get(address(bought, "cancel/")).content.decode()
        signed_in.post(address(bought, "cancel/"))
        assert "Nothing was charged." in signed_in.get(address(bought)).content.decode()

    def test_what_is_ready_is_not_cancelled_here(self, bought, signed_in):
        settle(bought)
        lifecycle.mark_ready(bought, actor=None)
        assert "Cancel this order" not in signed_in.get(address(bought)).content.decode()
        assert signed_in.get(address(bought, "cancel/")).url == address(bought)
        answer = signed_in.post(address(bought, "cancel/"), follow=True).content.decode()
        assert "This order can no longer be cancelled here." in answer
        assert status(bought) == Status.READY

    def test_a_guest_cancels_by_link_and_nobody_else_does(
        self, graca, tea, stranger, colleague, guest
    ):
        order = make_order(graca, (tea, 1))
        for client in (colleague, guest):
            assert client.get(address(order, "cancel/")).status_code == 404
            assert client.post(address(order, "cancel/")).status_code == 404
        assert status(order) == Status.PENDING
        key = key_of(order)
        assert stranger.post(address(order, "cancel/", key)).url == address(order, key=key)
        assert status(order) == Status.CANCELLED


class TestOrderingAgain:
    def test_what_can_be_had_is_in_the_basket_and_the_rest_is_said(
        self, graca, tea, shopper, signed_in
    ):
        cake, jam, gone = (make_product(title=title) for title in ("Cake", "Jam", "Gone"))
        for product in (cake, jam, gone):
            offer(product, graca, in_stock=5)
        order = make_order(graca, (tea, 2), (cake, 3), (jam, 1), (gone, 1), user=shopper)
        cake.stockrecords.update(num_allocated=4)
        jam.stockrecords.update(price=None)
        type(gone).objects.filter(pk=gone.pk).update(is_public=False)

        shown = signed_in.post(address(order, "again/"), follow=True).content.decode()

        assert in_basket() == [("Tea", 2), ("Cake", 1)]
        assert "2 products are in your basket again." in shown
        assert "Only 1 of Cake are left here." in shown
        assert "Magpie Graça does not offer Jam." in shown
        assert "Magpie Graça does not offer Gone." in shown

    def test_it_comes_on_top_of_what_is_there(self, bought, tea, signed_in):
        signed_in.post("/basket/add/", {"sku": "TEA", "quantity": "1"})
        signed_in.post(address(bought, "again/"))
        assert in_basket() == [("Tea", 3)]

    def test_it_is_had_where_the_shopper_collects_now(self, bought, tea, signed_in):
        offer(tea, make_location(code="porto", name="Magpie Porto"), price="4.00")
        signed_in.cookies["magpie_location"] = "porto"
        assert "€8.00" in signed_in.post(address(bought, "again/"), follow=True).content.decode()

    def test_without_a_place_it_is_the_orders(self, bought, shopper, signed_in):
        del signed_in.cookies["magpie_location"]
        assert (
            "Magpie Graça"
            in signed_in.post(address(bought, "again/"), follow=True).content.decode()
        )
        assert in_basket() == [("Tea", 2)]

    def test_nobody_elses_is(self, bought, guest, colleague):
        for client in (guest, colleague):
            assert client.post(address(bought, "again/")).status_code == 404
        assert in_basket() == []
        assert colleague.get(address(bought, "again/")).status_code == 405


class TestCalendar:
    def test_it_says_when_and_where(self, bought, signed_in, graca):
        graca.latitude, graca.longitude = "38.716000", "-9.130000"
        graca.save()
        promised = bought.promised_at
        answer = signed_in.get(address(bought, "collect.ics"))
        lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"DTSTART:{promised:%Y%m%dT%H%M%SZ}" in lines
        assert f"SUMMARY:Collect order {bought.number}" in lines
        assert "LOCATION:Magpie Graça\\, 1 Test Street\\, Lisbon" in lines
        assert "GEO:38.716000;-9.130000" in lines
        assert f"URL:http://testserver{address(bought)}" in lines

    def test_no_line_is_longer_than_calendars_read(self, bought, signed_in):
        Order.objects.update(location_address="Rua da Graça; " * 16)
        content = signed_in.get(address(bought, "collect.ics")).content
        assert max(map(len, content.split(b"\r\n"))) <= 75
        assert "Rua da Graça\\; " * 16 in content.decode().replace("\r\n ", "")

    def test_what_is_promised_for_no_time_has_none(self, bought, signed_in):
        Order.objects.update(promised_at=None)
        assert signed_in.get(address(bought, "collect.ics")).status_code == 404

    def test_it_is_for_those_who_may_see_the_order(self, bought, guest, colleague):
        for client in (guest, colleague):
            assert client.get(address(bought, "collect.ics")).status_code == 404


def test_a_refund_that_came_back_is_told(bought, signed_in):
    settle(bought)
    refund = request_refund(bought.payments.get(), Decimal("1.00"))
    assert "your bank returned it" not in signed_in.get(address(bought)).content.decode()
    Refund.objects.filter(pk=refund.pk).update(
        status=RefundStatus.FAILED, came_back_at=timezone.now() - timedelta(days=1)
    )
    shown = signed_in.get(address(bought)).content.decode()
    assert "We had sent €1.00 back to you, and your bank returned it to us." in shown
    Refund.objects.update(status=RefundStatus.SUCCEEDED)
    assert "your bank returned it" not in signed_in.get(address(bought)).content.decode()
