"""The folder that holds all of a local stack's state: its names, its lock, its removal."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.stack.errors import StackError

ENOUGH_BYTES: Final = 1 << 30
MARK: Final = "asiatravelplan"


@dataclass(frozen=True)
class DataDir:
    """ATP_DATA_DIR as an absolute path, and what lies in it."""

    path: Path

    @property
    def pgdata(self) -> Path:
        """The embedded Postgres' cluster."""
        return self.path / "pgdata"

    @property
    def temporal_file(self) -> Path:
        """The Temporal server's workflows."""
        return self.path / "temporal.db"

    @property
    def logs(self) -> Path:
        """One log file a program."""
        return self.path / "logs"

    @property
    def secrets_file(self) -> Path:
        """The secrets made for this stack."""
        return self.path / "secrets.json"

    @property
    def stack_file(self) -> Path:
        """What runs now, for scripts."""
        return self.path / "stack.json"

    @property
    def lock_file(self) -> Path:
        """Held by the process that runs the stack, and naming it."""
        return self.path / "stack.lock"

    def make(self) -> None:
        """Makes the folder and marks it as ours.

        Raises:
            StackError: it holds something else, can't be written, or its disk is nearly full.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            foreign = any(self.path.iterdir()) and self.path.name != ".data"
            if foreign and not (self.path / MARK).exists():
                raise StackError(
                    f"{self.path} holds other files: set ATP_DATA_DIR to an empty folder."
                )
            (self.path / MARK).touch()
        except (PermissionError, NotADirectoryError, FileExistsError) as error:
            raise StackError(
                f"{self.path} can't be used ({error.strerror}): "
                "set ATP_DATA_DIR to a folder that you may write to."
            ) from error
        self._require_space()

    def _require_space(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < ENOUGH_BYTES:
            raise StackError(
                f"The disk of {self.path} has {free >> 20} MB left and the stack needs 1024: "
                "free some space or set ATP_DATA_DIR to another disk."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the stack's lock, with this process' id in it.

        Raises:
            StackError: another process holds it.
        """
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not _try_lock(descriptor):
                raise StackError(
                    f"The stack already runs here (process {self.holder()}): "
                    "see `make status`, or stop it with `make down`."
                )
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield
        finally:
            os.close(descriptor)

    def holder(self) -> int | None:
        """The process id of the stack that runs here; None when none does."""
        try:
            descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            if _try_lock(descriptor):
                return None
            return int(os.read(descriptor, 20) or b"0") or None
        finally:
            os.close(descriptor)

    def remove(self) -> None:
        """Deletes everything in it.

        Raises:
            StackError: a stack runs here, or the folder was never ours.
        """
        if holder := self.holder():
            raise StackError(f"The stack runs (process {holder}): stop it first with `make down`.")
        if not self.path.exists():
            return
        if not (self.path / MARK).exists():
            raise StackError(f"{self.path} was not made by the stack: remove it yourself.")
        shutil.rmtree(self.path)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
