"""One throwaway Postgres and one Temporal server for a whole test run and all its workers."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from models.domain.search_attributes import SEARCH_ATTRIBUTES
from sandbox.stack.ports import find_free
from sandbox.stack.postgres import THROWAWAY_SETTINGS, Postgres
from sandbox.stack.program import Program, spawn, stop
from sandbox.stack.temporal import Temporal

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES_VARIABLE = "ATP_TEST_CLUSTER"
FOLDER_PREFIX = "asiatravelplan-tests-"
TEMPLATE = "migrated"
MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes a private folder in it
ENOUGH_MEMORY_BYTES = 1 << 30
START_SECONDS = 30.0


@dataclass(frozen=True)
class Cluster:
    """The addresses of a run's servers; every worker has the same."""

    folder: str
    postgres_port: int
    temporal_address: str

    @property
    def postgres(self) -> Postgres:
        """The run's Postgres."""
        return Postgres(
            data_dir=Path(self.folder) / "pgdata",
            port=self.postgres_port,
            settings=THROWAWAY_SETTINGS,
        )

    @contextmanager
    def fresh_database(self, like: str = "") -> Iterator[str]:
        """The address of a database that exists only inside the block: migrated and empty.

        Args:
            like: the address of another one, to which nobody is connected, to begin with its rows.
        """
        template = like.rpartition("/")[2] or self._template()
        name = f"test_{uuid4().hex}"
        self.postgres.create_database(name, template)
        try:
            yield self.postgres.url(name)
        finally:
            self.postgres.drop_database(name)

    def _template(self) -> str:
        """The migrated database that others are copied from; the first who asks makes it."""
        done = Path(self.folder) / "template-made"
        with (Path(self.folder) / "template-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                self.postgres.drop_database(TEMPLATE)
                self.postgres.create_database(TEMPLATE)
                migrate(self.postgres.url(TEMPLATE))
                done.touch()
        return TEMPLATE


def migrate(url: str) -> None:
    """Brings a database to the newest version of the tables, as a deployment would."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"migrations failed:\n{done.stdout}{done.stderr}"


def inherited() -> Cluster | None:
    """The servers that the run's first process started, if it did."""
    text = os.environ.get(ADDRESSES_VARIABLE)
    return Cluster(**json.loads(text)) if text else None


class Servers:
    """Starts the servers of a run and stops them; lives in the run's first process."""

    def __init__(self) -> None:
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._folder: Path | None = None

    def start(self) -> Cluster:
        """Starts both and tells this process and its children where they are."""
        remove_leftovers()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=place()))
        temporal = Temporal(port=find_free(), search_attributes=SEARCH_ATTRIBUTES)
        cluster = Cluster(str(self._folder), find_free(), temporal.address)
        self._launch(temporal.program())
        cluster.postgres.prepare()
        self._launch(cluster.postgres.program())
        for program, process in self._running:
            _wait_until_healthy(program, process, self._folder)
        os.environ[ADDRESSES_VARIABLE] = json.dumps(asdict(cluster))
        return cluster

    def stop(self) -> None:
        """Ends both and removes their data; safe to call twice."""
        while self._running:
            program, process = self._running.pop()
            stop(process, program.stop_signal, 5.0)
        os.environ.pop(ADDRESSES_VARIABLE, None)
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _launch(self, program: Program) -> None:
        assert self._folder is not None
        with (self._folder / f"{program.name}.log").open("wb") as log:
            self._running.append((program, spawn(program, log.fileno())))


def remove_leftovers() -> None:
    """Removes the data of runs that were killed before they could."""
    for folder in place().glob(f"{FOLDER_PREFIX}*"):
        pid = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        with suppress(OSError):
            if not Path(f"/proc/{pid}").exists() and folder.stat().st_uid == os.geteuid():
                shutil.rmtree(folder)


def place() -> Path:
    """Where throwaway data lies: memory, or the temporary folder where memory is scarce."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY_BYTES:
        return MEMORY
    return Path(tempfile.gettempdir())


def _wait_until_healthy(program: Program, process: subprocess.Popen[bytes], folder: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not program.healthy():
        if process.poll() is not None or time.monotonic() > give_up_at:
            log = (folder / f"{program.name}.log").read_text()
            raise RuntimeError(f"{program.name} did not start:\n{log[-2000:]}")
        time.sleep(0.02)
