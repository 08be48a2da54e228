"""Sent once when all is well, at least once whatever happens, and in the order of the numbers."""

from datetime import timedelta
from functools import partial

import pytest
from cryptography.fernet import Fernet
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from shop.contacts import rotation
from shop.mail.models import Kind, Letter
from shop.subscriptions import managing, sending, tidying
from shop.subscriptions.announcing import give_up_time
from shop.subscriptions.managing import IsOff
from shop.subscriptions.models import Event, Fault, Off, Subscription, Webhook
from shop.testing.races import on_committed_rows, race
from shop.testing.subscribers import program
from shop.testing.worker import do_all_work
from tasks import periodic

pytestmark = pytest.mark.django_db

NOWHERE = "http://127.0.0.1:9/"


def owe(subscription, count=1):
    """Webhooks, as if that many orders had been paid."""
    first = subscription.last_sequence + 1
    Subscription.objects.filter(pk=subscription.pk).update(last_sequence=first + count - 1)
    subscription.refresh_from_db()
    return [
        Webhook.objects.create(
            subscription=subscription,
            event_id=f"evt_{number}",
            event=Event.ORDER_PAID,
            sequence=number,
            body=f'{{"type": "order.paid", "sequence": {number}}}',
            gives_up_at=give_up_time(),
        )
        for number in range(first, first + count)
    ]


def let_pass(subscription, **time):
    """Everything that is to happen by then is due now."""
    pause = timedelta(**time)
    earlier = {"due_at": F("due_at") - pause, "gives_up_at": F("gives_up_at") - pause}
    subscription.webhooks.update(**earlier)
    Subscription.objects.filter(pk=subscription.pk).update(free_at=F("free_at") - pause)


def turn(subscription, **time):
    if time:
        let_pass(subscription, **time)
    sending.take_turn(subscription.pk)
    subscription.refresh_from_db()


def test_what_is_due_is_sent_in_order_and_once(tell):
    with program() as till:
        subscription = tell(till)
        owe(subscription, 5)
        turn(subscription)
        turn(subscription, hours=1)
    assert till.numbers == [1, 2, 3, 4, 5]


def test_a_program_that_was_down_gets_all_of_it_when_it_is_up(tell):
    with program(503, 503) as till:
        subscription = tell(till)
        owe(subscription, 3)
        turn(subscription)
        assert till.numbers == [1]
        assert subscription.webhooks.waiting().count() == 3
        turn(subscription)
        assert till.numbers == [1], "its subscription rests for a moment"
        turn(subscription, seconds=5)
        assert till.numbers == [1, 2], "the first waits for longer"
        turn(subscription, minutes=1)
    assert till.numbers == [1, 2, 1, 2, 3]
    assert subscription.refusals == 0
    assert [headers["Magpie-Attempt"] for headers, _told in till.told] == ["1", "1", "2", "2", "1"]
    assert not Webhook.objects.filter(delivered_at=None).exists()


def test_one_that_is_never_accepted_keeps_no_other_waiting(tell):
    with program(400, 200, 400, 200) as till:
        subscription = tell(till)
        owe(subscription, 3)
        turn(subscription)
        turn(subscription, seconds=3)
    assert till.numbers[:3] == [1, 2, 3]
    assert list(subscription.webhooks.waiting().values_list("sequence", "status", "fault")) == [
        (3, 400, Fault.STATUS),
        (1, 400, Fault.STATUS),
    ]


@pytest.mark.parametrize("attempts", [1, 5, 12, 40])
def test_pauses_grow_and_are_never_in_step(attempts):
    pauses = [sending._pause(attempts, *sending.WEBHOOK_SECONDS) for _ in range(20)]
    longest = timedelta(seconds=min(10 * 2 ** (attempts - 1), 7200))
    assert all(longest / 2 <= pause <= longest for pause in pauses)
    assert len(set(pauses)) > 10


def test_after_a_day_it_is_given_up(tell):
    with program(500, 500) as till:
        subscription = tell(till)
        [webhook] = owe(subscription)
        turn(subscription)
        turn(subscription, hours=23, minutes=59, seconds=58)
        turn(subscription, hours=9)
    webhook.refresh_from_db()
    assert till.numbers == [1, 1]
    assert webhook.failed_at
    assert (subscription.failed_in_a_row, subscription.is_on) == (1, True)


def test_too_many_in_a_row_switch_it_off_and_the_owners_are_told(tell, owner, settings, mailoutbox):
    settings.WEBHOOK_FAILURES = 3
    subscription = tell(NOWHERE)
    owe(subscription, 4)
    for _ in range(3):
        turn(subscription, days=1)
    assert (subscription.is_on, subscription.off_because) == (False, Off.FAILURES)
    turn(subscription, days=1)
    assert subscription.webhooks.waiting().count() == 1
    assert periodic.send_webhooks() == 0
    do_all_work()
    letter = Letter.objects.get(kind=Kind.WEBHOOK_OFF)
    assert letter.colleague == owner
    assert mailoutbox[0].subject.startswith("Till is told nothing more")
    assert f"/subscriptions/subscription/{subscription.pk}/change/" in mailoutbox[0].body


