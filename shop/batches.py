"""Work on many rows, each on its own, within a time of its own."""

import logging
import time

from celery.exceptions import SoftTimeLimitExceeded

logger = logging.getLogger(__name__)

# Well below a task's time limit: what is left is the next run's, and nobody is killed in mid-row.
SECONDS = 60


def within_time(rows, seconds=SECONDS):
    """The rows, as long as there is time to begin with another one."""
    ends_at = time.monotonic() + seconds
    for row in rows:
        if time.monotonic() > ends_at:
            logger.warning("out of time; the next run goes on")
            return
        yield row


def one_by_one(step, rows, fault):
    """Take a step for each row; returns for how many it came to something.

    A row that breaks keeps no other one waiting: `fault` says of it what goes wrong. But
    whoever is told to stop stops.
    """
    return sum(_came_to_something(step, row, fault) for row in within_time(rows))


def _came_to_something(step, row, fault):
    try:
        return bool(step(row))
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        logger.exception(fault, getattr(row, "pk", row))
        return False
