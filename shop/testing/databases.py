"""A database that is migrated once and copied for each process of the tests.

Migrating takes half a minute, copying a second. There is one for each state of the
migrations, and it stays on its server: two branches may be tested in turn.
"""

import hashlib
import os
import secrets
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "magpie_to_copy_"


def migrated_database(url):
    """The name of a migrated database beside the one at `url`, made by whoever comes first."""
    name = PREFIX + _state_of_migrations()
    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        if name not in _made(server):
            _make(server, url, name)
    return name


@contextmanager
def copy_of_migrated(url):
    """The address of a copy of its own beside the one at `url`, for as long as it is needed."""
    made, name = sql.Identifier(migrated_database(url)), f"magpie_{secrets.token_hex(6)}"
    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as server:
        copy = sql.Identifier(name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, made))
        try:
            yield _beside(url, name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


def _state_of_migrations():
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("shop/**/migrations/*.py")]
    digest = hashlib.sha256()
    for path in sorted({*files, ROOT / "requirements.txt"}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(server, url, name):
    draft = "magpie_being_migrated"
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--no-input"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": _beside(url, draft)},
        check=True,
    )
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))


def _made(server):
    found = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    )
    return {row[0] for row in found}


def _beside(url, name):
    return urlsplit(url)._replace(path=f"/{name}").geturl()
