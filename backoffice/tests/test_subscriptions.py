"""Other programs in the back office: who is told what, and what became of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shop.audit.models import AuditEntry
from shop.subscriptions import managing
from shop.subscriptions.models import Event, Fault, Subscription, Webhook

pytestmark = pytest.mark.django_db

LIST = "/backoffice/subscriptions/subscription/"
SENT = "/backoffice/subscriptions/webhook/"
URL = "https://93.184.216.34/hooks"
TYPED = {"name": "Till", "url": URL, "events": [Event.ORDER_PAID, Event.STOCK_LOW]}
PRESSED = {"_form_submitted": "True"}


@pytest.fixture
def till(owner):
    made, _secret = managing.subscribe("Till", URL, Event.values, owner=owner)
    return made


def owe(subscription, count=1, **values):
    first = subscription.webhooks.count() + 1
    return Webhook.objects.bulk_create(
        Webhook(
            subscription=subscription,
            event_id=f"evt_{number}",
            event=Event.ORDER_PAID,
            sequence=number,
            body='{"type": "order.paid"}',
            gives_up_at=timezone.now(),
            **values,
        )
        for number in range(first, first + count)
    )


def failed(subscription, count=1):
    return owe(subscription, count, failed_at=timezone.now(), attempts=20, fault=Fault.AWAY)


def dialog(row, name):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[row.pk])


def test_a_subscription_is_made_and_its_secret_shown_once(owner, signed_in):
    client = signed_in(owner)
    page = client.post(f"{LIST}add/", TYPED, follow=True)
    made = Subscription.objects.get()
    assert (made.url, made.events, made.owner) == (URL, ["order.paid", "stock.low"], owner)
    assert made.secret in page.content.decode()
    assert made.secret not in client.get(dialog(made, "change")).content.decode()
    assert made.secret not in str(AuditEntry.objects.values())
    session = client.session
    assert made.secret not in str(dict(session))


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "http://93.184.216.34/"])
def test_an_address_that_is_refused_says_why_and_keeps_what_was_typed(owner, signed_in, url):
    page = signed_in(owner).post(f"{LIST}add/", TYPED | {"url": url})
    form = page.context["adminform"].form
    assert list(form.errors) == ["url"]
    assert (form["name"].value(), form["url"].value()) == ("Till", url)
    assert not Subscription.objects.exists()


def test_another_address_asks_for_the_password(owner, till, back_after_a_while):
    page = back_after_a_while(owner).post(dialog(till, "change"), TYPED | {"name": "Other"})
    assert list(page.context["adminform"].form.errors) == ["own_password"]
    till.refresh_from_db()
    assert till.name == "Till"


def test_a_new_secret_is_shown_once_and_never_in_the_log(owner, till, signed_in):
    client = signed_in(owner)
    page = client.post(dialog(till, "new_secret"), PRESSED, follow=True).content.decode()
    before = till.secret
    till.refresh_from_db()
    assert till.secret != before
    assert till.secret in page
    assert till.secret not in str(AuditEntry.objects.values())


def test_it_is_switched_off_and_on(owner, till, signed_in):
    client = signed_in(owner)
    client.post(dialog(till, "switch_off"), PRESSED)
    till.refresh_from_db()
    assert not till.is_on
    client.post(dialog(till, "switch_on"), PRESSED)
    till.refresh_from_db()
    assert till.is_on
    assert AuditEntry.objects.filter(area="subscriptions.subscription").count() == 2


def test_what_failed_is_sent_again_since_a_day_or_one_by_one(owner, till, signed_in):
    client = signed_in(owner)
    old, late, later = failed(till, 3)
    Webhook.objects.filter(pk=old.pk).update(created_at="2026-01-01T10:00Z")
    client.post(dialog(late, "send_again"), PRESSED)
    assert [*till.webhooks.waiting()] == [late]
    client.post(dialog(till, "send_failed_again"), PRESSED | {"since": "2026-01-02"})
    assert {*till.webhooks.waiting()} == {late, later}
    assert AuditEntry.objects.count() == 2


def test_what_is_off_sends_nothing_again(owner, till, signed_in):
    [webhook] = failed(till)
    managing.switch_off(till)
    page = signed_in(owner).post(dialog(webhook, "send_again"), PRESSED, follow=True)
    assert "This subscription is off" in page.content.decode()
    assert not till.webhooks.waiting().exists()


def test_the_page_of_a_webhook_says_what_was_sent_and_answered(owner, till, signed_in):
    [webhook] = failed(till)
    page = signed_in(owner).get(dialog(webhook, "change")).content.decode()
    assert "&quot;type&quot;: &quot;order.paid&quot;" in page
    assert "no connection" in page
    assert "20 attempts" in page


@pytest.mark.parametrize("address", [LIST, SENT, f"{SENT}?state=failed&subscription=1"])
def test_lists_ask_the_same_however_long_they_are(owner, till, signed_in, address):
    client, asked = signed_in(owner), []
    client.get(address)
    for more in (1, 6):
        failed(till, more)
        for number in range(more):
            managing.subscribe(f"Other {number}", URL, [Event.STOCK_LOW], owner=owner)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_nobody_else_comes_near(keeper, till, signed_in):
    client = signed_in(keeper)
    assert client.get(LIST).status_code == client.get(SENT).status_code == 403
    assert client.get(dialog(till, "change")).status_code == 403
