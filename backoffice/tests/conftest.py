import time

import pytest
import time_machine
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from shop.order import lifecycle
from shop.payment import settlement
from shop.payment.models import Payment
from shop.testing.factories import (
    deliver_from,
    make_delivery,
    make_location,
    make_order,
    make_product,
    make_user,
    offer,
)
from shop.testing.pages import pages_if_wanted

__all__ = ["pages_if_wanted"]


@pytest.fixture
def here():
    return make_location(name="Magpie Here")


@pytest.fixture
def elsewhere():
    return make_location(name="Magpie Elsewhere")


@pytest.fixture
def jar(here):
    return make_product(title="Quince jelly", upc="JELLY-1")


@pytest.fixture
def record(jar, here):
    return offer(jar, here, price="4.20", in_stock=20, shelf="A3", low_stock_threshold=5)


@pytest.fixture
def owner():
    return make_user("Owner", username="owner")


@pytest.fixture
def counter(here):
    return make_user("Counter", [here], username="counter")


@pytest.fixture
def stranger(elsewhere):
    """Somebody at the counter of another location."""
    return make_user("Counter", [elsewhere], username="stranger")


@pytest.fixture
def seller(here):
    return make_user("Seller", [here], username="seller")


@pytest.fixture
def keeper(here):
    return make_user("Stock keeper", [here], username="keeper")


@pytest.fixture
def desk(here):
    return make_user("Order desk", [here], username="desk")


@pytest.fixture
def promotions(here):
    return make_user("Promotions", [here], username="promotions")


@pytest.fixture
def support(here):
    return make_user("Support", [here], username="support")


@pytest.fixture
def shopper():
    return make_user(username="zebulon.q", email="canary@quist.example")


@pytest.fixture
def place(record, here, shopper):
    """Orders of the jar here; `paid` and `ready` take them further."""

    def place(steps=2, *, paid=False, ready=False, actor=None):
        order = make_order(here, (record.product, steps), user=shopper)
        if paid or ready:
            settlement.collect(Payment.objects.select_related("order").get(order=order))
            order.refresh_from_db()
        if ready:
            lifecycle.mark_ready(order, actor=actor)
        return order

    return place


@pytest.fixture
def send(record, here):
    """A paid delivery of the jar."""

    def send(steps=2):
        deliver_from(here)
        order = make_delivery(here, (record.product, steps))
        settlement.collect(Payment.objects.select_related("order").get(order=order))
        order.refresh_from_db()
        return order

    return send


def just_typed_the_password(client, user, seconds_ago=0):
    request = HttpRequest()
    request.user, request.session = user, client.session
    with time_machine.travel(time.time() - seconds_ago):
        record_authentication(request, user, method="password")
    request.session.save()


@pytest.fixture
def signed_in():
    def signed_in(user):
        client = Client()
        client.force_login(user)
        just_typed_the_password(client, user)
        return client

    return signed_in


@pytest.fixture
def back_after_a_while():
    """Signed in still, and the password was typed sixteen minutes ago."""

    def back(user):
        client = Client()
        client.force_login(user)
        just_typed_the_password(client, user, seconds_ago=16 * 60)
        return client

    return back
