"""The cache, which may be gone at any moment: a page then does without it."""

import logging

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.functional import cached_property
from redis.exceptions import RedisError

from shop.breaker import Breaker

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5


class NoCache:
    """What is answered in place of a cache: nothing is found, and nothing is refused."""

    def add(self, *args):
        return True

    def get(self, key, default):
        return default

    def get_many(self, keys):
        return {}

    def incr(self, key, delta):
        return delta

    def set(self, *args):
        return None

    def has_key(self, *args):
        return False

    set_many = delete_many = set
    delete = touch = clear = has_key


class Forgiving:
    """Asks one client, and when that does not answer another, for a while."""

    def __init__(self, client, substitute):
        self.client, self.substitute = client, substitute
        self.breaker = Breaker(PAUSE_SECONDS)

    def __getattr__(self, name):
        def call(*args):
            if not self.breaker.holds_back:
                try:
                    return getattr(self.client, name)(*args)
                except RedisError as error:
                    self.breaker.trip()
                    logger.warning("the cache does not answer: %s", type(error).__name__)
            return getattr(self.substitute, name)(*args)

        return call


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, without its one flaw: that a page falls with it.

    Limits that are counted here do not hold while it is away.
    """

    @cached_property
    def _cache(self):
        return Forgiving(RedisCacheClient(self._servers, **self._options), NoCache())
