"""A shopper's own data: seen, taken along and erased by themselves, and by nobody else."""

import json

import pytest

from shop.contacts.models import Contact
from shop.contacts.reveal import reveal
from shop.customer.models import User
from shop.order import lifecycle
from shop.order.access import key_of
from shop.payment import settlement
from shop.payment.models import Payment
from shop.testing.factories import CONTACT, make_order, make_product, make_user, offer
from storefront.tests.conftest import browser

pytestmark = pytest.mark.django_db

WHY = "The courier asks for a phone number."
PASSWORD = "a-good-password"


@pytest.fixture
def buy(graca):
    tea = make_product()
    offer(tea, graca)

    def buy(user=None, *, finished=False):
        order = make_order(graca, (tea, 1), user=user)
        if finished:
            settlement.collect(Payment.objects.get(order=order))
            order.refresh_from_db()
            lifecycle.mark_ready(order, actor=None)
            lifecycle.complete(order)
        return order

    return buy


@pytest.fixture
def support(graca):
    return make_user("Support", [graca], username="nina.staff")


def text(response):
    return response.content.decode()


def download(client, password=PASSWORD):
    return client.post("/your-data/download/", {"download-password": password})


def close(client, password=PASSWORD):
    return client.post("/your-data/close/", {"close-password": password}, follow=True)


def test_a_shopper_reads_who_looked_and_why_and_no_name(
    buy, shopper, signed_in, colleague, stranger, support
):
    order = buy(shopper)
    reveal(order, support, WHY)
    for page in (f"/orders/{order.number}/", "/your-data/"):
        told = text(signed_in.get(page))
        assert WHY in told
        assert "<strong>Support</strong>, Magpie Graça" in told
        assert "nina" not in told
        assert WHY not in text(colleague.get(page))
        assert WHY not in text(stranger.get(page, follow=True))


def test_a_guest_reads_it_on_their_order(buy, support, stranger):
    order = buy()
    reveal(order, support, WHY)
    assert WHY in text(stranger.get(f"/orders/{order.number}/?key={key_of(order)}"))


def test_everything_comes_as_a_file_once_the_password_is_typed(buy, shopper, signed_in):
    order = buy(shopper)
    response = download(signed_in)
    assert response["Content-Type"] == "application/json"
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["orders"][0]["number"] == order.number


def test_without_the_password_nothing_comes_and_nothing_goes(buy, shopper, signed_in, stranger):
    buy(shopper, finished=True)
    for wrong in ("", "wrong"):
        assert CONTACT.name not in text(download(signed_in, wrong))
        assert User.objects.filter(pk=shopper.pk).exists()
        close(signed_in, wrong)
    assert User.objects.filter(pk=shopper.pk).exists()
    assert download(stranger).status_code == 302


def test_guessing_the_password_is_stopped(shopper, signed_in):
    for _guess in range(10):
        download(signed_in, "wrong")
    refused = text(download(signed_in))
    assert "Too many attempts" in refused
    assert "not your password" not in refused


def test_an_account_is_closed_for_good(buy, shopper, signed_in):
    order = buy(shopper, finished=True)
    page = close(signed_in)
    assert "Your account is closed" in text(page)
    assert not User.objects.exists()
    assert not Contact.objects.exists()
    order.refresh_from_db()
    assert order.user is None
    assert signed_in.get("/your-data/").status_code == 302


def test_an_open_order_says_why_the_account_stays(buy, shopper, signed_in):
    order = buy(shopper)
    assert order.number in text(signed_in.get("/your-data/"))
    assert "not finished" in text(close(signed_in))
    assert User.objects.filter(pk=shopper.pk).exists()


def test_whoever_works_here_is_sent_to_an_owner(graca, support):
    client = browser(graca, support)
    assert "An owner has to close your account" in text(client.get("/your-data/"))
    close(client)
    assert User.objects.filter(pk=support.pk).exists()


def test_a_guest_erases_who_a_finished_order_was_for_by_their_link(buy, stranger):
    order = buy(finished=True)
    key = key_of(order)
    page = f"/orders/{order.number}/?key={key}"
    assert "Erase my contact data" in text(stranger.get(page))

    answer = stranger.post(f"/orders/{order.number}/erase-contact/", {"key": key}, follow=True)

    assert "is erased" in text(answer)
    assert "Erase my contact data" not in text(stranger.get(page))
    assert not Contact.objects.exists()


def test_nobody_else_erases_it(buy, stranger, colleague):
    order = buy(finished=True)
    for client in (stranger, colleague):
        for key in ("", "forged"):
            answer = client.post(f"/orders/{order.number}/erase-contact/", {"key": key})
            assert answer.status_code == 404
    assert Contact.objects.exists()


def test_an_order_that_is_not_done_keeps_its_contact(buy, stranger):
    order = buy()
    key = key_of(order)
    assert "Erase my contact data" not in text(stranger.get(f"/orders/{order.number}/?key={key}"))
    answer = stranger.post(f"/orders/{order.number}/erase-contact/", {"key": key}, follow=True)
    assert "until this order is done" in text(answer)
    assert Contact.objects.exists()
