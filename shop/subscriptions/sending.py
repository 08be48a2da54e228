"""How webhooks leave the shop: a subscription's in the order of their numbers, turn by turn.

1. A worker claims a subscription, by the database's clock: nobody else sends to it meanwhile.
2. It posts what is due, the lowest number first, and notes each answer. Anything but a 2xx is
   no delivery.
3. The first that fails ends the turn. It is due again later, twice as long each time, and the
   others go on after a short rest: none waits for one that its target does not accept. So
   numbers come in order as long as all is well, and tell what is missing when it is not.
4. What is not accepted within `WEBHOOK_HOURS` is given up; after `WEBHOOK_FAILURES` given up in
   a row the subscription is switched off, and the owners are told.

Each is sent at least once: a worker that dies between an answer and its note leaves a claim
that runs out, and the event is sent again under the same id.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from shop.batches import within_time
from shop.encryption import Unreadable
from shop.signatures import signature
from shop.subscriptions import wire
from shop.subscriptions.models import Fault, Off, Subscription, Webhook
from shop.subscriptions.signals import subscription_given_up
from shop.subscriptions.wire import NotDelivered

TURN_SECONDS = 30
# Longer than an attempt takes.
CLAIM = timedelta(seconds=60)
# How long a webhook waits after an attempt, and its subscription's others: at first, at most.
WEBHOOK_SECONDS = (10, 2 * 60 * 60)
REST_SECONDS = (2, 60)


def due_subscriptions():
    """Those that somebody should take a turn for."""
    free = Subscription.objects.on().filter(free_at__lte=Now())
    waiting = free.filter(pk__in=Webhook.objects.due().values("subscription"))
    return list(waiting.values_list("pk", flat=True))


def take_turn(pk):
    """Send what is due of a subscription until something fails or the time is up."""
    if not _claim(Subscription.objects.filter(pk=pk, free_at__lte=Now())):
        return
    attempts = within_time(_attempts_at(pk), TURN_SECONDS)
    if all(attempts):
        Subscription.objects.filter(pk=pk).update(free_at=Now())


def _claim(subscriptions):
    return subscriptions.update(free_at=Now() + CLAIM)


def _attempts_at(pk):
    """Whether each attempt was accepted; the row count says whose an attempt is."""
    due = Webhook.objects.due().filter(subscription=pk).order_by("sequence")
    while webhook := due.select_related("subscription").first():
        _claim(Subscription.objects.filter(pk=pk))
        if _take_up(webhook):
            yield _attempt(webhook)


def _take_up(webhook):
    """Counted before it is made: not even a worker that dies of it makes it for ever."""
    taken = _as_seen(webhook).update(
        attempts=F("attempts") + 1, tried_at=Now(), due_at=Now() + CLAIM
    )
    webhook.attempts += 1
    return taken


def _attempt(webhook):
    try:
        status = _post(webhook)
    except NotDelivered as refusal:
        _note_refused(webhook, refusal)
        return False
    _note_delivered(webhook, status)
    return True


def _post(webhook):
    secret, body = webhook.subscription.secret, webhook.body.encode()
    if isinstance(secret, Unreadable):
        raise NotDelivered(Fault.NO_KEY)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Magpie",
        "Magpie-Event": webhook.event,
        "Magpie-Event-Id": webhook.event_id,
        "Magpie-Sequence": str(webhook.sequence),
        "Magpie-Attempt": str(webhook.attempts),
        "Magpie-Signature": signature(body, secret),
    }
    return wire.post(webhook.subscription.url, body, headers)


@transaction.atomic
def _note_delivered(webhook, status):
    if _as_seen(webhook).update(delivered_at=Now(), status=status, fault=""):
        Subscription.objects.filter(pk=webhook.subscription_id).update(
            refusals=0, failed_in_a_row=0
        )


@transaction.atomic
def _note_refused(webhook, refusal):
    """It is tried again after a pause, unless that would be too late."""
    said = {"status": refusal.status, "fault": refusal.fault}
    again_at = Now() + _pause(webhook.attempts, *WEBHOOK_SECONDS)
    late = _as_seen(webhook).filter(gives_up_at__lt=again_at)
    is_given_up = late.update(failed_at=Now(), **said)
    if not is_given_up:
        _as_seen(webhook).update(due_at=again_at, **said)
    _rest(webhook.subscription_id, is_given_up)


def _rest(pk, given_up):
    subscription = Subscription.objects.select_for_update(no_key=True).get(pk=pk)
    subscription.refusals += 1
    subscription.failed_in_a_row += given_up
    subscription.free_at = Now() + _pause(subscription.refusals, *REST_SECONDS)
    subscription.save(update_fields=["refusals", "failed_in_a_row", "free_at"])
    if given_up and subscription.failed_in_a_row >= settings.WEBHOOK_FAILURES:
        _give_up(pk)


def _give_up(pk):
    still_on = Subscription.objects.on().filter(pk=pk)
    if still_on.update(switched_off_at=Now(), off_because=Off.FAILURES):
        subscription = Subscription.objects.get(pk=pk)
        subscription_given_up.send(sender=Subscription, subscription=subscription)


def _as_seen(webhook):
    """The webhook, unless somebody has tried it or sent it again meanwhile."""
    return Webhook.objects.waiting().filter(pk=webhook.pk, attempts=webhook.attempts)


def _pause(failures, first, longest):
    """Twice as long after each failure, and never in step with others."""
    seconds = min(first * 2 ** (min(failures, 20) - 1), longest)
    return timedelta(seconds=random.uniform(seconds / 2, seconds))  # noqa: S311 - no secret
