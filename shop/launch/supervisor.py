"""Watching several children until one fails or somebody says stop."""

import http.client
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from shop.processes import PATIENCE, Child, Trouble, tail

HEALTHY_WITHIN = 120.0
GLANCE = 0.1
REPLACED_AGAIN_AFTER = 60.0
MARK = "MAGPIE_RUN"


class Interrupted(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Interrupts:
    """Signals are remembered, and obeyed in `pause`: never in the middle of a start or a stop."""

    asked = False

    @classmethod
    def install(cls) -> None:
        cls.asked = False
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
                signal.signal(signum, cls._remember)

    @classmethod
    def _remember(cls, *_) -> None:
        cls.asked = True

    @classmethod
    def pause(cls, seconds: float = GLANCE) -> None:
        if cls.asked:
            raise Interrupted
        time.sleep(seconds)
        if cls.asked:
            raise Interrupted


@contextmanager
def together(children: list[Child]) -> Iterator[list[Child]]:
    """Stop whoever is in the list in the end: ask all at once, then wait for each in order."""
    try:
        yield children
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE
        for child in children:
            child.stop(max(0.0, deadline - time.monotonic()))


def finish(child: Child) -> int:
    """Wait for a child that ends by itself; it ends at once if we are interrupted."""
    try:
        while child.is_alive:
            Interrupts.pause()
    finally:
        child.stop()
    return child.process.returncode


def watch(
    servers: Sequence[Child],
    crew: list[Child],
    replaceable: Collection[str],
    say: Callable[[str], None],
) -> None:
    """Until interrupted; a child that stops by itself is trouble.

    One of the crew that is replaceable is started again, unless it was a moment ago: a worker
    may give up when its broker goes away.
    """
    replaced: dict[str, float] = {}
    while True:
        check([*servers, *(child for child in crew if child.name not in replaceable)])
        for place, child in enumerate(crew):
            if not child.is_alive:
                crew[place] = _replacement(child, replaced)
                say(f"{child.name} stopped by itself, and was started again")
        Interrupts.pause()


def _replacement(child: Child, replaced: dict[str, float]) -> Child:
    now = time.monotonic()
    if now < replaced.get(child.name, -REPLACED_AGAIN_AFTER) + REPLACED_AGAIN_AFTER:
        raise Trouble(_obituary(child))
    replaced[child.name] = now
    return child.again()


def check(children: Sequence[Child]) -> None:
    for child in children:
        if not child.is_alive:
            raise Trouble(_obituary(child))


def wait_until_healthy(port: int, path: str, children: Sequence[Child]) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN
    while (answer := _ask(port, path)) != 200:
        check(children)
        if time.monotonic() > deadline:
            said = f"answered {answer}" if answer else "did not answer"
            raise Trouble(f"The shop {said} at {path} for two minutes; see var/log/web.log.")
        Interrupts.pause()


def left_behind(mark: Path) -> list[psutil.Process]:
    """Processes of an earlier run that are still there."""
    return [process for process in psutil.process_iter() if _mark_of(process) == str(mark)]


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def _obituary(child: Child) -> str:
    code = child.process.returncode
    how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    return f"{child.name} stopped unexpectedly ({how}). The end of {child.log}:\n{tail(child.log)}"


def _ask(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
