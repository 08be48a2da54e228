"""Threads that race on a real database, each on a connection of its own."""

from threading import Barrier, Thread

import pytest
from django.db import connections

# Threads see only what was committed. Wagtail's pages and the roles, which
# migrations made and a flush takes away, are brought back for each test.
on_committed_rows = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PATIENCE_SECONDS = 30


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
