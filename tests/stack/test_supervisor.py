"""Starting in order, keeping alive, stopping in the opposite order."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.stack.errors import StackError
from sandbox.stack.program import Program, spawn, stop
from sandbox.stack.supervisor import Groups, Supervisor
from tests.support.programs import STUBBORN, script, server

ROOT = Path(__file__).resolve().parents[2]


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def supervised(
    groups: Groups, logs: Path, said: list[str] | None = None
) -> AsyncIterator[Supervisor]:
    heard: list[str] = [] if said is None else said
    supervisor = Supervisor(groups, logs=logs, say=heard.append)
    try:
        yield supervisor
    finally:
        await supervisor.stop()


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def wait_until_gone(pid: int) -> None:
    give_up_at = time.monotonic() + 5
    while not is_gone(pid):
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


async def test_groups_start_in_order_and_stop_in_the_opposite_order(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    groups = [[server(name, diary)] for name in ("postgres", "worker", "api")]
    async with supervised(groups, tmp_path / "logs") as supervisor:
        await supervisor.start()
        assert list(supervisor.pids) == ["postgres", "worker", "api"]
    assert diary.read_text().splitlines() == [
        *("start postgres", "start worker", "start api"),
        *("stop api", "stop worker", "stop postgres"),
    ]


async def test_what_runs_once_is_done_before_the_next_group_starts(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    slow = f"import time; time.sleep(0.4); open({str(diary)!r}, 'a').write('migrated\\n')"
    groups = [[script("migrations", slow, runs_once=True)], [server("api", diary)]]
    async with supervised(groups, tmp_path / "logs") as supervisor:
        await supervisor.start()
        assert list(supervisor.pids) == ["api"]
    assert diary.read_text().startswith("migrated\nstart api\n")


async def test_a_program_is_used_only_once_it_is_healthy(tmp_path: Path) -> None:
    answers = iter((False, False, True))
    used: list[str] = []
    program = replace(
        script("postgres", "import time; time.sleep(300)"),
        healthy=lambda: next(answers),
        once_healthy=lambda: used.append("database created"),
    )
    async with supervised([[program]], tmp_path) as supervisor:
        await supervisor.start()
    assert used == ["database created"]
    assert not list(answers)


async def test_a_missing_library_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    program = script("worker", "import no_such_library", runs_once=True)
    async with supervised([[program]], tmp_path) as supervisor:
        with pytest.raises(StackError, match=r"no_such_library.*make setup.*worker\.log"):
            await supervisor.start()


async def test_a_server_that_ends_while_starting_is_an_error(tmp_path: Path) -> None:
    program = replace(script("api", "print('bad setting')"), healthy=lambda: False)
    async with supervised([[program]], tmp_path) as supervisor:
        with pytest.raises(StackError, match=r"api ended while starting \(bad setting\)"):
            await supervisor.start()


async def test_a_server_that_stays_unwell_is_an_error(tmp_path: Path) -> None:
    program = replace(
        script("api", "import time; time.sleep(300)"),
        healthy=lambda: False,
        patience_seconds=0.2,
    )
    async with supervised([[program]], tmp_path) as supervisor:
        with pytest.raises(StackError, match="api did not become healthy"):
            await supervisor.start()


async def test_a_killed_process_is_started_again_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    async with supervised([[server("worker", tmp_path / "diary")]], tmp_path, said) as supervisor:
        await supervisor.start()
        first = supervisor.pids["worker"]
        watch = asyncio.create_task(supervisor.watch())
        os.kill(first, signal.SIGKILL)
        await until(lambda: "worker ready again" in said)
        assert supervisor.pids["worker"] != first
        watch.cancel()
    assert "worker ended (signal 9); starting it again in 0.5 s" in said


async def test_each_crash_in_a_row_waits_twice_as_long(tmp_path: Path) -> None:
    said: list[str] = []
    crashing = script("worker", "import sys, time; time.sleep(0.2); sys.exit(3)")
    async with supervised([[crashing]], tmp_path, said) as supervisor:
        await supervisor.start()
        watch = asyncio.create_task(supervisor.watch())
        await until(lambda: any("in 1 s" in line for line in said))
        watch.cancel()
    crashes = [line for line in said if "ended (exit code 3)" in line]
    assert [line.rpartition(" in ")[2] for line in crashes] == ["0.5 s", "1 s"]


def test_a_process_that_will_not_end_is_ended(tmp_path: Path) -> None:
    process = spawn(script("stubborn", STUBBORN), subprocess.DEVNULL)
    time.sleep(0.3)
    started_at = time.monotonic()
    stop(process, signal.SIGTERM, 0.2)
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - started_at < 2
    assert not list(tmp_path.iterdir())


def test_what_a_process_started_ends_with_it(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = (
        "import subprocess, sys; "
        f"open({str(pid_file)!r}, 'w').write(str(subprocess.Popen(['sleep', '300']).pid)); "
        "sys.stdout.flush(); import time; time.sleep(300)"
    )
    process = spawn(script("api", code), subprocess.DEVNULL)
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.02)
    stop(process, signal.SIGTERM, 1.0)
    wait_until_gone(int(pid_file.read_text()))


def test_no_child_outlives_a_killed_parent() -> None:
    code = (
        "import subprocess, sys, time\n"
        "from sandbox.stack.program import Program, spawn\n"
        "child = Program(name='child', command=('sleep', '300'))\n"
        "print(spawn(child, subprocess.DEVNULL).pid, flush=True)\n"
        "time.sleep(300)\n"
    )
    with subprocess.Popen(  # noqa: S603 - the lines above
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not is_gone(child)
        parent.kill()
    wait_until_gone(child)


def test_a_program_does_not_show_its_secrets() -> None:
    program = Program(name="api", command=("true",), environment={"STRIPE_API_KEY": "sk_secret"})
    assert "sk_secret" not in repr(program)
