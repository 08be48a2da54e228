"""The simulated gateway's side of the wire: webhooks that wait until they are due, and are posted
over HTTP until somebody acknowledges them."""

import json
import logging
import random
import secrets
from datetime import timedelta

import requests
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from shop.batches import within_time
from shop.payment.gateways.signatures import sign
from shop.payment.models import SimulatedWebhook
from shop.payment.signals import simulated_webhook_due

logger = logging.getLogger(__name__)

POST_TIMEOUT_SECONDS = 5
LONGEST_WAIT_SECONDS = 30
MOST_ATTEMPTS = 100
BATCH = 50


def announce(kind, data, *, occurred_at, after, deliveries=1):
    """Book a webhook for `after` seconds from now, to be posted so many times; returns its rows."""
    event_id = f"evt_sim_{secrets.token_hex(8)}"
    event = {"id": event_id, "type": kind, "created": occurred_at.timestamp(), "data": data}
    due_at = Now() + timedelta(seconds=after)
    webhooks = SimulatedWebhook.objects.bulk_create(
        SimulatedWebhook(event_id=event_id, body=json.dumps(event), due_at=due_at)
        for _delivery in range(deliveries)
    )
    if after <= 0:
        for webhook in webhooks:
            simulated_webhook_due.send(sender=SimulatedWebhook, webhook=webhook)
    return webhooks


def deliver_due(now=None):
    """Post what is due, the longest waiting first; returns how many were posted."""
    due = SimulatedWebhook.objects.filter(
        delivered_at=None, due_at__lte=now or Now(), attempts__lt=MOST_ATTEMPTS
    )
    posted = 0
    for webhook in within_time(due.order_by("due_at")[:BATCH]):
        deliver(webhook)
        posted += 1
    return posted


def deliver(webhook):
    """Post one webhook, unless somebody else has it in hand; not acknowledged, it is due again."""
    if not settings.SIMULATED_WEBHOOK_URL or not _claim(webhook):
        return
    try:
        status = _post(webhook.body.encode())
    except requests.RequestException as error:
        logger.warning("webhook %s was not delivered: %s", webhook, type(error).__name__)
        return
    if 200 <= status < 300:
        SimulatedWebhook.objects.filter(pk=webhook.pk).update(delivered_at=Now())
    else:
        logger.warning("webhook %s was answered with %s", webhook, status)


def _claim(webhook):
    """Take a webhook in hand by putting off when it is due: the row count says who has it."""
    wait = min(2**webhook.attempts, LONGEST_WAIT_SECONDS) * random.uniform(0.75, 1.25)  # noqa: S311
    return SimulatedWebhook.objects.filter(
        pk=webhook.pk, attempts=webhook.attempts, delivered_at=None
    ).update(
        attempts=F("attempts") + 1,
        due_at=Now() + timedelta(seconds=POST_TIMEOUT_SECONDS + wait),
    )


def _post(body):
    headers = {"Content-Type": "application/json", "Magpie-Signature": sign(body)}
    url = settings.SIMULATED_WEBHOOK_URL
    return requests.post(url, body, headers=headers, timeout=POST_TIMEOUT_SECONDS).status_code
