"""The cache, with its server and without."""

import signal
import time

import pytest

from shop.cache import ForgivingRedisCache
from shop.embedded import start_redis

QUICKLY = 1.0


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with start_redis(tmp_path_factory.mktemp("redis"), throwaway=True) as server:
        yield server
        server.child.process.send_signal(signal.SIGCONT)


@pytest.fixture
def cache(server):
    timeouts = {"socket_connect_timeout": 0.1, "socket_timeout": 0.1}
    return ForgivingRedisCache(server.url, {"OPTIONS": timeouts})


def use(cache):
    """What every call answers."""
    return [
        cache.add("new", 1, 60),
        cache.incr("new"),
        cache.set("word", "tea"),
        cache.get("word", "nothing"),
        cache.get_many(["word"]),
        cache.has_key("word"),
        cache.touch("word"),
        cache.set_many({"other": 2}),
        cache.delete_many(["other"]),
        cache.delete("word"),
        cache.clear(),
    ]


def test_with_its_server_it_is_a_cache(cache):
    assert use(cache) == [True, 2, None, "tea", {"word": "tea"}, True, True, [], None, True, True]


def test_a_server_that_hangs_is_a_cache_that_knows_nothing(cache, server):
    server.child.process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    answers = use(cache)
    # Only the first call waits; while the server is away the others do not ask.
    assert time.monotonic() - begun < QUICKLY
    assert answers == [True, 1, None, "nothing", {}, False, False, [], None, False, False]
    server.child.process.send_signal(signal.SIGCONT)
    cache._cache.breaker.reset()
    cache.set("word", "tea")
    assert cache.get("word") == "tea"


def test_a_server_that_is_gone_is_a_cache_that_knows_nothing():
    cache = ForgivingRedisCache("redis://127.0.0.1:1/0", {})
    assert use(cache)[:4] == [True, 1, None, "nothing"]
