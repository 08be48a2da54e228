"""How much a client may ask for, counted in Redis: by its user, and by its address.

A window begins with its first call and is counted in one step there. Without Redis
nobody is kept out. DRF's own throttles read, change and write a list of moments at every
call, so that calls at the same time slip through together.
"""

import logging
from dataclasses import dataclass

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

from shop.attempts import redis
from shop.breaker import Breaker
from shop.client_address import client_address

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
# A count and its end for each key.
COUNT = """
local told = {}
for place, key in ipairs(KEYS) do
    local n = redis.call('INCR', key)
    if n == 1 then redis.call('EXPIRE', key, ARGV[1]) end
    table.insert(told, {n, redis.call('TTL', key)})
end
return told
"""
away = Breaker(seconds=5)


@dataclass(frozen=True)
class Count:
    """How often one of the kinds that are counted has asked in its window."""

    kind: str
    most: int
    n: int
    reset: int

    @property
    def left(self):
        return max(0, self.most - self.n)

    @property
    def headers(self):
        """Those of the IETF's draft, and what it called them before."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.kind}";r={self.left};t={self.reset}',
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.reset),
        }


class Limits(BaseThrottle):
    """Counts a call by whoever makes it, and by what it guesses at: a view's `guesses`."""

    def allow_request(self, request, view):
        counts = _count(_whose(request, getattr(view, "guesses", None)))
        self.nearest = min(counts, key=lambda count: count.left / count.most, default=None)
        # The middleware tells it, whatever becomes of the call.
        request._request.rate_limit = self.nearest
        self.refused = [count for count in counts if count.n > count.most]
        return not self.refused

    def wait(self):
        return max(count.reset for count in self.refused)


def _whose(request, guesses):
    """By each kind of limit, the key of who is counted."""
    user, address = request.user.pk, client_address(request)
    who = {"user": user, "address": address}
    if guesses:
        who[guesses] = f"user-{user}" if user else address
    return {kind: f"limits:{kind}:{name}" for kind, name in who.items() if name}


def _count(whose):
    if not whose or away.holds_back:
        return []
    try:
        told = redis().eval(COUNT, len(whose), *whose.values(), WINDOW_SECONDS)
    except RedisError as error:
        away.trip()
        logger.warning("Calls go uncounted: %s", type(error).__name__)
        return []
    limits = settings.API_LIMITS
    return [Count(kind, limits[kind], *count) for kind, count in zip(whose, told, strict=True)]
