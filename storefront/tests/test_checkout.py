import re
from decimal import Decimal

import pytest
from django.db import connection

from shop.basket.models import Basket, Line
from shop.contacts.models import Contact
from shop.order.models import Fulfilment, Order
from shop.payment.models import Payment
from shop.testing.factories import deliver_from, make_product, offer
from shop.testing.races import on_committed_rows, race
from storefront.tests.conftest import browser
from storefront.tests.promo_codes import make_promo_code
from tasks.outbox import perform

pytestmark = pytest.mark.django_db

WHO = {"name": "Zebulon Quist", "email": "zebulon@quist.example", "phone": "+44 20 7946 0123"}

SENT = {
    "fulfilment": "delivery",
    "line1": "7 Quillon Steps",
    "line2": "",
    "postcode": "1100-042",
    "city": "Lisboa",
    "country": "PT",
    "method": "standard",
}


@pytest.fixture
def tea(graca):
    tea = make_product(upc="TEA", title="Tea")
    offer(tea, graca, price="4.20", in_stock=5)
    return tea


def fill(client, sku="TEA", quantity="2"):
    client.post("/basket/add/", {"sku": sku, "quantity": quantity})


def agreement(client, **looked_at):
    """What the page asks to agree to; with values, after a look at what they change."""
    answer = client.post("/checkout/", looked_at | {"look": "1"}) if looked_at else None
    page = shown(answer or client.get("/checkout/"))
    return re.search(r'name="agreement" id="agreement" value="([^"]+)"', page)[1]


def shown(answer):
    return answer.content.decode()


def submit(client, agreed=None, **values):
    values = WHO | {"card": "sim_ok", "agreement": agreed or agreement(client)} | values
    return client.post("/checkout/", values)


def settle():
    payment = Payment.objects.get()
    perform("collect_payment", str(payment.pk))


def in_basket(client):
    context = client.get("/basket/").context
    return [(line.product.upc, line.quantity) for line in context["lines"]]


class TestOrdering:
    def test_a_guest_orders(self, guest, tea):
        fill(guest)
        answer = submit(guest)
        order = Order.objects.get()
        assert answer.url == f"/orders/{order.number}/"
        assert order.user is None
        assert order.total_incl_tax == Decimal("8.40")
        assert Contact.objects.values("name", "email", "phone").get() == WHO
        assert Payment.objects.values_list("method", "token").get() == ("simulated", "sim_ok")
        assert in_basket(guest) == []

    def test_an_account_finds_its_name_filled_in(self, signed_in, shopper, tea):
        fill(signed_in)
        page = shown(signed_in.get("/checkout/"))
        assert 'value="Zoe Quill"' in page
        assert f'value="{shopper.email}"' in page
        submit(signed_in)
        assert Order.objects.get().user == shopper

    def test_an_empty_basket_goes_back(self, guest, stranger, tea):
        assert guest.get("/checkout/").url == "/basket/"
        assert stranger.get("/checkout/").url == "/basket/"
        assert stranger.post("/checkout/", WHO).url == "/basket/"

    def test_the_phone_may_stay_unknown(self, guest, tea):
        fill(guest)
        submit(guest, phone="")
        assert Contact.objects.get().phone == ""

    @pytest.mark.parametrize("size", [2, 12])
    def test_it_asks_as_often_for_many_lines(
        self, guest, graca, size, django_assert_max_num_queries
    ):
        for number in range(size):
            product = make_product(upc=f"MANY-{number}")
            offer(product, graca)
            fill(guest, product.upc, "1")
        guest.get("/basket/")
        with django_assert_max_num_queries(8):
            agreed = agreement(guest)
        # Four of them are the savepoints of a test: 15 over HTTP.
        with django_assert_max_num_queries(19):
            submit(guest, agreed)

    @pytest.mark.parametrize("size", [2, 12])
    def test_a_delivery_asks_as_often_for_many_lines(
        self, guest, graca, size, django_assert_max_num_queries
    ):
        deliver_from(graca)
        for number in range(size):
            product = make_product(upc=f"MANY-{number}")
            offer(product, graca)
            fill(guest, product.upc, "1")
        guest.get("/basket/")
        agreed = agreement(guest, **SENT)
        # Four of them are the savepoints of a test: 16 over HTTP.
        with django_assert_max_num_queries(20):
            submit(guest, agreed, **SENT)
        assert Order.objects.get().fulfilment == Fulfilment.DELIVERY


