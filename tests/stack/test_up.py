"""The command `up` as a whole, on small programs in place of the real servers."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.stack.data_dir import DataDir

ROOT = Path(__file__).resolve().parents[2]
UP = """
import pathlib, sys
from rich.console import Console
from sandbox.stack import commands
from sandbox.stack.data_dir import DataDir
from sandbox.stack.environment import complete, load_secrets
from sandbox.stack.plan import Plan, _urls
from tests.support.programs import server

def prepare(data):
    environment = complete({"DATABASE_URL": "x"}, load_secrets(data.secrets_file), data.path)
    diary = data.path / "diary"
    groups = tuple((server(name, diary),) for name in ("sandbox", "worker", "api"))
    return Plan(groups, environment, _urls(environment))

commands.prepare = prepare
sys.exit(commands.up(DataDir(pathlib.Path(sys.argv[1])), Console()))
"""


@contextmanager
def started(data: DataDir) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - the lines above
        [sys.executable, "-c", UP, str(data.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def stack_of(data: DataDir) -> dict[str, Any]:
    give_up_at = time.monotonic() + 20
    while not data.stack_file.exists():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    stack: dict[str, Any] = json.loads(data.stack_file.read_text())
    return stack


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(number: signal.Signals, tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    with started(data) as process:
        stack = stack_of(data)
        assert stack["pids"]["supervisor"] == process.pid == data.holder()
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Back office" in output
    ends = (data.path / "diary").read_text().splitlines()[3:]
    assert ends == ["stop api", "stop worker", "stop sandbox"]
    assert data.holder() is None
    assert not data.stack_file.exists()


def test_stack_json_tells_scripts_what_they_need_and_nobody_else(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    with started(data) as process:
        stack = stack_of(data)
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        assert set(stack) == {"urls", "pids", "logins", "webhook_secrets"}
    assert {"website", "backoffice", "mailbox", "database_url"} <= set(stack["urls"])
    assert stack["webhook_secrets"]["STRIPE_WEBHOOK_SECRET"].startswith("sandbox_")
    assert data.secrets_file.stat().st_mode & 0o777 == 0o600


def test_after_a_killed_supervisor_the_next_start_works(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    with started(data) as process:
        stack_of(data)
        process.kill()
    assert data.holder() is None
    data.stack_file.write_text('{"pids": {}}')
    (data.path / "diary").unlink()
    with started(data) as process:
        while not stack_of(data)["pids"]:
            time.sleep(0.02)
        assert stack_of(data)["pids"]["supervisor"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
