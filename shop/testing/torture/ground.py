"""A shop of its own for each round of torture, every process of which can be killed."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from shop.embedded import Server, free_port, postgres_program, start_postgres, start_redis
from shop.launch import crew
from shop.launch.preparation import manage
from shop.processes import Child, Trouble, start

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
OPENS_WITHIN = 120
# Sells for every token, and dies when it is told to.
DOORS = "shop.testing.torture.doors"
BEAT = "shop.testing.torture.hurry"


class Ground:
    """PostgreSQL, Redis, a web server, two workers and beat; nothing of it is anybody else's."""

    def __init__(self, home: Path, hurry: int):
        self.home, self.hurry = home, hurry
        self.port = free_port()
        self.deadly = home / "deadly"
        self.database = start_postgres(home / "postgres", throwaway=True)
        self.redis = start_redis(home / "redis", throwaway=True)
        self.crew: dict[str, Child] = {}
        # This process too is one of the shop's: what it signs and encrypts, all can read.
        os.environ.update(self._settings())
        self.env = dict(os.environ)

    def _settings(self):
        files = {name: str(self.home / name) for name in ("MEDIA_ROOT", "PRIVATE_MEDIA_ROOT")}
        return files | {
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50),
            "SITE_URL": self.address,
            "EMAIL_URL": "dummymail://",
            "STATIC_MANIFEST": "0",
            "STATIC_ROOT": str(self.home / "static"),
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            # Slow enough to be killed in the middle of a payment.
            "SIMULATED_GATEWAY_SECONDS": "0.1",
            "SIMULATED_WEBHOOK_SECONDS": "0.5",
            # What waits for its time in a shop must be seen to happen here.
            "PAYMENT_STUCK_SECONDS": str(10 // self.hurry),
            "REFUND_RETRY_SECONDS": "2",
            "UNDO_SECONDS": "5",
            "OUTBOX_RESEND_SECONDS": str(30 // self.hurry),
            "HURRY": str(self.hurry),
            "DEADLY": str(self.deadly),
        }

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def prepare(self, like):
        """Tables: those of another database with what is in them, or fresh ones."""
        (self.home / "static").mkdir(exist_ok=True)
        if like:
            self._copy(like)
        else:
            manage(ROOT, self.env, "migrate", "--no-input", log=self.home / "migrate.log")

    def _copy(self, like):
        dump = self.home / "like.sql"
        read = [postgres_program("pg_dump"), "--no-owner", f"--file={dump}", f"--dbname={like}"]
        write = [postgres_program("psql"), "--quiet", "--output=/dev/null", f"--file={dump}"]
        for command in (read, [*write, f"--dbname={self.database.url}"]):
            subprocess.run(command, check=True)

    def open(self):
        for name in ("web", *crew.WORKERS, "beat"):
            self.start(name)
        self.wait_until_it_answers()

    def start(self, name, **settings):
        """Start one of the crew, with settings of its own; the database knows it by its name."""
        env = self.env | {"PGAPPNAME": name} | settings
        where = {"logs": self.home, "env": env, "cwd": ROOT}
        if name == "web":
            self.crew[name] = crew.web(self.port, app=DOORS, **where)
        elif name == "beat":
            self.crew[name] = crew.beat(self.home / "beat-alive", app=BEAT, **where)
        else:
            self.crew[name] = crew.worker(name, **where)

    def start_again(self, *names, **settings):
        """End these at once and start them with settings of their own."""
        for name in names:
            self.kill(name)
        for name in names:
            self.start(name, **settings)
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        deadline = time.monotonic() + OPENS_WITHIN
        while not _listens(self.port):
            if not self.crew["web"].is_alive or time.monotonic() > deadline:
                raise Trouble(f"The web server did not open; see {self.home}/web.log.")
            time.sleep(0.1)

    def mind(self):
        """Start again whoever stopped by itself, as `docker-compose.yml` has it done: a worker
        may give up when its broker goes away."""
        for name, child in self.crew.items():
            if not child.is_alive:
                self.crew[name] = child.again()

    def kill(self, name):
        """End a process and its children at once, as a machine that loses power does."""
        head = psutil.Process(self.crew[name].process.pid)
        for process in (head, *head.children(recursive=True)):
            process.kill()
        self.crew[name].process.wait()

    def kill_child(self, name):
        """End one process of those that do a crew member's work."""
        psutil.Process(self.crew[name].process.pid).children()[0].kill()

    @contextmanager
    def deadly_orders(self):
        """Until the end of this, each process of the web server dies at its third order."""
        self.deadly.touch()
        try:
            yield
        finally:
            self.deadly.unlink()

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
def ground(like=None, hurry=1):
    home = Path(tempfile.mkdtemp(prefix="magpie-torture-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        place = Ground(home, hurry)
        stack.callback(place.close)
        place.prepare(like)
        yield place


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
