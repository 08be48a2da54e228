"""The outbox: the queue is a hint, the database is the truth.

1. A receiver calls `post` inside the transaction that made the work: one row.
2. After the commit the row's key, its effect and subject, goes to the queue at once,
   unless it is to wait.
3. A worker takes the row up, performs the effect and marks the row done.
4. `relay`, which beat calls, sends again whatever is due and unfinished: its message
   was lost, its worker was killed, or the effect failed.
5. What failed waits twice as long each time, up to ten minutes. While it waits, one
   message of each kind is tried at every relay; the first that succeeds says that the
   fault is over, and calls in the others. So a long fault costs little while it lasts,
   and is made good within a minute of its end.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerAway

from shop.batches import within_time
from shop.breaker import Breaker
from tasks import failures
from tasks.app import app
from tasks.effects import EFFECTS
from tasks.models import OutboxMessage

logger = logging.getLogger(__name__)

BATCH = 500
# A broker that has just been away is not waited for again: the relay sends what it missed.
broker = Breaker(seconds=5)


def post(effect, *subject_pks, wait=None):
    """Ask for an effect on rows, in the caller's transaction; asking twice asks once.

    What is to wait is left to the relay: the queue is told nothing of it before.
    """
    queue, due_at = EFFECTS[effect].queue, Now() + (wait or _patience())
    messages = [OutboxMessage(effect=effect, subject=str(pk), due_at=due_at) for pk in subject_pks]
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    for message in messages if wait is None else ():
        # What is committed is done, whatever happens to the hint: nobody is told otherwise.
        transaction.on_commit(lambda message=message: _send(message, queue), robust=True)


def _patience():
    return timedelta(seconds=settings.OUTBOX_RESEND_SECONDS)


def _send(message, queue):
    if broker.holds_back:
        return
    try:
        perform.apply_async([message.effect, message.subject], queue=queue, retry=False)
    except BrokerAway:
        broker.trip()
        logger.warning("the broker is away; %s waits for the relay", message)


@app.task(name="tasks.perform")
def perform(effect, subject):
    """Do what an outbox message asks for, unless it is done."""
    message = _take_up(effect, subject)
    if message is None:
        return
    try:
        EFFECTS[effect].run(subject)
    except Exception as error:  # whatever it is, the row remembers it and waits its turn
        _put_off(message, error)
    else:
        _finish(message)


def _take_up(effect, subject):
    """The unfinished message, counted and taken; None if there is nothing to do.

    The broker gives a message back when its worker is killed, at once: once, to go on
    quickly. Whoever kills each worker that takes it waits for the relay from then on.
    """
    message = OutboxMessage.objects.unfinished().filter(effect=effect, subject=subject).first()
    if message is None:
        return None
    free = Q(taken_at=None) | Q(attempts__lt=2)
    pause = max(failures.pause_after(message.attempts + 1), _patience())
    taken = (
        OutboxMessage.objects.unfinished()
        .filter(free, pk=message.pk)
        .update(attempts=F("attempts") + 1, taken_at=Now(), due_at=Now() + pause)
    )
    message.attempts += 1
    return message if taken else None


def _put_off(message, error):
    may_pass = failures.may_pass(error)
    attempts = message.attempts if may_pass else settings.OUTBOX_STUCK_ATTEMPTS
    OutboxMessage.objects.unfinished().filter(pk=message.pk).update(
        taken_at=None,
        failure=failures.kind_of(error),
        may_pass=may_pass,
        due_at=Now() + failures.pause_after(attempts),
    )
    # Said once in so many attempts: whoever is stuck goes on trying.
    failures.tell(message, error, stuck=attempts % settings.OUTBOX_STUCK_ATTEMPTS == 0)


def _finish(message):
    OutboxMessage.objects.filter(pk=message.pk).update(done_at=Now(), taken_at=None)
    if message.failure:
        # What kept it waiting is over: the others of its kind need not wait either.
        _waiting().filter(effect=message.effect).update(due_at=Now())


def _waiting():
    """What failed, may pass, and is not to be tried yet."""
    failed = OutboxMessage.objects.unfinished().exclude(failure="").filter(may_pass=True)
    return failed.filter(taken_at=None, due_at__gt=Now())


@app.task(name="tasks.relay")
def relay():
    """Send again what is due; returns how many messages that was."""
    _call_scouts()
    return sum(within_time(iter(_relay_some, 0)))


def _call_scouts():
    """Make one waiting message of each kind due: the one that was tried least often."""
    scouts = _waiting().order_by("effect", "attempts", "due_at").distinct("effect")
    OutboxMessage.objects.filter(pk__in=list(scouts.values_list("pk", flat=True))).update(
        due_at=Now()
    )


def _relay_some():
    with transaction.atomic():
        # What a newer release has asked for waits until that release's relay runs.
        known = OutboxMessage.objects.unfinished().filter(effect__in=list(EFFECTS))
        due = known.filter(due_at__lte=Now()).order_by("due_at", "pk")
        messages = list(due.select_for_update(skip_locked=True)[:BATCH])
        OutboxMessage.objects.filter(pk__in=[m.pk for m in messages]).update(
            due_at=Now() + _patience(), taken_at=None
        )
    for message in messages:
        _send(message, EFFECTS[message.effect].queue)
    return len(messages)


def forget_done():
    """Delete what was done `OUTBOX_KEEP_DAYS` ago, a batch at a time; returns how much."""
    kept = timedelta(days=settings.OUTBOX_KEEP_DAYS)
    old = OutboxMessage.objects.filter(done_at__lt=Now() - kept)
    batches = iter(lambda: list(old.values_list("pk", flat=True)[:BATCH]), [])
    return sum(
        OutboxMessage.objects.filter(pk__in=batch).delete()[0] for batch in within_time(batches)
    )
