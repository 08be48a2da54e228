"""Ctrl-K: what it finds for whom, what it never finds, and what it asks."""

import pytest
from django.urls import reverse

from shop.pickup import codes
from shop.testing.factories import CONTACT, make_code, make_order, make_product, offer

pytestmark = pytest.mark.django_db

SEARCH = reverse("admin:search")


def found(client, typed):
    answer = client.get(SEARCH, {"s": typed, "extended": 1})
    assert answer.status_code == 200
    return {str(result.title): str(result.link) for result in answer.context["results"]}


def test_everything_has_a_name_that_finds_it(place, owner, here, jar, signed_in):
    order, code = place(), make_code("QUINCE10")
    client = signed_in(owner)
    assert order.number in found(client, order.number[:6].lower())
    assert set(found(client, "quince")) == {"Quince jelly", "QUINCE10"}
    assert "Magpie Here" in found(client, "magpie h")
    assert found(client, "jelly-1")["Quince jelly"].endswith(f"/{jar.pk}/change/")
    assert found(client, "quince10")["QUINCE10"].endswith(f"/{code.pk}/change/")
    assert "Receive a delivery" in found(client, "deliv")
    assert "Make orders ready" in found(client, "make ready")
    assert found(client, "health")["Health"] == reverse("health")


def test_ones_own_rows_and_pages_alone(place, here, elsewhere, jar, seller, counter, signed_in):
    offer(jar, elsewhere)
    theirs, mine = make_order(elsewhere, (jar, 1)), place()
    client = signed_in(counter)
    assert mine.number in found(client, mine.number)
    assert theirs.number not in found(client, theirs.number)
    assert found(client, "quince") == {}
    assert found(client, "magpie else") == {}
    assert "Promo codes" not in found(client, "promo")
    assert "Receive a delivery" not in found(client, "deliv")
    make_product(title="Own honey", seller=seller)
    assert set(found(signed_in(seller), "own")) == {"Own honey"}
    assert found(signed_in(seller), "quince") == {}


def test_neither_a_shopper_nor_a_pickup_code_is_found(place, owner, shopper, signed_in):
    order = place(ready=True)
    client = signed_in(owner)
    short = codes.short_of(order.pickup_codes.get())
    words = [*CONTACT.name.split(), CONTACT.email, CONTACT.phone, shopper.username, short]
    for typed in words:
        assert order.number not in found(client, typed), typed
        assert not any("zebulon" in title.lower() for title in found(client, typed))


def test_nothing_typed_finds_nothing_and_nonsense_does_not_break(owner, here, signed_in):
    client = signed_in(owner)
    for typed in ("", "   ", "---", "%", "x" * 5000):
        assert found(client, typed) == {}


def test_a_passer_by_is_sent_to_the_door(client, shopper, signed_in):
    for visitor in (client, signed_in(shopper)):
        assert visitor.get(SEARCH, {"s": "magpie"}).status_code == 302


def test_it_asks_as_much_whatever_there_is(owner, place, signed_in, django_assert_max_num_queries):
    client, asked = signed_in(owner), []
    found(client, "quince")
    for _size in range(2):
        with django_assert_max_num_queries(15) as counted:
            found(client, "quince")
        asked.append(len(counted))
        for number in range(5):
            make_product(title=f"Quince {number}")
    assert len(set(asked)) == 1
