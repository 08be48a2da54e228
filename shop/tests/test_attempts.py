import logging
from functools import partial

import pytest
from redis import Redis

from shop import attempts
from shop.attempts import Attempts
from shop.testing.races import race

LIMIT = Attempts("tests", most={"shopper": 3, "address": 5}, seconds=600)


def count(shopper="ana", address="192.0.2.1", limit=LIMIT):
    return limit.of(shopper=shopper, address=address).count()


@pytest.fixture
def no_redis(monkeypatch):
    nowhere = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(attempts, "redis", lambda: nowhere)


def test_after_so_many_there_is_a_pause():
    assert [count() for _ in range(5)] == [0, 0, 0, 10, 10]


def test_an_address_is_counted_through_all_its_shoppers():
    assert [count(shopper=f"shopper {n}") for n in range(6)] == [0, 0, 0, 0, 0, 10]


def test_who_has_to_wait_costs_others_at_the_address_nothing():
    for _ in range(20):
        count()
    assert [count(shopper="bea") for _ in range(3)] == [0, 0, 10]


def test_an_unknown_address_is_not_counted():
    assert [count(f"shopper {n}", address="") for n in range(9)] == [0] * 9


def test_what_was_right_is_forgiven():
    for _ in range(9):
        guesses = LIMIT.of(shopper="ana", address="192.0.2.1")
        assert guesses.count() == 0
        guesses.forgive()
    assert count() == 0


def test_a_count_ends_by_itself_and_forgiving_later_begins_none():
    guesses = LIMIT.of(shopper="ana")
    guesses.count()
    [key] = attempts.redis().keys("attempts:tests:*")
    assert 0 < attempts.redis().ttl(key) <= 600
    attempts.redis().delete(key)
    guesses.forgive()
    assert attempts.redis().keys("attempts:tests:*") == []


@pytest.mark.django_db
def test_guesses_side_by_side_do_not_slip_through():
    outcomes = race(*[partial(count, address="")] * 10)
    assert sorted(outcomes) == [0] * 3 + [10] * 7


def test_without_redis_nobody_is_kept_out(no_redis, caplog):
    with caplog.at_level(logging.WARNING):
        assert [count() for _ in range(9)] == [0] * 9
    assert "go uncounted" in caplog.text
    assert "192.0.2.1" not in caplog.text
