"""What becomes of an effect that fails, until it succeeds."""

import logging
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from shop.testing.factories import make_user
from tasks import failures, outbox
from tasks.effects import EFFECTS, Effect
from tasks.models import OutboxMessage

pytestmark = pytest.mark.django_db

SECRET = "zebulon@quist.example"


class Gateway:
    """An effect that does as the test says, and notes whom it was run for."""

    def __init__(self):
        self.error, self.served = None, []

    def run(self, subject):
        if self.error:
            raise self.error
        self.served.append(subject)


@pytest.fixture
def gateway(monkeypatch):
    gateway = Gateway()
    monkeypatch.setitem(EFFECTS, "ask", Effect(gateway.run, queue="payments"))
    return gateway


@pytest.fixture
def sent(monkeypatch):
    """The subjects that the relay sends, instead of sending them."""
    subjects = []
    monkeypatch.setattr(outbox, "_send", lambda message, queue: subjects.append(message.subject))
    return subjects


def written(subject="7", **values):
    values = {"due_at": timezone.now() + timedelta(seconds=30)} | values
    return OutboxMessage.objects.create(effect="ask", subject=subject, **values)


def wait(**duration):
    """Let time pass for every message."""
    OutboxMessage.objects.update(
        due_at=F("due_at") - timedelta(**duration), taken_at=F("taken_at") - timedelta(**duration)
    )


def pause_of(message):
    message.refresh_from_db()
    return (message.due_at - timezone.now()).total_seconds()


def test_it_stays_unfinished_soon_to_be_tried_again_and_nobody_falls_over_it(gateway):
    message = written()
    gateway.error = TimeoutError()
    outbox.perform("ask", "7")
    assert 0 < pause_of(message) <= failures.FIRST_SECONDS
    assert (message.done_at, message.attempts, message.failure) == (
        None,
        1,
        "builtins.TimeoutError",
    )
    gateway.error = None
    outbox.perform("ask", "7")
    message.refresh_from_db()
    assert message.done_at
    assert message.attempts == 2
    assert gateway.served == ["7"]


def test_each_pause_is_twice_as_long_up_to_ten_minutes_and_none_is_in_step():
    longest = [failures.pause_after(attempts).total_seconds() for attempts in range(1, 100)]
    assert all(2**n <= pause <= 2 ** (n + 1) for n, pause in enumerate(longest[:8]))
    assert all(300 <= pause <= 600 for pause in longest[10:])
    assert len(set(longest[10:])) > 50


def test_what_keeps_failing_is_stuck_and_said_so_without_its_words(gateway, settings, caplog):
    settings.OUTBOX_STUCK_ATTEMPTS = 3
    written()
    gateway.error = ConnectionError(SECRET)
    for attempt in range(3):
        assert OutboxMessage.objects.stuck().count() == 0, attempt
        outbox.perform("ask", "7")
    assert OutboxMessage.objects.stuck().count() == 1
    [said] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "ask 7 failed with builtins.ConnectionError at attempt 3 and is stuck" in said.message
    assert "in run" in said.message
    assert SECRET not in caplog.text
    assert not OutboxMessage.objects.filter(failure__contains="zebulon").exists()


def test_what_cannot_pass_is_stuck_at_once_and_tried_at_the_slowest_pace(gateway, caplog):
    message = written()
    gateway.error = ValueError(SECRET)
    outbox.perform("ask", "7")
    assert pause_of(message) >= failures.LONGEST_SECONDS / 2 - 1
    assert list(OutboxMessage.objects.stuck()) == [message]
    assert SECRET not in caplog.text


def test_while_a_fault_lasts_one_of_a_kind_goes_to_see_whether_it_is_over(gateway, sent):
    gateway.error = TimeoutError()
    for subject in "123":
        written(subject, attempts=8)
        outbox.perform("ask", subject)
    assert outbox.relay() == 1
    assert len(sent) == 1


def test_the_first_to_succeed_calls_in_the_others(gateway, sent):
    gateway.error = TimeoutError()
    for subject in "123":
        written(subject, attempts=8)
        outbox.perform("ask", subject)
    gateway.error = None
    outbox.relay()
    outbox.perform("ask", sent[0])
    assert outbox.relay() == 2
    assert sorted(sent) == ["1", "2", "3"]


def test_nobody_calls_in_what_cannot_pass(gateway, sent):
    gateway.error = ValueError()
    written()
    outbox.perform("ask", "7")
    assert outbox.relay() == 0


def test_what_fails_for_ever_keeps_nobody_waiting(gateway, sent):
    old = timezone.now() - timedelta(hours=1)
    for number in range(3):
        written(f"failing {number}", attempts=50, failure="builtins.TimeoutError", due_at=old)
    written("fresh", due_at=timezone.now() - timedelta(seconds=1))
    outbox.relay()
    assert "fresh" in sent


def test_a_killed_workers_message_is_taken_once_more_at_once_and_then_by_the_relay(gateway):
    """A message that kills whoever takes it does not kill one worker after the other."""
    killed = {"taken_at": timezone.now(), "attempts": 1}
    written("first", **killed)
    outbox.perform("ask", "first")
    written("second", **killed | {"attempts": 2})
    outbox.perform("ask", "second")
    assert gateway.served == ["first"]
    wait(seconds=31)
    outbox.relay()
    outbox.perform("ask", "second")
    assert gateway.served == ["first", "second"]


def test_what_a_killed_worker_left_is_sent_again_within_a_minute(gateway, sent):
    written("7", due_at=timezone.now(), taken_at=timezone.now(), attempts=1)
    wait(seconds=45)
    assert outbox.relay() == 1


def test_what_was_done_long_ago_is_forgotten_and_nothing_else(settings, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 2)
    long_ago = timezone.now() - timedelta(days=settings.OUTBOX_KEEP_DAYS, hours=1)
    for number in range(5):
        written(f"old {number}", done_at=long_ago)
    written("unfinished", created_at=long_ago)
    written("done", done_at=timezone.now())
    assert outbox.forget_done() == 5
    kept = OutboxMessage.objects.order_by("subject").values_list("subject", flat=True)
    assert list(kept) == ["done", "unfinished"]


def test_the_back_office_shows_what_is_stuck(client, settings):
    written("going on")
    written("stuck", attempts=settings.OUTBOX_STUCK_ATTEMPTS, failure="builtins.TimeoutError")
    client.force_login(make_user("Owner"))
    shown = client.get("/backoffice/tasks/outboxmessage/", {"stuck": "yes"})
    assert [row.subject for row in shown.context["cl"].queryset] == ["stuck"]
    shown = client.get("/backoffice/tasks/outboxmessage/", {"stuck": "no"})
    assert [row.subject for row in shown.context["cl"].queryset] == ["going on"]