class TestDelivery:
    @pytest.fixture(autouse=True)
    def _rates(self, graca):
        deliver_from(graca, "4.90")
        deliver_from(graca, "7.90", country="ES")
        deliver_from(graca, "9.50", name="Express")

    def test_it_is_asked_for_an_address_only_when_it_is_to_be_sent(self, guest, tea):
        fill(guest)
        page = shown(guest.get("/checkout/"))
        assert "Send it" in page
        assert 'name="line1"' not in page
        assert "Order and pay €8.40" in page
        looked = shown(guest.post("/checkout/", WHO | {"fulfilment": "delivery", "look": "1"}))
        assert 'name="line1"' in looked
        assert "Order and pay €13.30" in looked
        assert 'value="Zebulon Quist"' in looked
        assert "Not ordered yet." not in looked

    def test_it_is_ordered_with_what_it_costs(self, guest, tea):
        fill(guest)
        answer = submit(guest, agreement(guest, **SENT), **SENT)
        order = Order.objects.get()
        assert answer.url == f"/orders/{order.number}/"
        assert (order.total_incl_tax, order.shipping_method) == (Decimal("13.30"), "Standard")
        assert Contact.objects.get().postal_address.line1 == "7 Quillon Steps"

    def test_another_way_costs_what_it_says(self, guest, tea):
        fill(guest)
        express = SENT | {"method": "express"}
        submit(guest, agreement(guest, **express), **express)
        assert Order.objects.get().total_incl_tax == Decimal("17.90")

    def test_without_scripts_the_new_total_is_shown_first(self, guest, tea):
        fill(guest)
        page = shown(submit(guest, **SENT))
        assert "The total has delivery in it now." in page
        assert "Order and pay €13.30" in page
        assert 'value="7 Quillon Steps"' in page
        assert not Order.objects.exists()
        agreed = re.search(r'id="agreement" value="([^"]+)"', page)[1]
        assert submit(guest, agreed, **SENT).status_code == 302

    def test_another_country_shows_its_total_first(self, guest, tea):
        fill(guest)
        page = shown(submit(guest, agreement(guest, **SENT), **SENT | {"country": "ES"}))
        assert "The total has delivery in it now." in page
        assert "Order and pay €16.30" in page

    def test_a_change_of_mind_shows_the_total_without_it(self, guest, tea):
        fill(guest)
        page = shown(submit(guest, agreement(guest, **SENT), fulfilment="pickup"))
        assert "The total is without delivery now." in page
        assert "Order and pay €8.40" in page

    def test_what_is_missing_is_said_where_it_is_missing(self, guest, tea):
        fill(guest)
        without = SENT | {"line1": " ", "postcode": "", "city": "x" * 81, "country": "SE"}
        page = shown(submit(guest, agreement(guest, **SENT), **without))
        for sentence in (
            "Type the street and the number.",
            "Type the postcode.",
            "at most 80 characters",
            "Choose one of these countries.",
        ):
            assert sentence in page
        assert not Order.objects.exists()

    def test_who_collects_is_not_held_up_by_half_an_address(self, guest, tea):
        fill(guest)
        half = SENT | {"fulfilment": "pickup", "postcode": "?", "country": "SE"}
        assert submit(guest, **half).status_code == 302
        assert Contact.objects.get().postal_address is None

    def test_what_is_too_heavy_says_so(self, guest, graca, tea):
        graca.delivery_rates.filter(country="PT").delete()
        deliver_from(graca, "4.90", up_to_grams=1000)
        type(tea).objects.update(weight_grams=900)
        fill(guest)
        looked = shown(guest.post("/checkout/", SENT | {"look": "1"}))
        assert "This is too heavy to be sent: at most 1 kg." in looked
        assert "too heavy" in shown(submit(guest, **SENT))
        assert not Order.objects.exists()

    def test_where_nothing_is_sent_nothing_is_offered(self, guest, graca, tea):
        graca.delivers = False
        graca.save()
        fill(guest)
        assert "Send it" not in shown(guest.get("/checkout/"))
        assert "This can only be collected." in shown(submit(guest, **SENT))
        assert not Order.objects.exists()

    def test_a_failed_payment_brings_the_address_back(self, guest, tea):
        fill(guest)
        submit(guest, agreement(guest, **SENT), card="sim_declined", **SENT)
        settle()
        page = shown(guest.get("/checkout/"))
        assert 'value="7 Quillon Steps"' in page
        assert "Order and pay €13.30" in page


