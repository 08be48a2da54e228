"""How every scenario ends: all work is done, and every rule holds."""

import time
from collections import Counter

from django.db import connection
from django.db.models.functions import Now

from shop.order.models import Order, Status
from shop.payment.models import (
    UNSETTLED,
    Payment,
    Refund,
    RefundStatus,
    SimulatedWebhook,
    WebhookEvent,
)
from shop.reconciliation import reconcile
from tasks.models import OutboxMessage

WORK = {
    "messages": OutboxMessage.objects.unfinished,
    "payments": lambda: Payment.objects.filter(status__in=UNSETTLED),
    "refunds": lambda: Refund.objects.filter(status=RefundStatus.PENDING),
    "orders": lambda: Order.objects.filter(status=Status.PENDING),
    "webhooks to post": lambda: SimulatedWebhook.objects.filter(delivered_at=None),
    "webhooks to act on": lambda: WebhookEvent.objects.filter(handled_at=None),
}


def under_way():
    """What is not settled yet: how many of each."""
    return {what: number for what, rows in WORK.items() if (number := rows().count())}


def seconds_until_settled(patience, since=None, meanwhile=lambda: None):
    """How long after `since`, or now, nothing was under way; None if that took too long."""
    since = since or time.monotonic()
    while under_way():
        meanwhile()
        if time.monotonic() > since + patience:
            return None
        time.sleep(0.2)
    return time.monotonic() - since


def let_time_run_out(orders):
    """What waits for its shopper has waited for long enough, and was given its extension."""
    orders.filter(status=Status.PENDING).update(extensions=1, expires_at=Now())


def wait_until_none(rows, patience=60):
    """Let the shop work until there are no such rows, or patience ends: the demands tell."""
    gives_up_at = time.monotonic() + patience
    while rows.exists() and time.monotonic() < gives_up_at:
        time.sleep(0.2)


def drifts():
    """Each rule that does not hold, and for how many rows."""
    return Counter(f"{drift.invariant.rule}: {drift}" for drift in reconcile.look())


def deadlocks():
    """How many the database has had to resolve so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]
