"""The outbox: the queue is a hint, the database is the truth.

1. A receiver calls `post` inside the transaction that made the work: one row.
2. After the commit the row's key, its effect and subject, goes to the queue at once.
3. A worker performs the effect and marks the row done.
4. `relay`, which beat calls, sends again whatever is unfinished for too long:
   its message was lost, its worker was killed, or the effect failed.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from tasks.app import app
from tasks.effects import EFFECTS
from tasks.models import OutboxMessage

logger = logging.getLogger(__name__)


def post(effect, subject_pk):
    """Ask for an effect on a row, in the caller's transaction; asking twice asks once."""
    queue = EFFECTS[effect].queue
    message = OutboxMessage(effect=effect, subject=str(subject_pk), sent_at=timezone.now())
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    # What is committed is done, whatever happens to the hint: nobody is told otherwise.
    transaction.on_commit(lambda: _send(message, queue), robust=True)


def _send(message, queue):
    try:
        perform.apply_async([message.effect, message.subject], queue=queue, retry=False)
    except BrokerAway:
        logger.warning("the broker is away; %s waits for the relay", message)


@app.task(name="tasks.perform")
def perform(effect, subject):
    """Do what an outbox message asks for, unless it is done."""
    unfinished = OutboxMessage.objects.filter(effect=effect, subject=subject, done_at=None)
    if unfinished.update(attempts=F("attempts") + 1):
        EFFECTS[effect].run(subject)
        unfinished.update(done_at=timezone.now())


@app.task(name="tasks.relay")
def relay():
    """Send again what is unfinished; returns how many messages that was."""
    now = timezone.now()
    late = now - timedelta(seconds=settings.OUTBOX_RESEND_SECONDS)
    with transaction.atomic():
        # What a newer release has asked for waits until that release's relay runs.
        known = OutboxMessage.objects.filter(effect__in=list(EFFECTS))
        unfinished = known.filter(done_at=None, sent_at__lte=late)
        messages = list(unfinished.order_by("sent_at").select_for_update(skip_locked=True)[:500])
        OutboxMessage.objects.filter(pk__in=[m.pk for m in messages]).update(sent_at=now)
    for message in messages:
        _send(message, EFFECTS[message.effect].queue)
    return len(messages)
