"""Real servers, each in a folder of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from shop.embedded import start_postgres, start_redis, throwaway_servers
from shop.processes import wait_for_end

AT_MOST = 60


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="magpie-"))
    yield path
    shutil.rmtree(path)


def ask(url, question, *values):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question, values)
        return cursor.fetchone() if cursor.description else None


def family(child):
    head = psutil.Process(child.process.pid)
    return [head, *head.children(recursive=True)]


def test_throwaway_servers_answer_and_then_are_gone():
    with throwaway_servers() as urls:
        home = Path(ask(urls["DATABASE_URL"], "SHOW data_directory")[0])
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            policy = client.config_get("maxmemory-policy")
    assert policy == {"maxmemory-policy": "noeviction"}
    assert not home.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls["DATABASE_URL"])
    with redis.Redis.from_url(urls["REDIS_URL"]) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_postgres_starts_again_after_a_kill(folder):
    server = start_postgres(folder / "data")
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    everybody = family(server.child)
    server.child.process.kill()
    server.child.process.wait()
    claim_the_lock_for_somebody_else(folder / "data" / "postmaster.pid")
    with start_postgres(folder / "data") as again:
        assert not wait_for_end(everybody, patience=0)
        assert ask(again.url, "SELECT answer FROM kept") == (42,)


def claim_the_lock_for_somebody_else(lock):
    """Process numbers are used again: a stale lock may name a process that lives."""
    _, *rest = lock.read_text().splitlines(keepends=True)
    lock.write_text("".join([f"{os.getpid()}\n", *rest]))


def test_postgres_ends_a_server_that_was_left_behind(folder):
    orphan = start_postgres(folder / "data")
    with start_postgres(folder / "data") as server:
        assert not orphan.child.is_alive
        assert ask(server.url, "SELECT current_database()") == ("magpie",)


def test_postgres_starts_in_a_folder_too_deep_for_a_socket(folder):
    deep = folder / ("a very long name with spaces, " * 4).strip()
    with start_postgres(deep / "data", throwaway=True) as server:
        assert ask(server.url, "SELECT upper('é')") == ("É",)


def test_a_folder_left_by_an_unfinished_initdb_is_begun_anew(folder):
    (folder / "data.new").mkdir()
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    with start_postgres(folder / "data", throwaway=True) as server:
        assert ask(server.url, "SELECT 1") == (1,)


def test_redis_remembers_and_keeps_strangers_out(folder):
    with start_redis(folder) as server, redis.Redis.from_url(server.url) as client:
        client.set("basket", "apples")
    with start_redis(folder) as server, redis.Redis.from_url(server.url) as client:
        assert client.get("basket") == b"apples"
        with (
            redis.Redis(port=client.get_connection_kwargs()["port"]) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_servers_go_with_their_owner_even_if_it_is_killed():
    script = """
import os, signal
from shop.embedded import throwaway_servers
with throwaway_servers() as urls:
    print(os.path.dirname(urls["DATABASE_URL"].partition("=")[2]), flush=True)
    signal.pause()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as owner:
        home = Path(owner.stdout.readline().strip())
        everybody = psutil.Process(owner.pid).children(recursive=True)
        owner.kill()
    assert len(everybody) > 1
    assert not wait_for_end(everybody, AT_MOST)
    shutil.rmtree(home)


def test_a_command_runs_beside_throwaway_servers():
    script = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close(); exit(7)"
    command = [sys.executable, "-m", "shop.embedded", sys.executable, "-c", script]
    assert subprocess.run(command).returncode == 7


def test_stopping_is_asked_for_once(folder):
    server = start_redis(folder)
    server.child.ask_to_stop()
    server.stop()
    assert server.child.process.returncode == 0
    assert (folder.with_suffix(".log")).read_text().count("Received SIGTERM") == 1
    folder.with_suffix(".log").unlink()
