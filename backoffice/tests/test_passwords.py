"""Sensitive actions ask for the password again, lose nothing that was typed, and set a limit."""

import pytest
from django.urls import reverse

from shop.contacts.models import Reveal
from shop.payment.models import Refund
from shop.testing.factories import CONTACT
from shop.voucher.models import VoucherSet

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "True"}
WHY = "The courier cannot find the door."
OWN = PRESSED | {"own_password": "a-good-password"}


def test_a_reveal_asks_and_shows_nothing_until_then(support, place, back_after_a_while):
    order = place(paid=True)
    client = back_after_a_while(support)
    address = reverse("admin:order_order_reveal_contact", args=[order.pk])

    page = client.post(address, PRESSED | {"reason": WHY}).content.decode()
    assert CONTACT.name not in page
    assert WHY in page
    assert not Reveal.objects.exists()

    assert CONTACT.name in client.post(address, PRESSED | {"reason": WHY} | OWN).content.decode()
    # Once typed, it is not asked for again for a while.
    again = client.post(address, PRESSED | {"reason": WHY})
    assert CONTACT.name in again.content.decode()


def test_guessing_the_password_comes_to_an_end(support, place, back_after_a_while):
    client = back_after_a_while(support)
    address = reverse("admin:order_order_reveal_contact", args=[place(paid=True).pk])
    for _guess in range(10):
        client.post(address, PRESSED | {"reason": WHY, "own_password": "guess"})
    page = client.post(address, PRESSED | {"reason": WHY} | OWN).content.decode()
    assert "Too many wrong passwords" in page
    assert CONTACT.name not in page


def refund(client, order, **typed):
    address = reverse("admin:order_order_refund", args=[order.pk])
    typed = PRESSED | {"beside_goods": "5.00", "reason": "late", "restock": "on"} | typed
    shown = client.post(address, typed).content.decode()
    agreed = shown.partition('name="agreed" value="')[2].partition('"')[0]
    return client.post(address, typed | {"agreed": agreed.replace("&amp;", "&")}).content.decode()


def test_a_large_refund_asks_and_a_small_one_does_not(desk, place, back_after_a_while, settings):
    order, client = place(paid=True), back_after_a_while(desk)
    refund(client, order)
    assert Refund.objects.count() == 1

    settings.CONFIRM_REFUNDS_ABOVE = 1
    page = refund(client, order, beside_goods="2.00")
    assert "Type your password to go on" in page
    assert "late" in page
    assert Refund.objects.count() == 1

    refund(client, order, beside_goods="2.00", **OWN)
    assert Refund.objects.count() == 2


def test_a_set_of_codes_asks_when_it_is_made_and_when_it_is_downloaded(
    promotions, here, back_after_a_while
):
    client = back_after_a_while(promotions)
    typed = {
        "name": "Autumn",
        "count": "3",
        "kind": "percent",
        "value": "10",
        "start_datetime_0": "2026-01-01",
        "start_datetime_1": "00:00",
        "end_datetime_0": "2030-01-01",
        "end_datetime_1": "00:00",
    }
    make = reverse("admin:voucher_voucherset_add")
    page = client.post(make, typed).content.decode()
    assert "Type your password to go on" in page
    assert 'value="Autumn"' in page
    assert not VoucherSet.objects.exists()
    client.post(make, typed | OWN)
    made = VoucherSet.objects.get()

    codes = reverse("admin:voucher_voucherset_codes_as_csv", args=[made.pk])
    later = back_after_a_while(promotions)
    assert later.get(codes)["Location"].startswith("/accounts/reauthenticate/?next=")
    answer = later.post(
        f"/accounts/reauthenticate/?next={codes}", {"password": "a-good-password", "next": codes}
    )
    assert answer["Location"] == codes
    assert later.get(codes)["Content-Type"] == "text/csv"
