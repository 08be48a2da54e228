"""Stock that runs low, and stock that is back."""

import pytest

from shop.inventory import back_in_stock, stock
from shop.mail.models import Kind, Letter
from shop.testing.factories import make_location, make_product, make_user, offer
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
