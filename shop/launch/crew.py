"""The processes of an open shop: who serves pages, who works, who keeps the time."""

import signal
import sys
from pathlib import Path

from shop.processes import Child, start

PYTHON = (sys.executable, "-m")
# Two workers, so that a payment never waits behind a mail or a picture: which queues each
# takes from, and as how many processes. Payments wait for their gateways, not for a core.
WORKERS = {"The payment worker": ("payments", 4), "The worker": ("default,mail,media,webhooks", 1)}


def web(port: int, *, logs: Path, app: str = "shop.wsgi", **where) -> Child:
    command = ["gunicorn", app, f"--bind=127.0.0.1:{port}", "--no-control-socket"]
    command += ["--logger-class=shop.server_log.ServerLogger"]
    command += ["--preload", "--workers=2", "--threads=4", "--graceful-timeout=5"]
    return start("The web server", [*PYTHON, *command], log=logs / "web.log", **where)


def worker(name: str, *, logs: Path, app: str = "tasks.app", **where) -> Child:
    """An orphan could not finish its task: the database is gone with us."""
    queues, processes = WORKERS[name]
    node = queues.partition(",")[0]
    command = ["celery", f"--app={app}", "worker", f"--queues={queues}", "--loglevel=INFO"]
    command += [f"--hostname={node}@%h", f"--concurrency={processes}"]
    command += ["--without-mingle", "--without-gossip"]
    orphan = {"orphan_signal": signal.SIGKILL}
    return start(name, [*PYTHON, *command], log=logs / f"worker-{node}.log", **orphan, **where)


def beat(alive: Path, *, logs: Path, app: str = "tasks.app", **where) -> Child:
    command = ["celery", f"--app={app}", "beat", "--loglevel=INFO"]
    command += [f"--schedule={alive}", "--pidfile="]
    return start("Celery beat", [*PYTHON, *command], log=logs / "beat.log", **where)