def test_a_success_between_failures_keeps_it_on(tell, settings):
    settings.WEBHOOK_FAILURES = 2
    with program(500, 200, 500) as till:
        subscription = tell(till)
        for _ in range(3):
            owe(subscription)
            Webhook.objects.waiting().update(gives_up_at=Now())
            turn(subscription, minutes=2)
    assert subscription.failed_in_a_row == 1
    assert subscription.is_on


def test_switched_on_again_it_gets_what_was_waiting(tell):
    with program() as till:
        subscription = tell(till)
        managing.switch_off(subscription)
        owe(subscription, 2)
        turn(subscription, days=2)
        assert till.told == []
        assert managing.switch_on(subscription)
        assert not managing.switch_on(subscription)
        turn(subscription)
    assert till.numbers == [1, 2]


def test_what_was_given_up_is_sent_again_since_a_day(tell):
    with program(500, 500, 500) as till:
        subscription = tell(till)
        old, middle, late = owe(subscription, 3)
        for _ in range(3):
            turn(subscription, days=1)
        assert subscription.webhooks.failed().count() == 3
        now = timezone.now()
        for webhook, days in ((old, 9), (middle, 4), (late, 1)):
            Webhook.objects.filter(pk=webhook.pk).update(created_at=now - timedelta(days=days))
        assert managing.send_failed_again(subscription, now - timedelta(days=5)) == 2
        turn(subscription)
    assert till.numbers == [1, 2, 3, 2, 3]
    assert list(subscription.webhooks.failed()) == [old]


def test_what_was_delivered_is_sent_again_under_the_same_id(tell):
    with program() as till:
        subscription = tell(till)
        [webhook] = owe(subscription)
        turn(subscription)
        managing.send_again(webhook)
        turn(subscription)
        managing.switch_off(subscription)
        with pytest.raises(IsOff):
            managing.send_again(webhook)
    (first, _), (second, _) = till.told
    assert first["body"] == second["body"]
    assert first["Magpie-Event-Id"] == second["Magpie-Event-Id"]
    assert (first["Magpie-Attempt"], second["Magpie-Attempt"]) == ("1", "2")


def test_another_secret_signs_what_follows(tell):
    subscription = tell(NOWHERE)
    before = subscription.secret
    anew = managing.new_secret(subscription)
    subscription.refresh_from_db()
    assert subscription.secret == anew != before
    assert anew.startswith("whsec_")


def test_beat_sends_what_its_task_lost(tell, monkeypatch):
    with program() as till:
        subscription = tell(till)
        owe(subscription, 2)
        asked = []
        monkeypatch.setattr(
            periodic.send_webhooks_of, "apply_async", lambda args, **_how: asked.append(*args)
        )
        assert periodic.send_webhooks() == 1
        periodic.send_webhooks_of(*asked)
        assert periodic.send_webhooks() == 0
    assert till.numbers == [1, 2]


def test_old_webhooks_are_forgotten(tell, settings):
    subscription = tell(NOWHERE)
    old, new = owe(subscription, 2)
    age = timedelta(days=settings.WEBHOOK_KEEP_DAYS + 1)
    Webhook.objects.filter(pk=old.pk).update(created_at=Now() - age)
    assert tidying.forget_old() == 1
    assert list(Webhook.objects.all()) == [new]


@on_committed_rows
def test_two_workers_send_each_webhook_once(tell):
    with program() as till:
        subscription = tell(till)
        owe(subscription, 8)
        race(*[partial(sending.take_turn, subscription.pk)] * 4)
    assert till.numbers == [1, 2, 3, 4, 5, 6, 7, 8]


@on_committed_rows
def test_a_claim_that_ran_out_makes_no_attempt_twice(tell):
    """Whoever comes late finds each attempt taken, and so does whoever comes back."""
    with program() as till:
        subscription = tell(till)
        owe(subscription, 8)
        race(*[partial(list, sending._attempts_at(subscription.pk)) for _ in range(4)])
    assert sorted(till.numbers) == [1, 2, 3, 4, 5, 6, 7, 8]


@on_committed_rows
def test_a_worker_that_dies_leaves_a_claim_that_runs_out(tell, monkeypatch):
    with program() as till:
        subscription = tell(till)
        owe(subscription)
        with monkeypatch.context() as patch:
            patch.setattr(sending, "_note_delivered", _die)
            with pytest.raises(SystemExit):
                turn(subscription)
        turn(subscription)
        assert till.numbers == [1]
        turn(subscription, minutes=2)
    assert till.numbers == [1, 1]
    assert Webhook.objects.get().delivered_at


def _die(*_args):
    raise SystemExit


def test_its_secret_goes_along_to_a_new_key(tell, settings):
    subscription = tell(NOWHERE)
    secret, field = subscription.secret, Subscription._meta.get_field("secret")
    settings.CONTACT_KEYS = [Fernet.generate_key().decode()]
    assert rotation.rotate(field).written == 1
    assert rotation.rotate(field).written == 0
    subscription.refresh_from_db()
    assert subscription.secret == secret
