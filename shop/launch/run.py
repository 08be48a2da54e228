"""The story of `make run`, in its order."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from shop.demo.logins import DEMO_LOGINS
from shop.embedded import start_postgres, start_redis, write_private
from shop.launch import preparation as prepare
from shop.launch.supervisor import (
    MARK,
    Interrupted,
    Interrupts,
    left_behind,
    together,
    wait_until_healthy,
    watch,
)
from shop.processes import Child, Trouble, end_all, start

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
LOGS = VAR / "log"
PLACES = {"Shop": "/", "CMS": "/cms/", "Back office": "/backoffice/", "API": "/api/docs/"}
QUEUES = "payments,default,media"
BEGUN = time.monotonic()


def run() -> None:
    """Open the shop and keep it open until somebody stops it."""
    Interrupts.install()
    port = chosen_port()
    with suppress(Interrupted), ExitStack() as stack:
        stack.enter_context(only_one())
        end_all(left_behind(VAR))
        check_port(port)
        stack.callback(say, "Stopped. The shop's data stays in var/.")
        servers, urls = start_servers(stack)
        settings = prepare.environment(VAR, port, urls)
        env = os.environ | settings | {MARK: str(VAR), "PYTHONUNBUFFERED": "1"}
        get_ready(env, data=None if os.environ.get("DATABASE_URL") else VAR / "postgres")
        stack.enter_context(noted(settings))
        open_shop(stack, env, port, servers)


def start_servers(stack: ExitStack) -> tuple[list[Child], dict[str, str]]:
    """PostgreSQL and Redis: those that the environment names, or else our own."""
    servers, urls = [], {}
    for variable, check, name, embedded, data in (
        ("DATABASE_URL", prepare.check_database, "PostgreSQL", start_postgres, "postgres/data"),
        ("REDIS_URL", prepare.check_redis, "Redis", start_redis, "redis"),
    ):
        if url := os.environ.get(variable):
            say(f"Using the {name} that {variable} names")
            check(url)
        else:
            say(f"Starting {name}")
            server = stack.enter_context(embedded(VAR / data, log=LOGS / f"{name.lower()}.log"))
            servers.append(server.child)
            url = server.url
        urls[variable] = url
    return servers, urls


def get_ready(env: dict[str, str], data: Path | None) -> None:
    """Tables, static files and the demo shop. Stamps lie beside the data and vanish with it."""
    manage = partial(prepare.manage, ROOT, env)

    def migrate() -> None:
        say("Preparing the database")
        manage("migrate", "--no-input", "--verbosity=1", log=LOGS / "migrate.log")

    def collect_static() -> None:
        say("Collecting static files")
        manage("collectstatic", "--no-input", "--verbosity=0", log=LOGS / "collectstatic.log")

    def load_demo() -> None:
        say("Loading the demo shop")
        manage("load_demo")

    static = Path(env["STATIC_ROOT"]) / ".collected"
    prepare.once(data and data / "migrated", prepare.migrations_state(ROOT), migrate)
    prepare.once(static, prepare.static_state(ROOT), collect_static)
    prepare.once(data and data / "demo-loaded", "yes", load_demo)


def open_shop(stack: ExitStack, env: dict[str, str], port: int, servers: list[Child]) -> None:
    say("Starting the web server, the worker and beat")
    crew = stack.enter_context(together([]))
    stack.callback(say, "Stopping")
    for name, command in commands(port).items():
        log = LOGS / f"{name.split()[-1].lower()}.log"
        crew.append(start(name, [sys.executable, "-m", *command], log=log, env=env, cwd=ROOT))
    wait_until_healthy(port, "/health/", [*servers, *crew])
    say("Open")
    print(welcome(f"http://localhost:{port}"), flush=True)
    watch([*servers, *crew])


def commands(port: int) -> dict[str, list[str]]:
    web = ["gunicorn", "shop.wsgi", f"--bind=127.0.0.1:{port}", "--preload", "--workers=2"]
    web += ["--threads=4", "--graceful-timeout=5", "--access-logfile=-", "--no-control-socket"]
    celery = ["celery", "--app=tasks.app"]
    return {
        "The web": web,
        "The worker": [*celery, "worker", f"--queues={QUEUES}", "--concurrency=2", "--loglevel=INFO"],
        "Celery beat": [*celery, "beat", f"--schedule={VAR / 'beat-schedule'}", "--loglevel=INFO"],
    }


def welcome(site: str) -> str:
    places = [f"  {name:<12} {site}{path}" for name, path in PLACES.items()]
    widths = [max(len(login[i]) for login in DEMO_LOGINS) + 2 for i in range(4)]
    logins = ["".join(part.ljust(width) for part, width in zip(login, widths, strict=True)) for login in DEMO_LOGINS]
    return "\n".join(
        ["", "Magpie is open.", "", *places, "", "Demo logins:", ""]
        + [f"  {line.rstrip()}" for line in logins]
        + ["", "Logs are in var/log. Ctrl-C stops everything; the data stays.", ""]
    )


def chosen_port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}); free it, or choose another: `PORT=8001 make run`."
            ) from None


@contextmanager
def only_one() -> Iterator[None]:
    VAR.mkdir(exist_ok=True)
    with (VAR / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("Magpie is already running from this folder; stop that one first.") from None
        yield


@contextmanager
def noted(settings: dict[str, str]) -> Iterator[None]:
    """While the shop is open, `var/env` tells other commands how to reach its servers."""
    path = VAR / "env"
    write_private(path, prepare.describe(settings))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def say(line: str) -> None:
    """Tell the terminal, if it is still there."""
    with suppress(OSError):
        print(f"{time.monotonic() - BEGUN:6.1f} s  {line}", flush=True)
