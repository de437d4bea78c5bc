"""The embedded Postgres: private folders, passwords, crashes."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sandbox.stack.ports import find_free
from sandbox.stack.postgres import Postgres, accepts, binaries
from sandbox.stack.program import spawn, stop


@contextmanager
def running(postgres: Postgres) -> Iterator[subprocess.Popen[bytes]]:
    postgres.prepare()
    program = postgres.program()
    process = spawn(program, subprocess.DEVNULL)
    try:
        give_up_at = time.monotonic() + 20
        while not program.healthy():
            assert process.poll() is None
            assert time.monotonic() < give_up_at
            time.sleep(0.02)
        yield process
    finally:
        stop(process, program.stop_signal, 5.0)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A data directory that only this user can get at."""
    tmp_path.chmod(0o700)
    folder = tmp_path / "clone" / ".data"
    folder.mkdir(parents=True, mode=0o700)
    return folder / "pgdata"


def test_it_runs_inside_a_private_folder_and_keeps_its_data(private: Path) -> None:
    postgres = Postgres(data_dir=private, port=find_free(), password="sandbox_x")
    with running(postgres):
        postgres.create_database("trips")
        postgres.create_database("trips")
        with psycopg.connect(postgres.url("trips")) as connection:
            connection.execute("CREATE TABLE kept ()")
    with running(postgres), psycopg.connect(postgres.url("trips")) as connection:
        assert connection.execute("TABLE kept").fetchall() == []


def test_nobody_gets_in_without_the_password(private: Path) -> None:
    postgres = Postgres(data_dir=private, port=find_free(), password="sandbox_x")
    with running(postgres):
        assert accepts(postgres.url("postgres"))
        assert not accepts(postgres.url("postgres").replace("sandbox_x", "guess"))


def test_it_never_runs_as_root(private: Path) -> None:
    with running(Postgres(data_dir=private, port=find_free())) as process:
        assert Path(f"/proc/{process.pid}").stat().st_uid != 0


def test_a_half_made_data_directory_is_made_anew(private: Path) -> None:
    half = private.with_name("pgdata.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    postgres = Postgres(data_dir=private, port=find_free())
    with running(postgres):
        assert accepts(postgres.url("postgres"))
    assert not half.exists()


def test_it_comes_back_after_a_kill(private: Path) -> None:
    postgres = Postgres(data_dir=private, port=find_free())
    with running(postgres) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.5)
    with running(postgres):
        assert accepts(postgres.url("postgres"))


def test_its_programs_can_be_replaced_by_nobody_else() -> None:
    facts = (binaries() / "postgres").stat()
    assert not facts.st_mode & 0o022
    assert os.access(binaries() / "initdb", os.X_OK)
