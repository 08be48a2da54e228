"""Stock that runs low, and stock that is back."""

from urllib.parse import urlsplit

import pytest

from shop.inventory import back_in_stock, stock
from shop.inventory.models import StockRequest
from shop.mail.models import Kind, Letter
from shop.testing.factories import make_location, make_order, make_product, make_user, offer
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db


def test_low_stock_is_told_to_the_locations_people_and_nobody_else(mailoutbox):
    location, product = make_location(), make_product()
    keeper = make_user("Seller", [location])
    make_user("Seller", [make_location()])
    make_user("Counter", [location])
    record = offer(product, location, low_stock_threshold=3)

    stock.adjust(record, -8, reason="broken")
    do_all_work()

    (message,) = mailoutbox
    assert message.to == [keeper.email]
    assert product.title in message.subject
    assert Letter.objects.get().kind == Kind.LOW_STOCK


def test_whoever_asked_is_told_once_that_it_is_back(mailoutbox):
    location, product, shopper = make_location(), make_product(), make_user()
    record = offer(product, location, in_stock=0)
    back_in_stock.ask(product, location, user=shopper)
    back_in_stock.ask(product, location, email="guest@magpie.example")

    stock.receive([(record.pk, 5)], reason="delivery")
    do_all_work()
    back_in_stock.tell(record)
    do_all_work()

    assert [message.to for message in mailoutbox] == [[shopper.email], ["guest@magpie.example"]]
    assert all(product.title in message.subject for message in mailoutbox)


def test_its_letter_says_how_to_get_no_more_of_them(mailoutbox, client):
    location, product = make_location(), make_product()
    record = offer(product, location, in_stock=0)
    request = back_in_stock.ask(product, location, email="guest@magpie.example")
    stock.receive([(record.pk, 5)], reason="delivery")
    do_all_work()

    (message,) = mailoutbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html, _kind = message.alternatives[0]
    assert link in message.body
    assert f'href="{link}"' in html
    page = client.get(urlsplit(link).path)
    assert page.context["asked"] == request
    client.post(urlsplit(link).path)
    assert not StockRequest.objects.exists()


def test_no_other_letter_has_a_list_to_get_off(mailoutbox):
    location, product = make_location(), make_product()
    offer(product, location)
    make_order(location, (product, 1))
    do_all_work()
    (message,) = mailoutbox
    assert "List-Unsubscribe" not in message.extra_headers
