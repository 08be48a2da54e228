from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from shop.basket.models import Basket, Line
from shop.testing.factories import make_location, make_product, offer
from storefront.tests.conftest import browser
from storefront.tests.promo_codes import make_promo_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def apples(graca):
    apples = make_product(upc="APPLES", title="Apples", unit="kg", step=Decimal("0.25"))
    offer(apples, graca, price="3.99", in_stock=8)
    return apples


@pytest.fixture
def ribbon(graca):
    ribbon = make_product(upc="RIBBON", title="Ribbon")
    offer(ribbon, graca, price="2.50", in_stock=5)
    return ribbon


def add(client, sku, quantity="", **values):
    return client.post("/basket/add/", {"sku": sku, "quantity": quantity} | values)


def lines():
    return list(Line.objects.order_by("pk").values_list("product__upc", "quantity"))


def page(client):
    return client.get("/basket/").content.decode()


def only_line():
    return reverse("basket_line", args=[Line.objects.get().pk])


class TestAdding:
    def test_a_weight_becomes_steps(self, guest, apples):
        answer = add(guest, "APPLES", "0.75", next="/p/APPLES/")
        assert answer.url == "/p/APPLES/"
        assert lines() == [("APPLES", 3)]
        assert "0.75 kg" in page(guest)
        assert "€2.99" in page(guest)

    def test_a_comma_is_a_point(self, guest, apples):
        add(guest, "APPLES", "0,5")
        assert lines() == [("APPLES", 2)]

    def test_without_a_quantity_it_is_one_step(self, guest, apples):
        add(guest, "APPLES")
        assert lines() == [("APPLES", 1)]

    @pytest.mark.parametrize("typed", ["0.3", "-1", "lots", "nan", "1e999", "0"])
    def test_what_is_no_step_is_refused_and_kept(self, guest, apples, typed):
        answer = add(guest, "APPLES", typed, next="/p/APPLES/?from=list#buy")
        assert answer.url == f"/p/APPLES/?{urlencode({'quantity': typed})}"
        assert lines() == []
        assert "sold in steps of 0.25 kg" in page(guest)

    def test_more_than_there_is_says_what_is_left(self, guest, apples):
        add(guest, "APPLES", "1.5")
        answer = add(guest, "APPLES", "1")
        assert answer.url == "/p/APPLES/?quantity=1"
        assert "Only 2 kg of Apples are left here." in page(guest)
        assert lines() == [("APPLES", 6)]

    def test_what_is_not_offered_here_is_refused(self, guest, graca):
        make_product(upc="ELSEWHERE", title="Elsewhere")
        add(guest, "ELSEWHERE", "1")
        assert "Magpie Graça does not offer Elsewhere." in page(guest)

    def test_what_is_not_sold_at_all_is_refused(self, guest):
        assert add(guest, "NOTHING", "1").url == "/"

    def test_another_site_is_no_way_back(self, guest, apples):
        assert add(guest, "APPLES", "1", next="https://elsewhere.example/").url == "/p/APPLES/"

    def test_a_wish_waits_for_a_location(self, stranger, graca, apples):
        answer = add(stranger, "APPLES", "0.5", next="/p/APPLES/")
        assert answer.url == "/locations/?next=%2Fbasket%2Fadd%2F"
        assert lines() == []
        stranger.cookies["magpie_location"] = graca.code
        assert stranger.get("/basket/add/").url == "/p/APPLES/"
        assert lines() == [("APPLES", 2)]
        # Going there again adds nothing.
        assert stranger.get("/basket/add/").url == "/basket/"
        assert lines() == [("APPLES", 2)]

    def test_the_basket_moves_to_where_its_shopper_went(self, guest, graca, apples, ribbon):
        add(guest, "APPLES", "0.5")
        add(guest, "RIBBON", "1")
        porto = make_location(name="Magpie Porto", code="porto")
        offer(apples, porto, price="4.00")
        guest.cookies["magpie_location"] = "porto"
        add(guest, "APPLES", "0.25")
        assert lines() == [("APPLES", 3)]
        assert "Ribbon: not sold here, so it left your basket; Magpie Graça has it." in page(guest)


