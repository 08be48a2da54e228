import pytest

from shop.basket.models import Basket
from shop.checkout.place_order import LinesRefused, place_order
from shop.order.models import Order
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_product,
    offer,
)

pytestmark = pytest.mark.django_db


def test_nothing_is_ordered_at_a_location_that_has_closed_for_good():
    location, tea = make_location(), make_product(title="Tea")
    offer(tea, location)
    basket = make_basket(location, (tea, 1))
    location.is_active = False
    location.save()
    with pytest.raises(LinesRefused, match="Tea: No longer offered here."):
        place_order(Basket.objects.get(pk=basket.pk), CONTACT, GOOD_CARD)
    assert not Order.objects.exists()


def test_who_an_order_is_for_is_not_printed_where_an_error_report_prints_its_locals():
    printed = repr(CONTACT) + repr(GOOD_CARD)
    for secret in (CONTACT.name, CONTACT.email, CONTACT.phone, GOOD_CARD.token):
        assert secret not in printed
