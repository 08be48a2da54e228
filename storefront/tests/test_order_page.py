import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.html import escape

from shop.checkout.place_order import PaymentChoice
from shop.codes import grouped
from shop.order import lifecycle
from shop.order.access import key_of
from shop.order.models import Ending, Order
from shop.payment import settlement
from shop.payment.cancellation import cancel_order
from shop.payment.endings import end_unpaid
from shop.payment.gateways import Answer
from shop.payment.models import Payment, PaymentStatus
from shop.payment.refunds import request_refund
from shop.payment.settlement import collect
from shop.pickup import qr
from shop.pickup.codes import short_of
from shop.pickup.models import PickupCode
from shop.testing.factories import (
    ADDRESS,
    BAD_CARD,
    GOOD_CARD,
    deliver_from,
    make_delivery,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.wire import connected, let_time_pass
from shop.testing.worker import do_all_work
from storefront.tests.conftest import browser

__all__ = ["connected"]

pytestmark = pytest.mark.django_db

CARD_TO_CONFIRM = PaymentChoice(method="simulated", token="sim_requires_action")


@pytest.fixture
def tea(graca):
    tea = make_product(upc="TEA", title="Tea")
    offer(tea, graca, price="4.20", in_stock=50)
    return tea


@pytest.fixture
def bought(graca, tea, shopper):
    """An order of the shopper's account."""
    return make_order(graca, (tea, 2), user=shopper)


@pytest.fixture
def bought_by_guest(guest, graca, tea):
    order = make_order(graca, (tea, 2))
    remember(guest, order)
    return order


def remember(client, order):
    session = client.session
    session["orders"] = [order.number]
    session.save()
    client.cookies["sessionid"] = session.session_key


def settle(order):
    collect(Payment.objects.get(order=order))
    order.refresh_from_db()


def draw(order):
    code = PickupCode.objects.get(order=order)
    qr.draw(code)
    return code


def address(order, part=""):
    return f"/orders/{order.number}/{part}"


def page(client, order):
    return client.get(address(order)).content.decode()


def statuses(client, order, query=""):
    parts = ("", "status/", "qr.svg")
    return [client.get(address(order, part) + query).status_code for part in parts]


class TestWhoSeesIt:
    def test_an_accounts_order(self, bought, signed_in, guest, colleague, stranger):
        settle(bought)
        draw(bought)
        assert statuses(signed_in, bought) == [200, 200, 200]
        for client in (guest, colleague, stranger):
            assert statuses(client, bought) == [404, 404, 404]
        # A link opens guests' orders only, and a session's list too.
        assert statuses(stranger, bought, f"?key={key_of(bought)}") == [404, 404, 404]
        remember(stranger, bought)
        assert statuses(stranger, bought) == [404, 404, 404]

    def test_a_guests_order(self, bought_by_guest, signed_in, guest, colleague, stranger):
        settle(bought_by_guest)
        draw(bought_by_guest)
        assert statuses(guest, bought_by_guest) == [200, 200, 200]
        for client in (signed_in, colleague, stranger):
            assert statuses(client, bought_by_guest) == [404, 404, 404]

    def test_a_signed_link(self, bought_by_guest, graca, tea, stranger):
        settle(bought_by_guest)
        draw(bought_by_guest)
        key = key_of(bought_by_guest)
        assert statuses(stranger, bought_by_guest, f"?key={key}") == [200, 200, 200]
        assert statuses(stranger, bought_by_guest) == [404, 404, 404]
        other = make_order(graca, (tea, 1))
        assert statuses(stranger, other, f"?key={key}") == [404, 404, 404]
        assert statuses(stranger, bought_by_guest, f"?key={key}x") == [404, 404, 404]

    def test_a_guest_is_given_the_link_and_an_account_is_not(
        self, bought, bought_by_guest, signed_in, guest, stranger
    ):
        [link] = re.findall(r"/orders/\w+/\?key=[^\"]+", page(guest, bought_by_guest))
        assert "?key=" not in page(signed_in, bought)
        assert stranger.get(link).status_code == 200

    def test_staff_has_no_way_in_here(self, bought, graca):
        seller = make_user(locations=[graca], is_superuser=True)
        assert statuses(browser(graca, seller), bought) == [404, 404, 404]

    def test_the_list_is_ones_own(self, bought, bought_by_guest, signed_in, colleague, guest):
        assert bought.number in signed_in.get("/orders/").content.decode()
        assert bought_by_guest.number not in signed_in.get("/orders/").content.decode()
        assert "Nothing ordered yet." in colleague.get("/orders/").content.decode()
        assert guest.get("/orders/").url == "/accounts/login/?next=/orders/"


class TestFollowing:
    def test_it_asks_until_the_bank_has_answered(self, bought, signed_in):
        shown = page(signed_in, bought)
        assert "We are asking your bank" in shown
        assert f'hx-get="/orders/{bought.number}/status/?seen=pending"' in shown
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in shown

    def test_nothing_new_changes_nothing(self, bought, signed_in):
        assert signed_in.get(address(bought, "status/?seen=pending")).status_code == 204

    def test_paid_it_shows_the_code_at_once_and_is_done(self, bought, signed_in):
        settle(bought)
        shown = signed_in.get(address(bought, "status/?seen=pending")).content.decode()
        code = PickupCode.objects.get()
        assert "Thank you, it is paid" in shown
        assert grouped(short_of(code)) in shown
        # It is within the page: no network is needed to show or to print it.
        assert f'src="{escape(qr.as_data_uri(code))}"' in shown
        assert "hx-get" not in shown
        assert "http-equiv" not in page(signed_in, bought)

    def test_its_picture_can_be_fetched_once_it_is_drawn(self, bought, signed_in):
        settle(bought)
        assert signed_in.get(address(bought, "qr.svg")).status_code == 404
        code = draw(bought)
        picture = signed_in.get(address(bought, "qr.svg"))
        assert picture["Content-Type"] == "image/svg+xml"
        assert "no-store" in picture["Cache-Control"]
        with code.qr.open() as kept:
            assert picture.content == kept.read()

    def test_what_is_put_off_is_shown_anew(self, bought, signed_in):
        Order.objects.update(extensions=1)
        shown = signed_in.get(address(bought, "status/?seen=pending")).content.decode()
        assert "seen=pending-1" in shown

    def test_a_signed_link_follows_with_its_key(self, bought_by_guest, stranger):
        key = key_of(bought_by_guest)
        shown = stranger.get(address(bought_by_guest, f"?key={key}")).content.decode()
        assert re.search(r"status/\?seen=pending&amp;key=", shown)


class TestStates:
    @pytest.mark.parametrize(
        ("token", "reason"),
        [
            ("sim_declined", "Your bank declined the card."),
            ("sim_insufficient_funds", "There is not enough money on the card."),
        ],
    )
    def test_a_failed_payment_says_why(self, graca, tea, shopper, signed_in, token, reason):
        card = type(BAD_CARD)(method="simulated", token=token)
        order = make_order(graca, (tea, 2), user=shopper, payment=card)
        settle(order)
        shown = page(signed_in, order)
        assert reason in shown
        assert "Nothing was charged, and everything is back in your basket." in shown
        assert "Tea" in signed_in.get("/basket/").content.decode()

    def test_a_payment_that_waits_for_the_shopper_says_so(self, graca, tea, shopper, signed_in):
        order = make_order(graca, (tea, 1), user=shopper, payment=CARD_TO_CONFIRM)
        collect(order.payments.get())
        page = signed_in.get(order.get_absolute_url()).content.decode()
        assert "Your bank asks you to confirm" in page
        assert "We are asking your bank" not in page

    def test_what_waits_is_held_until_a_time_that_is_told(self, bought, signed_in):
        shown = page(signed_in, bought)
        assert re.search(r"set aside until <time [^>]+>(today|tomorrow) \d\d:\d\d</time>", shown)
        left = int(re.search(r'data-hold="(\d+)"', shown)[1])
        assert 14 * 60 < left <= 15 * 60

    @pytest.mark.parametrize(
        ("answer", "title"),
        [("confirm", "Thank you, it is paid"), ("decline", "The payment did not go through")],
    )
    def test_the_shopper_plays_the_bank(
        self, graca, tea, shopper, signed_in, connected, answer, title
    ):
        order = make_order(graca, (tea, 1), user=shopper, payment=CARD_TO_CONFIRM)
        collect(order.payments.get())
        assert "Confirm your payment" in page(signed_in, order)
        said = signed_in.post(address(order, "confirm/"), {"answer": answer})
        assert said.url == order.get_absolute_url()
        let_time_pass()
        assert title in page(signed_in, order)

    def test_nobody_else_plays_it(
        self, graca, tea, shopper, signed_in, guest, colleague, stranger, connected
    ):
        order = make_order(graca, (tea, 1), user=shopper, payment=CARD_TO_CONFIRM)
        collect(order.payments.get())
        for client in (guest, colleague, stranger):
            said = client.post(address(order, "confirm/"), {"answer": "confirm"})
            assert said.status_code == 404
        assert signed_in.post(address(order, "confirm/"), {"answer": "steal"}).status_code == 404
        assert signed_in.get(address(order, "confirm/")).status_code == 405
        let_time_pass()
        assert "Confirm your payment" in page(signed_in, order)

    def test_not_paid_in_time(self, bought, signed_in):
        end_unpaid(bought, Ending.EXPIRED)
        shown = page(signed_in, bought)
        assert "Nothing was charged, and everything is back in your basket." in shown
        assert shown.count("Not paid in time") == 2
        assert "Tea" in signed_in.get("/basket/").content.decode()

    def test_paid_after_all(self, bought, signed_in):
        end_unpaid(bought, Ending.EXPIRED)
        paid = Answer(PaymentStatus.SUCCEEDED, "sim_1")
        settlement.settle(bought.payments.get(), paid)
        assert "Your payment came after all, so your order goes on." in page(signed_in, bought)

    def test_paid_too_late(self, bought, signed_in):
        end_unpaid(bought, Ending.EXPIRED)
        paid = Answer(
            PaymentStatus.SUCCEEDED, "sim_1", occurred_at=timezone.now() + timedelta(days=3)
        )
        settlement.settle(bought.payments.get(), paid)
        shown = page(signed_in, bought)
        assert "Your money is on its way back" in shown
        assert "Your payment came long after the order had ended." in shown
        assert "€8.40" in shown
        do_all_work()
        assert "Money sent back" in page(signed_in, bought)

    def test_cancelled_while_it_waited_for_the_shopper(self, graca, tea, shopper, signed_in):
        order = make_order(graca, (tea, 1), user=shopper, payment=CARD_TO_CONFIRM)
        collect(order.payments.get())
        lifecycle.cancel(order, ending=Ending.BY_STAFF)
        assert "Your bank asks you to confirm" not in page(signed_in, order)

    def test_ready(self, bought, signed_in):
        settle(bought)
        lifecycle.mark_ready(bought, actor=None)
        assert "Ready to collect" in page(signed_in, bought)

    def test_collected_it_shows_no_code(self, bought, signed_in):
        settle(bought)
        draw(bought)
        lifecycle.mark_ready(bought, actor=None)
        lifecycle.complete(bought)
        shown = page(signed_in, bought)
        assert "This order was handed over today" in shown
        assert "qr.svg" not in shown
        assert signed_in.get(address(bought, "qr.svg")).status_code == 404

    def test_ready_it_says_until_when_it_waits(self, bought, graca, signed_in):
        settle(bought)
        lifecycle.mark_ready(bought, actor=None)
        until = bought.waiting.until.astimezone(graca.zone)
        shown = page(signed_in, bought)
        assert f"It waits for you at Magpie Graça until {until:%A %-d %B, %H:%M}." in shown

    def test_ready_for_too_long_it_says_so(self, bought, graca, signed_in):
        settle(bought)
        lifecycle.mark_ready(bought, actor=None)
        PickupCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert "Ask there whether you can still have it." in page(signed_in, bought)

    def test_not_collected_in_time(self, bought, signed_in):
        settle(bought)
        lifecycle.mark_ready(bought, actor=None)
        cancel_order(bought, actor=None, reason="", ending=Ending.NOT_COLLECTED)
        shown = page(signed_in, bought)
        assert "Nobody came for this order" in shown
        assert "What you paid goes back to your card." in shown

    def test_cancelled_unpaid(self, bought, signed_in):
        lifecycle.cancel(bought, ending=Ending.BY_STAFF)
        assert "This order was cancelled. Nothing was charged." in page(signed_in, bought)

    def test_cancelled_after_paying(self, bought, signed_in):
        settle(bought)
        lifecycle.cancel(bought, ending=Ending.BY_STAFF)
        assert "What you paid goes back to your card." in page(signed_in, bought)

    def test_refunded(self, bought, signed_in):
        settle(bought)
        payment = Payment.objects.get(order=bought)
        request_refund(payment, payment.amount, reason="")
        Payment.objects.update(refunded=payment.amount)
        lifecycle.mark_refunded(bought)
        assert "We sent €8.40 back to your card." in page(signed_in, bought)


class TestDelivery:
    @pytest.fixture
    def sent(self, graca, tea, shopper):
        deliver_from(graca, "4.90")
        order = make_delivery(graca, (tea, 2), user=shopper)
        settle(order)
        return order

    def test_the_shopper_is_shown_where_it_goes_and_what_that_cost(self, sent, signed_in):
        shown = page(signed_in, sent)
        for line in (ADDRESS.line1, "1100-042 Lisboa", "Portugal", "We are packing it.", "€4.90"):
            assert line in shown
        assert "pickup__code" not in shown

    def test_nobody_else_is(self, sent, colleague, stranger, guest):
        for client in (colleague, stranger, guest):
            assert statuses(client, sent)[0] == 404

    def test_on_its_way_it_names_the_carrier(self, sent, signed_in):
        lifecycle.ship(sent, actor=None, carrier="CTT", tracking_number="DA 123 PT")
        shown = page(signed_in, sent)
        assert "with CTT." in shown
        assert "DA 123 PT" in shown
        lifecycle.deliver(sent, actor=None)
        assert "This order reached you today" in page(signed_in, sent)

    def test_without_its_contact_it_is_shown_all_the_same(self, sent, signed_in):
        sent.contact.delete()
        shown = page(signed_in, sent)
        assert "We are packing it." in shown
        assert ADDRESS.line1 not in shown


def test_times_are_those_of_the_location(graca, bought, signed_in):
    graca.timezone = "Asia/Tokyo"
    graca.save()
    moment = timezone.now() + timedelta(days=3)
    Order.objects.update(promised_at=moment)
    local = moment.astimezone(graca.zone)
    assert f"{local:%A %-d %B, %H:%M}" in page(signed_in, bought)


@pytest.mark.parametrize("size", [2, 12])
def test_it_asks_as_often_for_many_lines(
    graca, shopper, signed_in, size, django_assert_max_num_queries
):
    goods = [(make_product(), 1) for _number in range(size)]
    for product, _steps in goods:
        offer(product, graca)
    order = make_order(graca, *goods, user=shopper, payment=GOOD_CARD)
    settle(order)
    with django_assert_max_num_queries(16):
        page(signed_in, order)


@pytest.mark.parametrize("size", [2, 12])
def test_the_list_asks_as_often_for_many_orders(
    graca, tea, shopper, signed_in, size, django_assert_max_num_queries
):
    for _number in range(size):
        make_order(graca, (tea, 1), user=shopper)
    with django_assert_max_num_queries(11):
        assert len(signed_in.get("/orders/").context["page"].object_list) == size


def test_the_papers_are_for_those_who_may_see_the_order(
    bought, signed_in, colleague, stranger, graca
):
    do_all_work()
    request_refund(bought.payments.get(), Decimal("1.00"))
    do_all_work()
    note = bought.invoice.credit_notes.get()
    page = signed_in.get(bought.get_absolute_url()).content.decode()
    for paper in ("invoice.pdf", f"credit-notes/{note.number}.pdf"):
        address = f"{bought.get_absolute_url()}{paper}"
        assert address in page
        answer = signed_in.get(address)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
        for other in (colleague, stranger):
            assert other.get(address).status_code == 404
    assert "€1.00" in page


def test_a_guests_link_opens_the_invoice_too(bought_by_guest, guest, stranger):
    do_all_work()
    address = f"{bought_by_guest.get_absolute_url()}invoice.pdf"
    assert guest.get(address).status_code == 200
    assert stranger.get(address).status_code == 404
    key = key_of(bought_by_guest)
    assert stranger.get(address, {"key": key}).status_code == 200
    assert (
        "invoice.pdf?key="
        in stranger.get(bought_by_guest.get_absolute_url(), {"key": key}).content.decode()
    )


def test_before_it_is_paid_there_is_no_invoice(bought, signed_in):
    assert "invoice.pdf" not in signed_in.get(bought.get_absolute_url()).content.decode()
    assert signed_in.get(f"{bought.get_absolute_url()}invoice.pdf").status_code == 404
