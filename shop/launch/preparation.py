"""What has to be true before the shop opens."""

import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
import psycopg
import redis

from shop.embedded import write_private
from shop.launch.supervisor import finish
from shop.processes import Trouble, start, tail

ANSWER_WITHIN = 5
PRIVATE_TO_THE_RUN = {"MAGPIE_DEMO"}


def check_database(url: str) -> None:
    """PostgreSQL answers at `url`, which is read as the settings will read it."""
    try:
        if "postgresql" not in environ.Env.DB_SCHEMES.get(urlsplit(url).scheme, ""):
            raise ValueError("it does not name a PostgreSQL server")
        psycopg.connect(**_connection(environ.Env.db_url_config(url))).close()
    except (psycopg.Error, ValueError) as error:
        raise Trouble(f"DATABASE_URL cannot be used: {_gist(error)}.") from None


def check_redis(url: str) -> None:
    patience = {"socket_connect_timeout": ANSWER_WITHIN, "socket_timeout": ANSWER_WITHIN}
    try:
        redis.Redis.from_url(url, **patience).ping()
    except (redis.RedisError, ValueError) as error:
        raise Trouble(f"REDIS_URL cannot be used: {_gist(error)}.") from None


def environment(var: Path, port: int, urls: dict[str, str]) -> dict[str, str]:
    """The demo's settings; whatever the environment says already stays."""
    defaults = {
        "SECRET_KEY": secret_key(var / "secret-key"),
        "SITE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "MEDIA_ROOT": str(var / "media"),
        "STATIC_ROOT": str(var / "static"),
        "EMAIL_URL": f"filemail:///{quote(str(var / 'mail'))}",
    }
    given = {name: os.environ[name] for name in defaults if os.environ.get(name)}
    fixed = {"DJANGO_SETTINGS_MODULE": "shop.settings", "MAGPIE_DEMO": "1"}
    return defaults | given | urls | fixed


def secret_key(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(50))
    return path.read_text().strip()


def describe(settings: dict[str, str]) -> str:
    """The settings as a file that `manage.py` can read, to work beside a running shop."""
    lines = (f"{name}='{value}'\n" for name, value in settings.items())
    return "".join(line for line in lines if line.partition("=")[0] not in PRIVATE_TO_THE_RUN)


def manage(root: Path, env: dict[str, str], *arguments: str, log: Path | None = None) -> None:
    """Run a command of `manage.py`; without a log, what it says is passed through."""
    name = f"manage.py {arguments[0]}"
    child = start(name, [sys.executable, "manage.py", *arguments], log=log, env=env, cwd=root)
    if finish(child) != 0:
        details = f": {tail(log, 1).strip()} (all of it: {log})" if log else ", as said above."
        raise Trouble(f"`{name}` failed{details}")


def once(stamp: Path | None, state: str, work: Callable[[], None]) -> None:
    """Do the work unless it was done for this very state; without a stamp, do it."""
    if stamp and stamp.exists() and stamp.read_text() == state:
        return
    work()
    if stamp:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state)


def migrations_state(root: Path) -> str:
    files = (path for package in _packages(root) for path in package.rglob("migrations/*.py"))
    return _fingerprint(root, files)


def static_state(root: Path) -> str:
    folders = [*_packages(root), root / "static"]
    files = (path for folder in folders for path in folder.rglob("*") if "static" in path.parts)
    return _fingerprint(root, files)


def _packages(root: Path) -> list[Path]:
    return [folder.parent for folder in root.glob("*/__init__.py")]


def _fingerprint(root: Path, files: Iterable[Path]) -> str:
    """Changes with these files, the installed packages and the settings."""
    digest = hashlib.sha256()
    settings = (root / "shop" / "settings").glob("*.py")
    for path in sorted({*files, *settings, root / "requirements.txt"}):
        if path.is_file():
            size, changed = path.stat().st_size, path.stat().st_mtime_ns
            digest.update(f"{path.relative_to(root)} {size} {changed}\n".encode())
    return digest.hexdigest()


def _connection(config: dict) -> dict:
    names = ("user", "password", "host", "port")
    given = {name: config[name.upper()] for name in names if config[name.upper()]}
    return (
        {"dbname": config["NAME"]}
        | given
        | config.get("OPTIONS", {})
        | {"connect_timeout": ANSWER_WITHIN}
    )


def _gist(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
