"""A shop of its own for each round of torture, every process of which can be killed."""

import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from shop.embedded import Server, start_postgres, start_redis
from shop.launch import crew
from shop.launch.preparation import manage
from shop.processes import Child, Trouble, start

ROOT = Path(__file__).resolve().parents[3]
OPENS_WITHIN = 120


class Ground:
    """PostgreSQL, Redis, a web server, two workers and beat; nothing of it is anybody else's."""

    def __init__(self, home: Path):
        self.home = home
        self.port = _free_port()
        self.database = start_postgres(home / "postgres", throwaway=True)
        self.redis = start_redis(home / "redis", throwaway=True)
        self.crew: dict[str, Child] = {}
        self.env = os.environ | self._settings()
        os.environ.update(self._settings())

    def _settings(self):
        files = {name: str(self.home / name) for name in ("MEDIA_ROOT", "PRIVATE_MEDIA_ROOT")}
        return files | {
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50),
            "SITE_URL": self.address,
            "STATIC_MANIFEST": "0",
            "STATIC_ROOT": str(self.home / "static"),
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            # Slow enough to be killed in the middle of a payment.
            "SIMULATED_GATEWAY_SECONDS": "0.2",
            # What waits for its time in a shop must be seen to happen here.
            "PAYMENT_STUCK_SECONDS": "10",
            "RESERVATION_MINUTES": "0.25",
        }

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def prepare(self):
        (self.home / "static").mkdir(exist_ok=True)
        manage(ROOT, self.env, "migrate", "--no-input", log=self.home / "migrate.log")

    def open(self):
        self.start("web")
        for name in (*crew.WORKERS, "beat"):
            self.start(name)
        self.wait_until_it_answers()

    def start(self, name, **where):
        where = {"logs": self.home, "env": self.env, "cwd": ROOT} | where
        if name == "web":
            self.crew[name] = crew.web(self.port, **where)
        elif name == "beat":
            self.crew[name] = crew.beat(self.home / "beat-alive", **where)
        else:
            self.crew[name] = crew.worker(name, **where)

    def wait_until_it_answers(self):
        deadline = time.monotonic() + OPENS_WITHIN
        while not _listens(self.port):
            if time.monotonic() > deadline:
                raise Trouble(f"The web server did not open; see {self.home}/web.log.")
            time.sleep(0.1)

    def kill(self, name):
        """End a process and its children at once, as a machine that loses power does."""
        head = psutil.Process(self.crew[name].process.pid)
        for process in (*head.children(recursive=True), head):
            process.kill()
        self.crew[name].process.wait()

    def kill_child(self, name):
        """End one process of those that do a crew member's work."""
        psutil.Process(self.crew[name].process.pid).children()[0].kill()

    def stop_redis(self):
        self.redis.child.process.send_signal(signal.SIGKILL)
        self.redis.child.process.wait()

    def start_redis(self):
        """Redis again, at the same address and without its memory."""
        command = self.redis.child.process.args
        child = start("Redis", command, log=self.home / "redis.log", cwd=self.home / "redis")
        self.redis = Server(self.redis.url, child)

    def restart_postgres(self):
        """Every connection breaks; what was committed is there again."""
        self.database.stop()
        self.database = start_postgres(self.home / "postgres", throwaway=True)

    def close(self):
        for child in (*self.crew.values(), self.redis.child):
            child.ask_to_stop()
        for child in (*self.crew.values(), self.redis.child, self.database.child):
            child.stop()


@contextmanager
def ground():
    home = Path(tempfile.mkdtemp(prefix="magpie-torture-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        place = Ground(home)
        stack.callback(place.close)
        place.prepare()
        yield place


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
