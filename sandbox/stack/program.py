"""One process of the stack: how it is started, tied to its parent's life, and stopped."""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

PR_SET_PDEATHSIG: Final = 1
SERVER_ACCOUNT: Final = "nobody"
LIBC: Final = ctypes.CDLL(None, use_errno=True)

Probe = Callable[[], bool]


def always() -> bool:
    """The answer of a program that need not be asked."""
    return True


def nothing_more() -> None:
    """What most programs need once they are healthy."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The user that a process runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process: its command, its surroundings and the question that tells whether it is well."""

    name: str
    command: tuple[str, ...]
    healthy: Probe = always
    once_healthy: Callable[[], None] = nothing_more
    """What is done with it before others may use it."""
    runs_once: bool = False
    """Whether it does its work and ends, instead of serving."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    """Sent by the kernel when the parent is gone, however it went."""
    ports: tuple[tuple[int, str], ...] = ()
    """The ports it listens on, each with the variable that moves it."""
    patience_seconds: float = 60.0
    """How long it may take until it is healthy, or done."""
    stop_seconds: float = 1.5
    """How long it may take to end once asked to."""


def unprivileged_account() -> Account | None:
    """The account for servers that refuse root: None unless this process is root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(SERVER_ACCOUNT)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def account_options(account: Account | None) -> dict[str, Any]:
    """The arguments by which subprocess changes to an account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def spawn(program: Program, log: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """Starts a program in a session of its own, its output in `log`; call it from the main thread.

    The kernel ends the child when the thread that started it ends, so nothing outlives a parent
    that was killed.
    """
    parent = os.getpid()

    def follow_parent() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(program.orphan_signal))
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        program.command,
        cwd=program.folder,
        env={**os.environ, **program.environment},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=follow_parent,  # noqa: PLW1509 - only prctl does this, and it takes no lock
        **account_options(program.account),
    )


def stop(process: subprocess.Popen[bytes], how: signal.Signals, patience_seconds: float) -> None:
    """Ends a process and whatever it started: asks first, and insists when patience runs out."""
    with suppress(ProcessLookupError):
        process.send_signal(how)
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience_seconds)
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends every process left in the session that `spawn` made for this one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
