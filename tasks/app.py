"""The Celery app: where work goes, and what beat asks for when."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("magpie")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tasks"], related_name="periodic")
app.autodiscover_tasks(["tasks"], related_name="outbox")

app.conf.beat_schedule = {
    "send unfinished work again": {
        "task": "tasks.relay",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "find out about stuck payments": {
        "task": "tasks.sweep_payments",
        "schedule": 5,
        "options": {"queue": "payments", "expires": 5},
    },
    "end orders that nobody paid in time": {
        "task": "tasks.expire_orders",
        "schedule": 15,
        "options": {"queue": "payments"},
    },
    "post the simulated gateway's webhooks": {
        "task": "tasks.post_simulated_webhooks",
        "schedule": 3,
    },
}
