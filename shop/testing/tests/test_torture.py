"""The torture, small: the command itself on servers of its own, and its random walk."""

import os
import subprocess
import sys
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from shop.testing.races import on_committed_rows
from shop.testing.torture.__main__ import scenarios
from shop.testing.torture.ground import ROOT
from shop.testing.torture.walk import walk
from shop.testing.wire import connected

__all__ = ["connected"]

WITHIN = 300


@pytest.mark.django_db
def test_random_steps_break_no_rule(connected):
    tally = walk(100)
    assert tally.attempts >= 100
    assert len(tally.orders) > 5


@on_committed_rows
@pytest.mark.long
def test_the_shop_holds_under_pressure():
    """A fifth of every scenario, on one start of all processes and a copy of this database."""
    names = {scenario.__name__ for scenario in scenarios([])}
    played = torture("--small", f"--like={address_of_this_database()}")
    assert played.returncode == 0, played.stdout + played.stderr
    assert names <= {line.split()[0] for line in played.stdout.splitlines() if line}


def torture(*arguments):
    command = [sys.executable, "-m", "shop.testing.torture", *arguments]
    # What this session's servers are called is none of its business.
    names = ("DATABASE_URL", "REDIS_URL", "DJANGO_DEBUG")
    env = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=WITHIN
    )


def address_of_this_database():
    """As libpq reads it; a folder of sockets can only be given as a parameter."""
    given = connection.get_connection_params()
    named = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}
    return f"postgresql:///{quote(given['dbname'])}?{urlencode(named)}"
