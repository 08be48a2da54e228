"""The Celery app: where work goes, and what beat asks for when."""

import os
from logging.config import dictConfig

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("magpie")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tasks"], related_name="periodic")
app.autodiscover_tasks(["tasks"], related_name="outbox")


@setup_logging.connect
def log_as_the_shop_does(**kwargs):
    """Celery's own format would print what the shop's hides."""
    dictConfig(settings.LOGGING)


# No job expires: that would be judged by another machine's clock. One that waited for its
# worker finds nothing left to do.
app.conf.beat_schedule = {
    "send unfinished work again": {
        "task": "tasks.relay",
        "schedule": 10,
    },
    "find out about stuck payments": {
        "task": "tasks.sweep_payments",
        "schedule": 5,
        "options": {"queue": "payments"},
    },
    "end orders that nobody paid in time": {
        "task": "tasks.expire_orders",
        "schedule": 15,
        "options": {"queue": "payments"},
    },
    "forget what was done long ago": {
        "task": "tasks.tidy_outbox",
        "schedule": crontab(hour=3, minute=10),
    },
    "forget what programs were answered yesterday": {
        "task": "tasks.forget_first_answers",
        "schedule": crontab(minute=40),
    },
    "mind orders that wait to be collected": {
        "task": "tasks.mind_waiting_orders",
        "schedule": 60,
    },
    "send refunds again": {
        "task": "tasks.send_due_refunds",
        "schedule": 15,
        "options": {"queue": "payments"},
    },
    "tell whoever waits for stock": {
        "task": "tasks.tell_back_in_stock",
        "schedule": 60,
    },
    "post the simulated gateway's webhooks": {
        "task": "tasks.post_simulated_webhooks",
        "schedule": 3,
    },
    "send webhooks to other programs": {
        "task": "tasks.send_webhooks",
        "schedule": 5,
    },
    "forget webhooks that were sent long ago": {
        "task": "tasks.forget_webhooks",
        "schedule": crontab(hour=3, minute=40),
    },
    "erase contacts that were kept for long enough": {
        "task": "tasks.erase_old_contacts",
        "schedule": crontab(hour=3, minute=20),
    },
    "discard imports that nobody confirmed": {
        "task": "tasks.discard_imports",
        "schedule": crontab(hour=3, minute=30),
    },
    "publish what is due": {
        "task": "tasks.publish_scheduled",
        "schedule": 30,
    },
    "look whether every rule holds": {
        "task": "tasks.reconcile",
        "schedule": crontab(hour=2, minute=30),
    },
}
