"""A product that is sold out: its page takes down who wants to hear when it is back."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.inventory import back_in_stock, stock
from shop.inventory.models import StockRequest
from shop.testing.factories import make_location, make_product, offer
from storefront.models import ProductPage
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db

FORM = "Tell me when it is back"


@pytest.fixture
def bread(graca):
    record = offer(make_product(title="Bread", upc="BREAD-1"), graca, in_stock=0)
    return record.product


def page(client, product):
    return client.get(ProductPage.objects.get(product=product).url).content.decode()


def ask(client, graca, **values):
    form = {"sku": "BREAD-1", "location": graca.code} | values
    return client.post(reverse("back_in_stock"), form, follow=True).content.decode()


def test_a_sold_out_product_offers_to_tell(guest, bread, graca):
    assert FORM in page(guest, bread)
    stock.receive([(bread.stockrecords.get().pk, 1)])
    assert FORM not in page(guest, bread)


def test_what_is_not_offered_here_offers_nothing(bread):
    assert FORM not in page(browser(make_location()), bread)
    assert FORM not in page(browser(), bread)


def test_a_guest_leaves_an_address(guest, bread, graca):
    said = ask(guest, graca, email="Ada@quist.example")
    assert "We will write to you when Bread is back at Magpie Graça." in said
    assert StockRequest.objects.get().address == "Ada@quist.example"


def test_an_account_is_told_at_its_own_address(signed_in, shopper, bread, graca):
    assert shopper.email in page(signed_in, bread)
    assert "Thank you." in ask(signed_in, graca, email="somebody@else.example")
    assert StockRequest.objects.get().user == shopper


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "Type your email address."), ("ada@", "not complete"), ("x" * 400 + "@a.example", "is")],
)
def test_an_address_that_cannot_be_written_to_is_refused(email, said, guest, bread, graca):
    assert said in ask(guest, graca, email=email)
    assert not StockRequest.objects.exists()


def test_who_comes_too_late_can_order_it(guest, bread, graca):
    stock.receive([(bread.stockrecords.get().pk, 1)])
    assert "you can order it now" in ask(guest, graca, email="ada@quist.example")
    assert not StockRequest.objects.exists()


@pytest.mark.parametrize("values", [{"sku": "NONE"}, {"location": "nowhere"}])
def test_what_there_is_not_is_not_found(values, guest, bread, graca):
    form = {"sku": "BREAD-1", "location": graca.code, "email": "a@quist.example"} | values
    assert guest.post(reverse("back_in_stock"), form).status_code == 404


def test_a_letters_link_asks_before_it_takes_anybody_off(stranger, bread, graca):
    soup = offer(make_product(title="Soup"), graca, in_stock=0).product
    request = back_in_stock.ask(bread, graca, email="ada@quist.example")
    link = reverse("back_in_stock_withdraw", args=[back_in_stock.withdrawal_token(request)])
    back_in_stock.ask(soup, graca, email="ada@quist.example")
    shown = stranger.get(link).content.decode()
    assert "when Bread is back at Magpie Graça" in shown
    assert "You wait for one other product too." in shown
    assert StockRequest.objects.exists()
    assert "You are off the list." in stranger.post(link, follow=True).content.decode()
    assert not StockRequest.objects.exists()
    assert "You are not on the list" in stranger.get(link).content.decode()
    assert stranger.post(link).status_code == 302


def test_a_mail_programs_own_button_needs_no_page(bread, graca):
    request = back_in_stock.ask(bread, graca, email="ada@quist.example")
    link = reverse("back_in_stock_withdraw", args=[back_in_stock.withdrawal_token(request)])
    program = Client(enforce_csrf_checks=True)
    for _click in range(2):
        answer = program.post(link, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (200, b"")
    assert not StockRequest.objects.exists()


def test_who_asks_for_too_many_is_told_when_to_ask_again(guest, bread, graca, monkeypatch):
    monkeypatch.setitem(back_in_stock.ASKED.most, "visitor", 1)
    ask(guest, graca, email="ada@quist.example")
    assert "Ask again in 60 minutes." in ask(guest, graca, email="ben@quist.example")
    assert StockRequest.objects.count() == 1


def test_a_forged_link_is_not_found(stranger):
    link = reverse("back_in_stock_withdraw", args=["forged"])
    assert stranger.get(link).status_code == 404
    assert stranger.post(link).status_code == 404


def test_a_sold_out_page_asks_the_database_no_more_than_another(
    guest, bread, graca, django_assert_num_queries
):
    url = ProductPage.objects.get(product=bread).url
    # The frame of all pages is there, this page is not.
    guest.get(url, {"quantity": "2"})
    with django_assert_num_queries(6):
        guest.get(url)
