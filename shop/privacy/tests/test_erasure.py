"""Closing an account: all that is personal goes, orders stay, and nothing is left half erased."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from oscar.core.loading import get_model
from rest_framework_simplejwt.tokens import RefreshToken

from shop.basket.models import Basket
from shop.checkout.place_order import BasketChanged, place_order
from shop.contacts.models import Contact
from shop.customer import roles
from shop.customer.models import User
from shop.inventory.back_in_stock import ask
from shop.inventory.models import StockRequest
from shop.order import lifecycle
from shop.order.models import Order, Status
from shop.payment import settlement
from shop.payment.cancellation import cancel_order
from shop.payment.models import Payment
from shop.privacy.erasure import (
    OrdersOpen,
    StillNeeded,
    WorksHere,
    erase_account,
    erase_contact,
)
from shop.privacy.models import PrivacyEvent
from shop.testing.factories import (
    CONTACT,
    GOOD_CARD,
    make_basket,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, overlapping, race
from shop.testing.worker import do_all_work

pytestmark = pytest.mark.django_db

ProductReview = get_model("reviews", "ProductReview")
WishList = get_model("wishlists", "WishList")


@pytest.fixture
def here(db):
    return make_location()


@pytest.fixture
def tea(here):
    product = make_product()
    offer(product, here, in_stock=100)
    return product


@pytest.fixture
def shopper(db):
    return make_user(email="zoe@quill.example")


@pytest.fixture
def colleague(db):
    return make_user(email="colleague@quill.example")


@pytest.fixture
def buy(here, tea):
    def buy(user=None, status=Status.COMPLETED):
        order = make_order(here, (tea, 1), user=user)
        if status == Status.PENDING:
            return order
        settlement.collect(Payment.objects.get(order=order))
        order.refresh_from_db()
        if status == Status.CANCELLED:
            cancel_order(order, actor=None, reason="")
        elif status != Status.PAID:
            lifecycle.mark_ready(order, actor=None)
            if status == Status.COMPLETED:
                lifecycle.complete(order)
        order.refresh_from_db()
        return order

    return buy


def test_all_that_is_personal_goes_and_the_order_stays(buy, here, tea, shopper, colleague):
    order, others = buy(shopper), buy(colleague)
    make_basket(here, (tea, 1), user=shopper)
    WishList.objects.create(owner=shopper, name="Dreams")
    EmailAddress.objects.create(user=shopper, email=shopper.email, verified=True)

    erase_account(shopper)

    assert list(User.objects.all()) == [colleague]
    assert not EmailAddress.objects.exists()
    assert not WishList.objects.exists()
    assert not Basket.open.exists()
    order.refresh_from_db()
    assert (order.user, order.status, order.lines.count()) == (None, Status.COMPLETED, 1)
    assert order.payments.get().amount == order.total_incl_tax
    assert list(Contact.objects.all()) == [others.contact]
    assert (PrivacyEvent.objects.get().kind, PrivacyEvent.objects.get().contacts) == ("account", 1)
    assert_invariants()


def test_a_review_stays_and_nobody_has_signed_it(tea, shopper):
    ProductReview.objects.create(product=tea, user=shopper, score=5, title="Smoky", body="Yes.")
    erase_account(shopper)
    review = ProductReview.objects.get()
    assert (review.user, review.email, review.title) == (None, "", "Smoky")


def test_nobody_gets_in_again(shopper):
    client = Client()
    client.force_login(shopper)
    refresh = RefreshToken.for_user(shopper)
    assert client.get("/orders/").status_code == 200

    erase_account(shopper)

    assert client.get("/orders/").status_code == 302
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {refresh.access_token}"}
    assert Client().get("/api/auth/me", **bearer).status_code == 401
    again = Client().post(
        "/api/auth/token/refresh", {"refresh": str(refresh)}, content_type="application/json"
    )
    assert again.status_code == 401
    login = {"login": "zoe@quill.example", "password": "a-good-password"}
    assert Client().post("/accounts/login/", login).status_code == 200


@pytest.mark.parametrize("status", [Status.PENDING, Status.PAID, Status.READY])
def test_an_open_order_keeps_the_account(status, buy, shopper):
    order = buy(shopper, status)
    with pytest.raises(OrdersOpen, match=order.number):
        erase_account(shopper)
    assert User.objects.filter(pk=shopper.pk, is_active=True).exists()
    assert Contact.objects.get().name == CONTACT.name


def test_money_on_its_way_back_keeps_the_account_until_it_is_there(buy, shopper):
    buy(shopper, Status.CANCELLED)
    with pytest.raises(OrdersOpen):
        erase_account(shopper)
    do_all_work()
    erase_account(shopper)
    assert not Contact.objects.exists()


def test_whoever_works_here_cannot_close_their_account(here):
    with pytest.raises(WorksHere):
        erase_account(make_user(roles.COUNTER, [here]))


def test_orders_as_a_guest_with_a_proven_address_go_too(buy, shopper):
    buy()
    EmailAddress.objects.create(user=shopper, email=CONTACT.email, verified=True)
    erase_account(shopper)
    assert not Contact.objects.exists()


def test_a_guest_has_a_finished_order_forget_them(buy):
    order, another = buy(), buy()
    erase_contact(order)
    erase_contact(order)
    assert Contact.objects.get().order == another
    assert PrivacyEvent.objects.get().kind == "contact"


@pytest.mark.parametrize("status", [Status.PENDING, Status.PAID, Status.READY, Status.CANCELLED])
def test_an_order_that_is_not_done_keeps_its_contact(status, buy):
    # A cancelled one has its money still on the way back.
    with pytest.raises(StillNeeded):
        erase_contact(buy(status=status))
    assert Contact.objects.exists()


def test_nobody_is_told_of_stock_any_more(here, shopper, colleague):
    sold_out = make_product()
    offer(sold_out, here, in_stock=0)
    EmailAddress.objects.create(user=shopper, email="z@quill.example", verified=True)
    ask(sold_out, here, user=shopper)
    ask(sold_out, here, email="z@quill.example")
    others = ask(sold_out, here, user=colleague)

    erase_account(shopper)

    assert StockRequest.objects.get() == others


@on_committed_rows
def test_a_checkout_that_came_first_is_waited_for_and_keeps_the_account(here, tea, shopper):
    basket = make_basket(here, (tea, 1), user=shopper)

    order, refusal = overlapping(
        partial(place_order, basket, CONTACT, GOOD_CARD, user=shopper),
        partial(erase_account, shopper),
    )

    assert isinstance(refusal, OrdersOpen)
    assert Contact.objects.get().order == order
    assert Order.objects.get().user == shopper
    assert_invariants()


@on_committed_rows
def test_a_checkout_that_comes_too_late_orders_nothing(here, tea, shopper):
    basket = make_basket(here, (tea, 1), user=shopper)

    _nothing, refusal = overlapping(
        partial(erase_account, shopper),
        partial(place_order, basket, CONTACT, GOOD_CARD, user=shopper),
    )

    assert isinstance(refusal, BasketChanged)
    assert not User.objects.exists()
    assert not Order.objects.exists()
    assert not Contact.objects.exists()
    assert_invariants()


@on_committed_rows
def test_closing_twice_at_once_closes_once(shopper):
    outcomes = race(*[partial(erase_account, shopper)] * 2)
    assert outcomes.count(None) == 1
    assert PrivacyEvent.objects.count() == 1
