"""A transfer is made line by line, looked at, and sent once."""

from uuid import uuid4

import pytest
from django.urls import reverse

from shop.inventory.models import Transfer
from shop.testing.factories import make_product, offer
from shop.testing.invariants import assert_invariants

pytestmark = pytest.mark.django_db

SEND = reverse("admin:inventory_transfer_add")


@pytest.fixture
def there(jar, elsewhere):
    return offer(jar, elsewhere, in_stock=0)


@pytest.fixture
def form(here, elsewhere):
    def form(*pairs, **values):
        typed = {"token": uuid4(), "location": here.pk, "receiver": elsewhere.pk, "reason": "fair"}
        typed |= {"sku": [sku for sku, _ in pairs], "quantity": [quantity for _, quantity in pairs]}
        return typed | values

    return form


def in_stock(record):
    record.refresh_from_db()
    return record.num_in_stock


def errors(answer):
    return [line.error for line in answer.context["lines"]]


def test_what_would_be_left_is_shown_before_it_is_sent(keeper, record, there, form, signed_in):
    [line] = signed_in(keeper).post(SEND, form(("JELLY-1", "4"))).context["lines"]
    assert (line.now, line.then, line.error) == ("20", "16", "")
    assert not Transfer.objects.exists()


def test_goods_are_sent_once_however_often_the_button_is_pressed(
    keeper, record, there, form, elsewhere, signed_in
):
    client, typed = signed_in(keeper), form(("JELLY-1", "4"), book="")
    answers = [client.post(SEND, typed) for _press in range(2)]
    transfer = Transfer.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert (transfer.receiver, transfer.sent_by, transfer.reason) == (elsewhere, keeper, "fair")
    assert in_stock(record) == 16
    assert_invariants()


def test_more_than_is_free_is_marked(keeper, record, there, form, place, signed_in):
    place(18)
    answer = signed_in(keeper).post(SEND, form(("JELLY-1", "3"), book=""))
    assert errors(answer) == ["Only 2 is free: the rest is reserved for orders."]
    assert in_stock(record) == 20


def test_what_is_not_offered_there_is_marked(keeper, record, there, here, form, signed_in):
    offer(make_product(upc="ONLY-HERE"), here)
    answer = signed_in(keeper).post(SEND, form(("JELLY-1", "3"), ("ONLY-HERE", "1"), book=""))
    assert errors(answer) == ["", "Magpie Elsewhere does not offer this."]
    assert not Transfer.objects.exists()


def test_goods_do_not_go_where_they_are(keeper, record, here, form, signed_in):
    answer = signed_in(keeper).post(SEND, form(("JELLY-1", "3"), receiver=here.pk, book=""))
    assert "sent to another location" in answer.content.decode()
    assert not Transfer.objects.exists()


def test_nobody_sends_what_is_not_theirs(keeper, there, here, elsewhere, form, signed_in):
    forged = form(("JELLY-1", "3"), location=elsewhere.pk, receiver=here.pk, book="")
    assert signed_in(keeper).post(SEND, forged).status_code == 200
    assert not Transfer.objects.exists()


def test_a_seller_sends_nothing(seller, record, there, form, signed_in):
    assert signed_in(seller).post(SEND, form(("JELLY-1", "3"), book="")).status_code == 403


def test_more_lines_ask_the_same_of_the_database(
    keeper, here, elsewhere, form, signed_in, django_assert_max_num_queries
):
    client, asked, pairs = signed_in(keeper), [], []
    # One record alone is booked without waiting in line.
    for more in (1, 1, 6):
        for _each in range(more):
            product = make_product()
            offer(product, here)
            offer(product, elsewhere)
            pairs.append((product.upc, "2"))
        for button in ({}, {"book": ""}):
            with django_assert_max_num_queries(60) as counted:
                client.post(SEND, form(*pairs) | button, follow=True)
            asked.append(len(counted))
    assert asked[2:4] == asked[4:]
