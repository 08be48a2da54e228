"""The torture, small: what needs no processes of its own."""

import pytest

from shop.order.models import Order
from shop.testing.factories import make_location, make_product, offer
from shop.testing.races import on_committed_rows
from shop.testing.torture.people import one_code_two_scanners
from shop.testing.torture.shoppers import Shopper
from shop.testing.torture.walk import walk


@pytest.mark.django_db
def test_random_steps_break_no_rule():
    assert walk(60).attempts


@on_committed_rows
def test_one_code_that_two_scan_is_handed_over_once():
    tally, as_told = one_code_two_scanners(None, scale=1)
    assert as_told, tally


@on_committed_rows
def test_a_shopper_buys_over_http_and_a_form_that_is_sent_twice_is_one_order(live_server):
    location, product = make_location(), make_product()
    offer(product, location)
    shopper = Shopper(live_server.url, location)
    shopper.fill_basket(product)
    agreement = shopper.agree()
    number = shopper.order(agreement)
    assert number == Order.objects.get().number
    assert shopper.order(agreement) == number
