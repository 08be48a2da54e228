"""Threads that race on a real database, each on a connection of its own."""

import time
from functools import partial
from threading import Barrier, Event, Thread

import pytest
from django.db import connections, transaction

# Threads see only what was committed. Wagtail's pages and the roles, which
# migrations made and a flush takes away, are brought back for each test.
on_committed_rows = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PATIENCE_SECONDS = 30
OVERLAP_SECONDS = 0.3


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
    begun = Event()
    return race(partial(_slowly, first, begun), partial(_after, begun, second))


def _slowly(runner, begun):
    with transaction.atomic():
        result = runner()
        begun.set()
        time.sleep(OVERLAP_SECONDS)
    return result


def _after(begun, runner):
    begun.wait(PATIENCE_SECONDS)
    return runner()
