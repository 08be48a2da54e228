"""`make run` for real, on a project that has nothing but its shape."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from shop.processes import wait_for_end

AT_MOST = 60
SHOP = Path(__file__).resolve().parents[1]
PARTS = (
    "__init__.py",
    "embedded.py",
    "error_reports.py",
    "processes.py",
    "server_log.py",
    "launch",
    "demo",
)
OPEN = "Ctrl-C stops everything"
STUBS = {
    "requirements.txt": "",
    "shop/settings/__init__.py": "",
    "shop/wsgi.py": """
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"fine"]
""",
    "tasks/__init__.py": "",
    "tasks/app.py": """
import os
from celery import Celery
app = Celery("magpie", broker=os.environ["REDIS_URL"])
""",
    "manage.py": """
import json, os, pathlib, sys
log = pathlib.Path("commands")
with log.open("a") as file:
    file.write(json.dumps([sys.argv[1], os.environ.get("MAGPIE_DEMO")]) + "\\n")
if sys.argv[1] == os.environ.get("BROKEN"):
    sys.exit("the table is on fire")
pathlib.Path(os.environ["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
print("said by", sys.argv[1])
""",
}


@pytest.fixture(scope="module")
def project():
    """The launcher and its neighbours, beside the smallest Django project that never was."""
    root = Path(tempfile.mkdtemp(prefix="magpie-")).resolve()
    for part in PARTS:
        copy = shutil.copytree if (SHOP / part).is_dir() else shutil.copy
        (root / "shop").mkdir(exist_ok=True)
        copy(SHOP / part, root / "shop" / part)
    for name, text in STUBS.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    yield root
    for process in running_in(root):
        process.kill()
    shutil.rmtree(root)


def running_in(root):
    return [process for process in psutil.process_iter() if works_in(process, root)]


def works_in(process, root):
    try:
        return Path(process.cwd()).is_relative_to(root)
    except (psutil.Error, OSError):
        return False


def environment(**values):
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    for name in ("SECRET_KEY", "STATIC_ROOT", "MEDIA_ROOT", "ALLOWED_HOSTS", "SITE_URL"):
        inherited.pop(name, None)
    return inherited | {"PORT": str(free_port())} | values


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(root, *options, **values):
    return subprocess.Popen(
        [sys.executable, *options, "-m", "shop.launch"],
        cwd=root,
        env=environment(**values),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests may have been told to live on without a terminal.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


def refusal(root, *options, **values):
    """What a launch that cannot succeed says on stderr; it says one line and fails."""
    with launch(root, *options, **values) as launcher:
        _, said = launcher.communicate()
    assert launcher.returncode == 1
    assert said.count("\n") == 1
    assert not running_in(root)
    return said


@contextmanager
def opened(root, **values):
    with launch(root, **values) as launcher:
        launcher.said = ""
        while OPEN not in launcher.said:
            line = launcher.stdout.readline()
            if not line:
                pytest.fail(launcher.stderr.read())
            launcher.said += line
        try:
            yield launcher
        finally:
            launcher.terminate()
            launcher.communicate()


def commands(root):
    log = root / "commands"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [json.loads(line) for line in lines]


def test_the_first_run_prepares_opens_and_says_how_to_get_in(project):
    port = free_port()
    with opened(project, PORT=str(port)) as launcher:
        assert "said by load_demo" in launcher.said
        assert "said by migrate" not in launcher.said
        for words in ("/cms/", "/backoffice/", "/api/docs/", "counter@magpie.example"):
            assert words in launcher.said
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"fine"
        connection.close()
        assert "MAGPIE_DEMO" not in (project / "var" / "env").read_text()
        assert (project / "var" / "secret-key").stat().st_mode & 0o077 == 0
    assert commands(project) == [["migrate", "1"], ["collectstatic", "1"], ["load_demo", "1"]]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(project, signum):
    with opened(project) as launcher:
        launcher.send_signal(signum)
        said, complaint = launcher.communicate()
        assert not running_in(project)
    assert launcher.returncode == 0
    assert said.rstrip().endswith("stays in var/")
    assert not complaint
    assert not (project / "var" / "env").exists()


def test_a_second_run_has_nothing_to_prepare_until_something_changes(project):
    with opened(project):
        pass
    commands(project)
    with opened(project):
        assert commands(project) == []
    (project / "tasks" / "migrations").mkdir()
    (project / "tasks" / "migrations" / "0001_initial.py").write_text("")
    with opened(project):
        assert commands(project) == [["migrate", "1"]]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_a_killed_launcher_takes_everybody_along(project):
    with opened(project) as launcher:
        everybody = running_in(project)
        launcher.kill()
        assert not wait_for_end(everybody, AT_MOST)
    with opened(project):
        pass


def test_a_new_run_ends_what_a_killed_one_left_behind(project):
    with opened(project) as launcher:
        everybody = running_in(project)
        launcher.kill()
        with opened(project):
            assert not wait_for_end(everybody, patience=0)


def test_a_worker_that_dies_is_replaced_and_twice_in_a_moment_it_ends_the_run(project):
    with opened(project) as launcher:
        first = worker_of(launcher)
        first.kill()
        second = wait_for(lambda: worker_of(launcher, besides=first))
        second.kill()
        said, complaint = launcher.communicate()
    assert launcher.returncode == 1
    assert "stopped by itself, and was started again" in said
    assert "worker stopped unexpectedly (signal SIGKILL)" in complaint.splitlines()[0]
    assert not running_in(project)


def test_a_child_that_cannot_be_replaced_ends_the_run(project):
    with opened(project) as launcher:
        children = psutil.Process(launcher.pid).children()
        next(p for p in children if "beat" in p.cmdline()).kill()
        _, complaint = launcher.communicate()
    assert launcher.returncode == 1
    assert "beat stopped unexpectedly (signal SIGKILL)" in complaint.splitlines()[0]
    assert not running_in(project)


def worker_of(launcher, besides=None):
    """The payment worker that runs now, if there is one."""
    running = [p for p in psutil.Process(launcher.pid).children() if p != besides]
    return next((p for p in running if "--queues=payments" in _command_of(p)), None)


def _command_of(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def wait_for(find):
    deadline = time.monotonic() + AT_MOST
    while (found := find()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_a_second_launcher_is_told_that_there_is_one(project):
    with opened(project), launch(project) as second:
        _, said = second.communicate()
    assert second.returncode == 1
    assert said == "Magpie is already running from this folder; stop that one first.\n"


def test_a_taken_port(project):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} cannot be used" in refusal(project, PORT=port)


@pytest.mark.parametrize("port", ["eighty", "0", "65536"])
def test_a_port_that_is_none(project, port):
    assert port in refusal(project, PORT=port)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
@pytest.mark.parametrize(
    "place", ["//magpie:a-secret@127.0.0.1:1/0", "//magpie:a-secret@127.0.0.1:one/0"]
)
def test_a_named_server_that_does_not_answer(project, name, place):
    scheme = {"DATABASE_URL": "postgres:", "REDIS_URL": "redis:"}[name]
    said = refusal(project, **{name: scheme + place})
    assert said.startswith(f"{name} cannot be used")
    assert "a-secret" not in said


def test_a_database_of_another_kind(project):
    said = refusal(project, DATABASE_URL="mysql://localhost/magpie")
    assert said == "DATABASE_URL cannot be used: it does not name a PostgreSQL server.\n"


def test_a_command_that_fails_is_named_with_its_reason(project):
    (project / "var" / "postgres" / "migrated").unlink(missing_ok=True)
    said = refusal(project, BROKEN="migrate")
    assert said.startswith("`manage.py migrate` failed: the table is on fire")


def test_a_package_that_is_missing(project):
    assert "is not installed; `make run` installs it" in refusal(project, "-S")
