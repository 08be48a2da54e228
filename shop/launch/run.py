"""The story of `make run`, in its order."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from shop.demo.logins import DEMO_LOGINS
from shop.embedded import Server, start_postgres, start_redis, write_private
from shop.launch import preparation as prepare
from shop.launch.crew import WORKERS, beat, web, worker
from shop.launch.supervisor import (
    MARK,
    Interrupted,
    Interrupts,
    left_behind,
    together,
    wait_until_healthy,
    watch,
)
from shop.processes import Child, Trouble, end_all

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("MAGPIE_VAR") or ROOT / "var").resolve()
LOGS = VAR / "log"
PLACES = {"Shop": "/", "CMS": "/cms/", "Back office": "/backoffice/", "API": "/api/docs/"}
BEGUN = time.monotonic()


def run() -> None:
    """Open the shop and keep it open until somebody stops it."""
    Interrupts.install()
    port = chosen_port()
    try:
        with ExitStack() as stack:
            stack.enter_context(only_one())
            clear_the_way(port)
            named = named_servers()
            embedded = embedded_servers(stack, named)
            urls = named | {name: server.url for name, server in embedded.items()}
            settings = prepare.environment(VAR, port, urls)
            env = os.environ | settings | {"PYTHONUNBUFFERED": "1"}
            get_ready(env, data=VAR / "postgres" if "DATABASE_URL" in embedded else None)
            stack.enter_context(noted(settings))
            open_shop(stack, env, port, [server.child for server in embedded.values()])
    except Interrupted:
        say("Stopped; the shop's data stays in var/")


def clear_the_way(port: int) -> None:
    """End what a killed run left behind, and mark what this one starts."""
    end_all(left_behind(VAR))
    check_port(port)
    os.environ[MARK] = str(VAR)


def named_servers() -> dict[str, str]:
    """The servers that the environment names; each of them answers."""
    checks = {"DATABASE_URL": prepare.check_database, "REDIS_URL": prepare.check_redis}
    urls = {name: os.environ[name] for name in checks if os.environ.get(name)}
    for name, url in urls.items():
        say(f"Using {name}")
        checks[name](url)
    return urls


def embedded_servers(stack: ExitStack, named: dict[str, str]) -> dict[str, Server]:
    """Our own, in place of those that nobody named."""
    servers = {}
    if "DATABASE_URL" not in named:
        say("Starting PostgreSQL")
        server = start_postgres(VAR / "postgres" / "data", log=LOGS / "postgres.log")
        servers["DATABASE_URL"] = stack.enter_context(server)
    if "REDIS_URL" not in named:
        say("Starting Redis")
        server = start_redis(VAR / "redis", log=LOGS / "redis.log")
        servers["REDIS_URL"] = stack.enter_context(server)
    return servers


def get_ready(env: dict[str, str], data: Path | None) -> None:
    """Tables, static files and the demo shop. Stamps lie beside the data and vanish with it."""
    manage = partial(prepare.manage, ROOT, env)

    def migrate() -> None:
        say("Preparing the database (the first time takes a while)")
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


def open_shop(stack: ExitStack, env: dict[str, str], port: int, servers: Sequence[Child]) -> None:
    say("Starting the web server, the workers and beat")
    crew = stack.enter_context(together([]))
    where = {"logs": LOGS, "env": env, "cwd": ROOT}
    crew.append(web(port, **where))
    crew.extend(worker(name, **where) for name in WORKERS)
    crew.append(beat(VAR / "beat-alive", **where))
    wait_until_healthy(port, "/health/", [*servers, *crew])
    say("Open")
    tell(welcome(f"http://localhost:{port}"))
    stack.callback(say, "Stopping")
    watch(servers, crew, replaceable=WORKERS, say=say)


def welcome(site: str) -> str:
    places = table((name, site + path) for name, path in PLACES.items())
    logins = table([("log in as", "e-mail", "password", "at"), *DEMO_LOGINS])
    closing = "Mails are in var/mail, logs in var/log. Ctrl-C stops everything; the data stays."
    return f"\nMagpie is open.\n\n{places}\n\n{logins}\n\n{closing}\n"


def table(rows: Iterable[tuple[str, ...]]) -> str:
    rows = list(rows)
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    lines = ("".join(map(str.ljust, row, widths)) for row in rows)
    return "\n".join(f"  {line.rstrip()}" for line in lines)


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
            reason = error.strerror.lower()
            advice = "Free it, or choose another with PORT=8001 make run."
            raise Trouble(f"Port {port} cannot be used: {reason}. {advice}") from None


@contextmanager
def only_one() -> Iterator[None]:
    VAR.mkdir(exist_ok=True)
    with (VAR / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = "Magpie is already running from this folder; stop that one first."
            raise Trouble(running) from None
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
    tell(f"{time.monotonic() - BEGUN:6.1f} s  {line}")


def tell(text: str) -> None:
    """To the terminal, if it is still there."""
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
