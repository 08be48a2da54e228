"""Webhooks are a record for some time, and not for ever."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from shop.batches import within_time
from shop.subscriptions.models import Webhook

BATCH = 1000


def forget_old():
    """Delete what was written `WEBHOOK_KEEP_DAYS` ago, whatever became of it; returns how much."""
    old = Webhook.objects.filter(created_at__lt=Now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS))
    batches = iter(lambda: list(old.order_by().values_list("pk", flat=True)[:BATCH]), [])
    return sum(Webhook.objects.filter(pk__in=batch).delete()[0] for batch in within_time(batches))
