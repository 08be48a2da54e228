"""What happens in the shop is told to whoever subscribed to it, in order, and of nobody."""

import json

import pytest

from shop.contacts.models import Contact
from shop.inventory import stock
from shop.order import lifecycle
from shop.order.models import Ending
from shop.payment import settlement
from shop.subscriptions import announcing, managing
from shop.subscriptions.models import Event, Webhook
from shop.testing.factories import CONTACT, make_order, make_user
from shop.testing.subscribers import is_signed, program
from shop.testing.worker import do_all_work
from tasks.models import OutboxMessage
from tasks.outbox import perform

pytestmark = pytest.mark.django_db


def buy(jar, steps=2, **values):
    order = make_order(jar.partner.location, (jar.product, steps), **values)
    settlement.collect(order.payments.get())
    order.refresh_from_db()
    return order


def test_an_order_is_told_of_step_by_step(jar, owner, tell):
    with program() as till:
        tell(till)
        order = buy(jar)
        lifecycle.mark_ready(order, actor=owner)
        lifecycle.complete(order, actor=owner)
        do_all_work()
    assert till.events == [Event.ORDER_PAID, Event.ORDER_READY, Event.ORDER_COMPLETED]
    assert till.numbers == [1, 2, 3]
    _headers, paid = till.told[0]
    place = jar.partner.location
    assert paid["data"]["order"] == {
        "number": order.number,
        "status": "paid",
        "previous_status": "pending",
        "location": {"id": place.pk, "slug": place.code, "name": "Magpie Here"},
        "fulfilment": "pickup",
        "items": [
            {
                "sku": "JELLY-1",
                "name": "Quince jelly",
                "quantity": 2.0,
                "unit": jar.product.unit,
                "unit_price": "4.20",
                "line_total": "8.40",
            }
        ],
        "subtotal": "8.40",
        "discount_total": "0.00",
        "shipping_total": "0.00",
        "tax_total": "1.57",
        "total": "8.40",
        "currency": "EUR",
    }


def test_what_is_sent_is_signed_and_says_what_it_is(jar, tell):
    with program() as till:
        subscription = tell(till)
        buy(jar)
        do_all_work()
    headers, told = till.told[0]
    assert is_signed(headers, headers["body"], subscription.secret)
    assert not is_signed(headers, headers["body"] + b" ", subscription.secret)
    assert headers["Magpie-Event"] == told["type"] == "order.paid"
    assert headers["Magpie-Event-Id"] == told["id"]
    assert (headers["Magpie-Sequence"], headers["Magpie-Attempt"]) == ("1", "1")
    assert till.paths == ["/hooks?of=magpie"]
    webhook = Webhook.objects.get()
    assert (webhook.status, webhook.attempts, webhook.failed_at) == (200, 1, None)
    assert webhook.body.encode() == headers["body"]


def test_nobody_learns_who_an_order_is_for(jar, tell):
    shopper = make_user(username="zebulon.q", email="canary@quist.example")
    tell("http://127.0.0.1:9/")
    order = buy(jar, user=shopper)
    lifecycle.cancel(order, ending=Ending.BY_SHOPPER, actor=shopper, reason=CONTACT.name)
    announcing.announce_step(order.status_changes.last())
    bodies = list(Webhook.objects.values_list("body", flat=True))
    assert len(bodies) == 2
    assert Contact.objects.filter(order=order).exists()
    for secret in (*vars(CONTACT).values(), "zebulon", "canary"):
        assert not any(str(secret) in body for body in bodies if secret)


def test_low_stock_is_told_in_the_unit_of_the_goods(jar, owner, tell):
    with program() as till:
        tell(till, Event.STOCK_LOW)
        stock.adjust(jar, -17, reason="broke", actor=owner)
        do_all_work()
    ((_headers, told),) = till.told
    place = jar.partner.location
    assert told["data"]["stock"] == {
        "sku": "JELLY-1",
        "name": "Quince jelly",
        "location": {"id": place.pk, "slug": place.code, "name": "Magpie Here"},
        "left": 3.0,
        "threshold": 5.0,
        "unit": jar.product.unit,
    }


def test_each_hears_what_it_asked_for_and_counts_for_itself(jar, owner, tell):
    tell("http://127.0.0.1:9/", Event.STOCK_LOW)
    all_of_it = tell("http://127.0.0.1:9/")
    ready = tell("http://127.0.0.1:9/", Event.ORDER_READY)
    order = buy(jar)
    lifecycle.mark_ready(order, actor=owner)
    do_what_is_announced()
    rows = Webhook.objects.order_by("pk").values_list("subscription", "event", "sequence")
    assert list(rows) == [
        (all_of_it.pk, "order.paid", 1),
        (all_of_it.pk, "order.ready", 2),
        (ready.pk, "order.ready", 1),
    ]
    ids = Webhook.objects.filter(event="order.ready").values_list("event_id", flat=True)
    assert len(set(ids)) == 1


def test_a_later_step_never_gets_the_lower_number(jar, owner, tell):
    tell("http://127.0.0.1:9/")
    order = buy(jar)
    lifecycle.mark_ready(order, actor=owner)
    paid, ready = OutboxMessage.objects.filter(effect="announce_step").order_by("pk")
    for message in (ready, paid, ready):
        perform(message.effect, message.subject)
        announcing.announce_step(order.status_changes.get(pk=message.subject))
    rows = Webhook.objects.order_by("sequence").values_list("event", "sequence")
    assert list(rows) == [("order.paid", 1), ("order.ready", 2)]


def test_what_was_before_or_while_it_was_off_is_not_told(jar, owner, tell):
    early = buy(jar)
    subscription = tell("http://127.0.0.1:9/")
    lifecycle.mark_ready(early, actor=owner)
    do_what_is_announced()
    managing.switch_off(subscription)
    missed = buy(jar)
    managing.switch_on(subscription)
    announcing.announce_step(missed.status_changes.last())
    late = buy(jar)
    do_what_is_announced()
    told = [json.loads(webhook.body) for webhook in Webhook.objects.order_by("sequence")]
    assert [(t["type"], t["data"]["order"]["number"]) for t in told] == [
        ("order.ready", early.number),
        ("order.paid", late.number),
    ]


def test_what_nobody_asked_for_leaves_no_work(jar, tell):
    tell("http://127.0.0.1:9/", Event.STOCK_LOW)
    buy(jar)
    assert not OutboxMessage.objects.filter(effect="announce_step").exists()


def do_what_is_announced():
    for message in OutboxMessage.objects.filter(effect__startswith="announce", done_at=None):
        perform(message.effect, message.subject)
