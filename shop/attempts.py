"""How often somebody may get something wrong before a pause, counted in Redis.

An attempt is counted before it is looked at and forgiven once it was right, so
guesses that arrive side by side cannot slip through together. Counting and its
end are one step in Redis. Without Redis nobody is kept out: the shop goes on
without the brake, and its log says so.
"""

import logging
from functools import cache
from math import ceil

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
if n <= tonumber(ARGV[2]) then return 0 end
redis.call('DECR', KEYS[1])
return redis.call('TTL', KEYS[1])
"""
# Of a count that has ended meanwhile there is nothing to take away.
FORGIVE = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end"


class Attempts:
    """A limit on wrong attempts: so many by each kind of who, within so many seconds."""

    def __init__(self, name, *, most, seconds):
        self.name, self.most, self.seconds = name, most, seconds

    def of(self, **who):
        """The attempts of somebody, by each kind of name that is known: `shopper=…`."""
        return AttemptsOf(self, {kind: name for kind, name in who.items() if name})


class AttemptsOf:
    def __init__(self, limit, who):
        self.limit, self.who = limit, who

    def count(self):
        """Count one attempt; returns 0, or in how many minutes there is another one."""
        counted = []
        for kind in self.who:
            wait = self._ask(COUNT, kind, self.limit.seconds, self.limit.most[kind])
            if wait:
                self._forgive(counted)
                return ceil(wait / 60)
            counted.append(kind)
        return 0

    def forgive(self):
        """Take the last attempt off the count: it was right."""
        self._forgive(self.who)

    def _forgive(self, kinds):
        for kind in kinds:
            self._ask(FORGIVE, kind)

    def _ask(self, script, kind, *arguments):
        key = f"attempts:{self.limit.name}:{kind}:{self.who[kind]}"
        try:
            return redis().eval(script, 1, key, *arguments)
        except RedisError as error:
            logger.warning("Attempts at %s go uncounted: %s", self.limit.name, error)
            return None


@cache
def redis():
    """Where counts are kept: beside the cache, for they may be lost."""
    return Redis.from_url(settings.CACHE_URL, socket_connect_timeout=1, socket_timeout=1)
