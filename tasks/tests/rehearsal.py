"""The Celery app as a test of real processes starts it: quicker, and with an effect of its own."""

from tasks.app import app

__all__ = ["app"]

app.conf.imports = ["tasks.tests.rehearsal_effects"]
app.conf.beat_schedule = {"all the time": {"task": "tasks.relay", "schedule": 0.5}}