class TestChanging:
    def test_a_typed_quantity_counts(self, guest, apples):
        add(guest, "APPLES", "0.5")
        assert guest.post(only_line(), {"quantity": "1.25"}).url == "/basket/"
        assert lines() == [("APPLES", 5)]

    def test_one_step_more_or_less(self, guest, apples):
        add(guest, "APPLES", "0.5")
        guest.post(only_line(), {"quantity": "0.5", "change": "more"})
        assert lines() == [("APPLES", 3)]
        guest.post(only_line(), {"quantity": "0.75", "change": "less"})
        assert lines() == [("APPLES", 2)]

    def test_a_refused_quantity_stays_in_its_field(self, guest, apples):
        add(guest, "APPLES", "0.5")
        answer = guest.post(only_line(), {"quantity": "0.6"}).content.decode()
        assert 'value="0.6"' in answer
        assert "sold in steps of 0.25 kg" in answer
        answer = guest.post(only_line(), {"quantity": "5"}).content.decode()
        assert 'value="5"' in answer
        assert "Only 2 kg of Apples are left here." in answer
        assert lines() == [("APPLES", 2)]

    @pytest.mark.parametrize("values", [{"remove": "1"}, {"quantity": "0"}])
    def test_a_removed_line_can_be_put_back(self, guest, apples, values):
        add(guest, "APPLES", "0.5")
        guest.post(only_line(), values)
        assert lines() == []
        shown = page(guest)
        assert "Apples is out of your basket." in shown
        assert 'name="quantity" value="0.5"' in shown
        assert "Apples" not in page(guest)

    def test_htmx_gets_the_part_that_changed(self, guest, apples):
        add(guest, "APPLES", "0.5")
        values = {"quantity": "1"}
        answer = guest.post(only_line(), values, headers={"HX-Request": "true"})
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in shown
        assert "Total: €3.99" in shown

    def test_nobody_else_changes_it(self, guest, colleague, stranger, apples):
        add(guest, "APPLES", "0.5")
        for client in (colleague, stranger):
            answer = client.post(only_line(), {"remove": "1"}, follow=True)
            assert "not in your basket any more" in answer.content.decode()
            assert "Apples" not in page(client)
        assert lines() == [("APPLES", 2)]

    def test_what_sold_out_meanwhile_says_so(self, guest, apples):
        add(guest, "APPLES", "0.5")
        apples.stockrecords.update(num_allocated=7)
        shown = page(guest)
        assert "Only 0.25 kg left here." in shown
        assert reverse("checkout") not in shown


class TestPromoCode:
    def test_it_takes_its_share_off(self, guest, ribbon):
        make_promo_code("TENOFF", percent=10)
        add(guest, "RIBBON", "2")
        guest.post("/basket/promo-code/", {"code": " tenoff "})
        shown = page(guest)
        assert "−€0.50" in shown
        assert "€4.50" in shown

    def test_one_that_is_refused_stays_in_its_field(self, guest, ribbon):
        add(guest, "RIBBON", "2")
        shown = guest.post("/basket/promo-code/", {"code": "nonsense"}).content.decode()
        assert "We do not know the promo code NONSENSE." in shown
        assert 'value="nonsense"' in shown

    def test_it_can_be_taken_off(self, guest, ribbon):
        make_promo_code("TENOFF", percent=10)
        add(guest, "RIBBON", "2")
        guest.post("/basket/promo-code/", {"code": "TENOFF"})
        guest.post("/basket/promo-code/", {"remove": "TENOFF"})
        assert "TENOFF" not in page(guest)
        assert "€5.00" in page(guest)

    def test_one_that_ran_out_meanwhile_says_so(self, guest, ribbon):
        code = make_promo_code("TENOFF", percent=10, max_uses=1)
        add(guest, "RIBBON", "2")
        guest.post("/basket/promo-code/", {"code": "TENOFF"})
        type(code).objects.update(num_orders=1)
        assert "TENOFF has been used up." in page(guest)

    def test_an_empty_basket_takes_none(self, guest):
        assert guest.post("/basket/promo-code/", {"code": "TENOFF"}).url == "/basket/"


class TestWhose:
    def test_each_sees_their_own(self, guest, signed_in, colleague, stranger, apples):
        add(guest, "APPLES", "0.5")
        assert "Apples" in page(guest)
        for client in (signed_in, colleague, stranger):
            assert "Apples" not in page(client)

    def test_a_guests_basket_follows_into_the_account(self, guest, shopper, apples, ribbon):
        kept = browser(guest_location := apples.stockrecords.get().partner.location, shopper)
        add(kept, "RIBBON", "1")
        add(guest, "APPLES", "0.5")
        guest.force_login(shopper)
        assert "Apples" in page(guest)
        assert "Ribbon" in page(guest)
        assert Basket.open.get(owner=shopper).location == guest_location

    def test_a_guests_basket_elsewhere_is_not_lost_at_login(self, shopper, graca, apples):
        porto = make_location(name="Magpie Porto", code="porto")
        offer(apples, porto, price="4.00")
        add(browser(graca, shopper), "APPLES", "0.25")
        guest = browser(porto)
        add(guest, "APPLES", "1")
        guest.force_login(shopper)
        assert "€4.00" in page(guest)
        assert Basket.open.get(owner=shopper).location == porto

    def test_it_is_kept_from_caches(self, guest):
        assert "no-store" in guest.get("/basket/")["Cache-Control"]


def test_an_empty_basket_shows_the_way(guest, stranger):
    assert "Nothing in it yet." in page(guest)
    assert "Choose a location" in page(stranger)


@pytest.mark.parametrize("size", [2, 12])
def test_it_asks_as_often_for_many_lines(signed_in, graca, size, django_assert_max_num_queries):
    for number in range(size):
        product = make_product(upc=f"MANY-{number}")
        offer(product, graca)
        add(signed_in, product.upc, "1")
    page(signed_in)  # the messages are read
    with django_assert_max_num_queries(8):
        page(signed_in)
    make_promo_code("TENOFF", percent=10)
    signed_in.post("/basket/promo-code/", {"code": "TENOFF"})
    with django_assert_max_num_queries(8):
        assert "TENOFF" in page(signed_in)
