"""The Celery app of a machine whose clock is ten minutes ahead, as far as our code reads it."""

from datetime import timedelta

from django.utils import timezone

from tasks.app import app

__all__ = ["app"]

AHEAD = timedelta(minutes=10)
right = timezone.now
timezone.now = lambda: right() + AHEAD
