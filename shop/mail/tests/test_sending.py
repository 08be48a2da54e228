"""A letter leaves once, whatever happens to the server, the broker and the worker."""

import pytest
from django.core import mail

from shop.mail.models import Kind, Letter
from shop.testing.factories import CONTACT, make_location, make_order, make_product, offer
from shop.testing.worker import do_all_work


@pytest.fixture
def order(db):
    location, product = make_location(), make_product()
    offer(product, location)
    return make_order(location, (product, 2))


def test_a_paid_order_is_confirmed_to_its_shopper(order):
    do_all_work()
    (message,) = mail.outbox
    assert message.to == [CONTACT.email]
    assert order.number in message.subject
    letter = Letter.objects.get()
    assert (letter.kind, letter.order, letter.attempts) == (Kind.PAID, order, 1)
    assert letter.sent_at
