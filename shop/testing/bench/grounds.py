"""One PostgreSQL and one Redis for all sides; durable, as a shop's are."""

import os
import socket
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from shop.embedded import free_port, start_postgres, start_redis
from shop.launch.supervisor import finish
from shop.processes import Trouble, start, tail

ROOT = Path(__file__).resolve().parents[3]
OPENS_WITHIN = 120.0
SECRET = "only-for-measuring-and-long-enough-to-sign-with"


@dataclass(frozen=True)
class Shop:
    """A filled shop: what its processes need to know, and where its web server writes."""

    env: dict
    home: Path
    log: Path


@contextmanager
def database_server():
    with _home() as home, start_postgres(home / "postgres") as server:
        yield server


@contextmanager
def broker():
    with _home() as home, start_redis(home / "redis") as server:
        yield server.url


@contextmanager
def _home():
    with tempfile.TemporaryDirectory(prefix="magpie-bench-") as home:
        yield Path(home)


def new_database(server, name):
    """A database beside the server's first one; returns its URL."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.url.replace("/magpie?", f"/{name}?")


def environment(settings, database_url, redis_url):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "*",
        "STATIC_MANIFEST": "0",
        "DJANGO_DEBUG": "0",
    }


def run(env, *arguments, log):
    """A command of Django's. Raises `Trouble` with the end of what it said."""
    command = [sys.executable, "-m", *arguments]
    if finish(start(arguments[0], command, log=log, env=env, cwd=ROOT)) != 0:
        raise Trouble(f"{' '.join(arguments)} failed:\n{tail(log)}")


@contextmanager
def gunicorn(application, env, log):
    """The web server that both sides get; yields its port once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}"]
    command += ["--preload", "--workers=2", "--threads=8", "--no-control-socket"]
    child = start(application, command, log=log, env=env, cwd=ROOT)
    try:
        _wait_for(port, child)
        yield port
    finally:
        child.stop()


def _wait_for(port, child):
    deadline = time.monotonic() + OPENS_WITHIN
    while not _listens(port):
        if not child.is_alive or time.monotonic() > deadline:
            raise Trouble(f"{child.name} did not open:\n{tail(child.log)}")
        time.sleep(0.1)


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