class TestRefusals:
    def test_what_was_typed_stays(self, guest, tea):
        fill(guest)
        page = shown(submit(guest, email="zebulon@", phone="call me", card="sim_declined"))
        assert "This email address is not complete." in page
        assert "Type a phone number" in page
        assert 'value="Zebulon Quist"' in page
        assert 'value="zebulon@"' in page
        assert re.search(r'value="sim_declined" required checked', page)
        assert 'id="faults" role="alert" tabindex="-1" autofocus' in page
        assert not Order.objects.exists()

    @pytest.mark.parametrize("card", ["", "sim_unheard_of", "4242424242424242"])
    def test_an_unknown_card_is_refused(self, guest, tea, card):
        fill(guest)
        page = shown(submit(guest, card=card))
        assert 'id="id_card_error"' in page
        assert "4242424242424242" not in page
        assert not Order.objects.exists()

    def test_what_sold_out_meanwhile_is_said_at_its_line(self, guest, tea):
        fill(guest)
        agreed = agreement(guest)
        tea.stockrecords.update(num_allocated=4)
        page = shown(submit(guest, agreed))
        assert "Only 1 left here." in page
        assert 'value="Zebulon Quist"' in page
        assert not Order.objects.exists()

    def test_a_new_price_asks_again(self, guest, tea):
        fill(guest)
        agreed = agreement(guest)
        tea.stockrecords.update(price=Decimal("5.00"))
        page = shown(submit(guest, agreed))
        assert "Your basket has changed meanwhile." in page
        assert "Order and pay €10.00" in page
        assert not Order.objects.exists()
        submit(guest)
        assert Order.objects.get().total_incl_tax == Decimal("10.00")

    def test_a_promo_code_that_ran_out_does_not_charge_the_full_price(self, guest, tea):
        code = make_promo_code("TENOFF", percent=10, max_uses=1)
        fill(guest)
        guest.post("/basket/promo-code/", {"code": "TENOFF"})
        agreed = agreement(guest)
        type(code).objects.update(num_orders=1)
        page = shown(submit(guest, agreed))
        assert "TENOFF has been used up." in page
        assert not Order.objects.exists()

    def test_a_basket_that_grew_in_another_tab_asks_again(self, guest, tea):
        fill(guest)
        agreed = agreement(guest)
        fill(guest, quantity="1")
        assert "Your basket has changed meanwhile." in shown(submit(guest, agreed))
        assert not Order.objects.exists()

    def test_an_agreement_is_not_made_up(self, guest, tea):
        fill(guest)
        assert "Your basket has changed meanwhile." in shown(submit(guest, "made-up"))
        assert not Order.objects.exists()

    def test_nobody_orders_the_basket_of_another(self, guest, colleague, stranger, tea):
        fill(guest)
        fill(colleague, quantity="1")
        agreed = agreement(guest)
        assert "Your basket has changed meanwhile." in shown(submit(colleague, agreed))
        assert submit(stranger, agreed).url == "/basket/"
        assert not Order.objects.exists()


class TestOnce:
    def test_sent_twice_it_is_one_order(self, guest, signed_in, tea):
        for number, client in enumerate((guest, signed_in), 1):
            fill(client)
            agreed = agreement(client)
            assert submit(client, agreed).url == submit(client, agreed).url
            assert Order.objects.count() == number

    def test_going_back_after_filling_the_next_basket(self, guest, tea):
        fill(guest)
        agreed = agreement(guest)
        first = submit(guest, agreed).url
        fill(guest, quantity="1")
        assert submit(guest, agreed).url == first
        assert Order.objects.count() == 1
        assert in_basket(guest) == [("TEA", 1)]

    def test_a_stranger_with_the_form_gets_no_order(self, guest, colleague, stranger, tea):
        fill(guest)
        agreed = agreement(guest)
        submit(guest, agreed)
        for client in (colleague, stranger):
            assert submit(client, agreed).url == "/basket/"

    def test_the_last_pieces_are_not_sold_out_to_who_has_just_bought_them(self, guest, tea):
        fill(guest, quantity="5")
        agreed = agreement(guest)
        assert submit(guest, agreed).url == submit(guest, agreed).url


@on_committed_rows
@pytest.mark.parametrize("pieces", ["2", "5"])
def test_a_double_click_is_one_order(graca, tea, pieces):
    client = browser(graca)
    fill(client, quantity=pieces)
    agreed = agreement(client)

    def click():
        tab = browser()
        tab.cookies = client.cookies
        return submit(tab, agreed).headers.get("Location")

    answers = race(click, click, click, click)
    order = Order.objects.get()
    assert answers == [f"/orders/{order.number}/"] * 4
    assert Payment.objects.count() == 1
    assert tea.stockrecords.get().num_allocated == int(pieces)


class TestDeclined:
    def test_a_guest_finds_everything_back(self, guest, tea):
        fill(guest)
        submit(guest, card="sim_declined")
        settle()
        assert in_basket(guest) == [("TEA", 2)]
        assert submit(guest).status_code == 302
        assert Order.objects.count() == 2

    def test_a_guest_finds_what_was_typed_too(self, guest, tea):
        fill(guest)
        submit(guest, card="sim_declined")
        settle()
        form = guest.get("/checkout/").context["form"]
        assert form["name"].value() == WHO["name"]
        assert form["email"].value() == WHO["email"]

    def test_an_account_finds_everything_back(self, signed_in, shopper, tea):
        fill(signed_in)
        submit(signed_in, card="sim_insufficient_funds")
        settle()
        assert in_basket(browser(None, shopper)) == [("TEA", 2)]

    def test_even_when_the_next_basket_was_ordered_too(self, guest, tea):
        fill(guest)
        submit(guest, card="sim_declined")
        fill(guest, quantity="1")
        submit(guest)
        declined = Payment.objects.get(token="sim_declined")
        perform("collect_payment", str(declined.pk))
        assert in_basket(guest) == [("TEA", 2)]
        second = Order.objects.exclude(pk=declined.order_id).get()
        assert Line.objects.filter(basket=second.basket).values_list("quantity").get() == (1,)
        assert Basket.open.count() == 1


def test_a_request_is_no_transaction():
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False
