"""Threads that race on a real database, each on a connection of its own."""

import time
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, connections, transaction

# Threads see only what was committed; `shop.testing.restoring` takes it back.
on_committed_rows = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 30
# Whether somebody on this database waits for a lock. What a transaction saw of others is kept
# until it ends, unless it is told to look again.
LOOK_AGAIN = "SELECT pg_stat_clear_snapshot()"
WAITING = """
SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database())
"""


def race(*runners):
    """Let all runners go at once; returns what each returned, or the exception it raised."""
    outcomes = [None] * len(runners)
    start = Barrier(len(runners), timeout=PATIENCE_SECONDS)

    def run(place, runner):
        try:
            start.wait()
            outcomes[place] = runner()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return outcomes


def overlapping(first, second):
    """Begin `second` while `first` is done but not yet committed; returns as `race` does."""
    begun, done = Event(), Event()
    return race(partial(_slowly, first, begun, done), partial(_after, begun, second, done))


def _slowly(runner, begun, done):
    with transaction.atomic():
        result = runner()
        begun.set()
        _wait_for(done.is_set)
    return result


def _after(begun, runner, done):
    begun.wait(PATIENCE_SECONDS)
    try:
        return runner()
    finally:
        done.set()


def _wait_for(is_done):
    """Until somebody else is done, or can get no further before we are."""
    gives_up_at = time.monotonic() + PATIENCE_SECONDS
    while not is_done() and time.monotonic() < gives_up_at and not _somebody_waits():
        time.sleep(0.005)


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(LOOK_AGAIN)
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


@contextmanager
def right_before(name, rival):
    """Let a rival act once right before our function of this dotted name is called.

    The rival acts on a connection of its own and commits, unless it has to wait for
    us: then it goes on when we are done. Gives the list of what it came to, as `race` does.
    """
    with _beside(name, rival, before=True) as outcomes:
        yield outcomes


@contextmanager
def right_after(name, rival):
    """Let a rival act once right after our function of this dotted name returned."""
    with _beside(name, rival, before=False) as outcomes:
        yield outcomes


@contextmanager
def _beside(name, rival, *, before):
    module, _dot, attribute = name.rpartition(".")
    ours, outcomes = getattr(import_module(module), attribute), []
    thread = Thread(target=_act, args=(rival, outcomes))

    def ours_and_the_rival(*args, **kwargs):
        if before:
            _let_go(thread)
        result = ours(*args, **kwargs)
        if not before:
            _let_go(thread)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name, ours_and_the_rival)
        yield outcomes
    assert thread.ident, f"{name} was not called"
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive(), "the rival waits for ever"


def _let_go(thread):
    if not thread.ident:
        thread.start()
        _wait_for(lambda: not thread.is_alive())


def _act(rival, outcomes):
    try:
        outcomes.append(rival())
    except Exception as error:
        outcomes.append(error)
    finally:
        connections.close_all()
