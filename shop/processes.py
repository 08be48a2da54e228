"""Child processes that do not outlive whoever started them."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

PATIENCE = 8.0
PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """What is in the way, in one sentence for the person at the terminal."""


@dataclass
class Child:
    """A running process, the head of its own session and process group."""

    name: str
    process: subprocess.Popen
    log: Path | None
    stop_signal: signal.Signals
    # Starts another one like it.
    again: Callable[[], "Child"]
    asked: bool = False

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Ask once: many programs take a second signal for impatience."""
        if self.is_alive and not self.asked:
            self.process.send_signal(self.stop_signal)
            self.asked = True

    def stop(self, patience: float = PATIENCE) -> None:
        """Let it finish in good order; after `patience` seconds, end what is left of its group."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    orphan_signal: signal.Signals | None = None,
) -> Child:
    """Start `command`; what it says is added to `log`, or passed through if there is none.

    If we are killed, it gets `orphan_signal`, which is `stop_signal` unless given.
    """
    again = partial(
        start, name, command, log=log, env=env, cwd=cwd, user=user,
        stop_signal=stop_signal, orphan_signal=orphan_signal,
    )  # fmt: skip
    with _output(log) as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands only
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_die_with_parent(orphan_signal or stop_signal),
            **_identity(user),
        )
    return Child(name, process, log, stop_signal, again)


def tail(log: Path | None, lines: int = 15) -> str:
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def end_all(
    processes: Iterable[psutil.Process],
    signum: signal.Signals = signal.SIGTERM,
    patience: float = PATIENCE,
) -> None:
    """Ask processes that are nobody's children any more to stop, and make sure that they did."""
    remaining = list(processes)
    for sent in (signum, signal.SIGKILL):
        for process in remaining:
            with suppress(psutil.Error):
                process.send_signal(sent)
        remaining = wait_for_end(remaining, patience)


def wait_for_end(processes: Iterable[psutil.Process], patience: float) -> list[psutil.Process]:
    """Those that still run after `patience` seconds."""
    deadline = time.monotonic() + patience
    while (remaining := [p for p in processes if _runs(p)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return remaining


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def _output(log: Path | None) -> Iterator[int | None]:
    if log is None:
        yield None
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        yield file.fileno()


def _identity(user: int | None) -> dict:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}


def _die_with_parent(signum: signal.Signals) -> Callable[[], None] | None:
    """On Linux the kernel sends the child `signum` when we are gone, even if we were killed."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def in_the_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signum)

    return in_the_child
