"""How often one person may get a pickup code wrong before a pause."""

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

LIMIT = 20
WINDOW_SECONDS = 600


class TooManyAttempts(Exception):
    def __init__(self):
        super().__init__(_("Too many wrong codes. Wait ten minutes, or look the order up."))


def check(actor):
    """Raises `TooManyAttempts`."""
    if cache.get(_key(actor), 0) >= LIMIT:
        raise TooManyAttempts


def count_failure(actor):
    cache.add(_key(actor), 0, WINDOW_SECONDS)
    cache.incr(_key(actor))


def _key(actor):
    return f"pickup-attempts:{actor.pk}"
