"""The outbox on the real broker: what is sent is read back from Redis."""

import json
import logging
from base64 import b64decode
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.db import transaction
from django.utils import timezone
from redis import Redis

from shop.order.models import Status
from shop.testing.factories import make_location, make_order, make_product, offer
from shop.testing.invariants import assert_invariants
from shop.testing.races import on_committed_rows, race
from shop.testing.worker import sweep
from tasks import outbox
from tasks.app import app
from tasks.effects import EFFECTS, Effect
from tasks.models import OutboxMessage


class Queue:
    """A queue of this test's own, and an effect on it that notes what it was run for."""

    def __init__(self, broker):
        self.name = f"test-{uuid4()}"
        self.broker = broker
        self.runs = []

    def run(self, subject):
        self.runs.append(subject)

    def sent(self):
        """What was sent, the earliest first, as pairs of effect and subject."""
        bodies = (json.loads(raw)["body"] for raw in self.broker.lrange(self.name, 0, -1))
        return [tuple(json.loads(b64decode(body))[0]) for body in reversed(list(bodies))]


@pytest.fixture
def queue(monkeypatch):
    broker = Redis.from_url(project.REDIS_URL)
    queue = Queue(broker)
    monkeypatch.setitem(EFFECTS, "note", Effect(queue.run, queue=queue.name))
    yield queue
    broker.delete(queue.name, f"_kombu.binding.{queue.name}")
    broker.close()


@pytest.fixture
def broker_away(monkeypatch):
    """Nobody listens on the broker's port."""
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def written(subject="1", *, effect="note", minutes_ago=0, done=False, **values):
    """A message that has been due for so many minutes, or will be in half a minute."""
    then = timezone.now() - timedelta(minutes=minutes_ago)
    due = then if minutes_ago else then + timedelta(seconds=30)
    return OutboxMessage.objects.create(
        effect=effect, subject=subject, due_at=due, done_at=then if done else None, **values
    )


def make_due():
    OutboxMessage.objects.update(due_at=timezone.now() - timedelta(minutes=5))


@pytest.fixture(autouse=True)
def _patience_with_the_broker():
    yield
    outbox.broker.reset()


@pytest.mark.django_db
def test_what_is_asked_for_twice_is_one_row(queue):
    outbox.post("note", 7)
    outbox.post("note", 7)
    outbox.post("note", 8)
    rows = OutboxMessage.objects.order_by("subject").values_list("effect", "subject")
    assert list(rows) == [("note", "7"), ("note", "8")]


@pytest.mark.django_db
def test_it_is_sent_after_the_commit_and_not_before(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        outbox.post("note", 7)
        assert queue.sent() == []
    assert queue.sent() == [("note", "7")]


@on_committed_rows
def test_what_is_rolled_back_was_never_asked_for(queue):
    with transaction.atomic():
        outbox.post("note", 7)
        transaction.set_rollback(True)
    assert queue.sent() == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_an_effect_that_is_performed_twice_runs_once(queue):
    message = written("7")
    outbox.perform("note", "7")
    outbox.perform("note", "7")
    assert queue.runs == ["7"]
    message.refresh_from_db()
    assert message.done_at
    assert message.attempts == 1


@pytest.mark.django_db
def test_a_message_that_nobody_wrote_does_nothing(queue):
    outbox.perform("note", "7")
    assert queue.runs == []


@pytest.mark.django_db
def test_the_relay_sends_again_only_what_is_unfinished_for_too_long(queue):
    written("late", minutes_ago=5)
    written("later still", minutes_ago=9)
    written("fresh")
    written("done", minutes_ago=5, done=True)
    assert outbox.relay() == 2
    assert queue.sent() == [("note", "later still"), ("note", "late")]
    # What it has just sent again is fresh now.
    assert outbox.relay() == 0


@pytest.mark.django_db
def test_an_effect_that_nobody_knows_is_refused_at_once():
    with pytest.raises(KeyError, match="nonsense"):
        outbox.post("nonsense", 7)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_message_of_another_release_keeps_no_other_one_waiting(queue):
    stranger = written("oldest", minutes_ago=9)
    OutboxMessage.objects.filter(pk=stranger.pk).update(effect="of a newer release")
    written("late", minutes_ago=5)
    assert outbox.relay() == 1
    assert queue.sent() == [("note", "late")]


@on_committed_rows
def test_a_queue_that_fails_in_its_own_way_undoes_nothing_and_tells_nobody(queue, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError

    monkeypatch.setattr(outbox.perform, "apply_async", fail)
    outbox.post("note", 7)
    assert OutboxMessage.objects.get().done_at is None


@on_committed_rows
def test_two_relays_at_once_send_each_message_once(queue):
    for number in range(20):
        written(str(number), minutes_ago=5)
    assert sum(race(outbox.relay, outbox.relay, outbox.relay)) == 20
    assert len(queue.sent()) == len(set(queue.sent())) == 20


@pytest.mark.django_db
def test_a_broker_that_is_away_is_logged_and_nothing_is_lost(
    queue, broker_away, caplog, monkeypatch, django_capture_on_commit_callbacks
):
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        outbox.post("note", 7)
    assert "the broker is away; note 7 waits for the relay" in caplog.text
    monkeypatch.undo()
    outbox.broker.reset()
    monkeypatch.setitem(EFFECTS, "note", Effect(queue.run, queue=queue.name))
    make_due()
    assert outbox.relay() == 1
    assert queue.sent() == [("note", "7")]


@on_committed_rows
def test_an_order_is_placed_and_paid_though_the_broker_was_away(broker_away):
    location, product = make_location(), make_product()
    offer(product, location)
    order = make_order(location, (product, 2))
    message = OutboxMessage.objects.get()
    assert (message.effect, message.subject) == ("collect_payment", str(order.payments.get().pk))
    sweep(timezone.now() + timedelta(minutes=5))
    order.refresh_from_db()
    assert order.status == Status.PAID
    assert_invariants()


@on_committed_rows
def test_workers_with_the_same_message_make_its_effect_count_once():
    location, product = make_location(), make_product()
    offer(product, location)
    order = make_order(location, (product, 2))
    perform = partial(outbox.perform, "collect_payment", str(order.payments.get().pk))
    assert race(*[perform] * 4) == [None] * 4
    assert order.payments.get().events.count() == 1
    assert order.pickup_codes.count() == 1
    assert_invariants()
