"""A whole system of a test's own, each of its servers a real process that can be killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from sandbox.demo.life import Life, Tell
from sandbox.demo.mailbox import Mailbox
from sandbox.demo.staff_desk import StaffDesk
from sandbox.stack import browser
from sandbox.stack.data_dir import DataDir
from sandbox.stack.environment import complete, load_secrets
from sandbox.stack.logs import open_log
from sandbox.stack.plan import Plan, make_plan
from sandbox.stack.ports import find_free
from sandbox.stack.program import Program, kill_group, spawn, stop
from sandbox.stack.stack_file import demo_logins
from tests.support.cluster import FOLDER_PREFIX, place, remove_leftovers

PORTS: Final = (
    "ATP_HTTP_PORT",
    "ATP_WORKER_PORT",
    "ATP_SANDBOX_PORT",
    "ATP_TEMPORAL_PORT",
    "ATP_TEMPORAL_UI_PORT",
    "ATP_POSTGRES_PORT",
)
FAST_CAMPAIGN: Final = "fast"
FAST_POLICY_VERSION: Final = 2_000
FAST_POLICY: Final[dict[str, Any]] = {
    "seconds_per_day": 0.4,
    "sla_hours": {},
    "quote_valid_days": 400,
    "quote_unviewed_reminder_days": 300,
    "balance_days_before": 20,
    "overdue_finance_days": 400,
    "overdue_manager_days": 500,
    "supplier_answer_hours": 9_600,
    "supplier_urgent_fraction": 0.95,
    "guide_answer_hours": 9_600,
    "history_limit": 120,
}
"""A life in three quarters of a minute; clocks that a busy test machine can't keep are off."""
POLL_SECONDS: Final = 0.05


class WholeStack:
    """The running system: its processes by name, its addresses, and ways to ask its parts."""

    def __init__(self, plan: Plan, data: DataDir) -> None:
        self.plan = plan
        self.data = data
        self._programs: dict[str, Program] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def website(self) -> str:
        """Where the API listens: `http://127.0.0.1:port`."""
        return self.plan.urls["website"]

    @property
    def sandbox(self) -> str:
        """Where the stand-ins listen."""
        return self.plan.urls["sandbox"]

    def secret(self, name: str) -> str:
        """A setting of the processes, such as STRIPE_WEBHOOK_SECRET."""
        return self.plan.environment[name]

    def pid(self, name: str) -> int:
        """The process of the moment of `postgres`, `temporal`, `sandbox`, `worker` or `api`."""
        return self._processes[name].pid

    def log(self, name: str) -> str:
        """Everything that a program wrote."""
        return (self.data.logs / f"{name}.log").read_text(errors="replace")

    def rows(self, statement: str, *arguments: object) -> list[dict[str, Any]]:
        """What a query finds, each row a dictionary."""
        url = self.plan.environment["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
            found = connection.execute(statement.encode(), arguments)
            return found.fetchall() if found.description else []

    async def temporal(self) -> Client:
        """A new client of its Temporal server."""
        address = self.plan.environment["TEMPORAL_ADDRESS"]
        return await Client.connect(address, data_converter=pydantic_data_converter)

    async def desk(self) -> StaffDesk:
        """A manager who has logged in."""
        desk = StaffDesk(self.website)
        login = next(one for one in demo_logins() if "atp_manager" in one.roles)
        await desk.log_in(login.username, login.password)
        return desk

    def life(self, number: int, desk: StaffDesk, mailbox: Mailbox, tell: Tell = print) -> Life:
        """A life under the policy with fast days."""
        return Life(number, self.website, mailbox, desk, tell, campaign=FAST_CAMPAIGN)

    def add_policy(self, campaign: str, version: int, body: dict[str, Any]) -> None:
        """A policy for enquiries of a campaign."""
        self.rows(
            "INSERT INTO policies (version, campaign, body, created_by)"
            " VALUES (%s, %s, %s, 'system') ON CONFLICT (version) DO NOTHING",
            version,
            campaign,
            Jsonb(body),
        )

    async def start(self) -> None:
        """Starts everything in its order; whoever calls it stops it, also after a failure."""
        for group in self.plan.groups:
            await asyncio.gather(*(self._start_one(program) for program in group))
        self.add_policy(FAST_CAMPAIGN, FAST_POLICY_VERSION, FAST_POLICY)

    def kill(self, name: str) -> None:
        """`kill -9`; the process stays away until `start_again`."""
        process = self._processes[name]
        process.kill()
        kill_group(process)
        process.wait()

    async def start_again(self, name: str) -> None:
        """Starts a killed program and waits until it is healthy."""
        await self._start_one(self._programs[name], again=True)

    def pause(self, name: str) -> None:
        """The program hangs: its port takes connections, nobody answers."""
        self._processes[name].send_signal(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """It goes on."""
        self._processes[name].send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """Ends every process, the last one started first."""
        while self._processes:
            name, process = self._processes.popitem()
            process.send_signal(signal.SIGCONT)
            program = self._programs[name]
            await asyncio.to_thread(stop, process, program.stop_signal, program.stop_seconds)

    async def _start_one(self, program: Program, *, again: bool = False) -> None:
        give_up_at = time.monotonic() + program.patience_seconds
        process = self._launch(program)
        while not await self._arrived(program, process):
            if again and process.poll() is not None:
                process = self._launch(program)  # its predecessor had not quite gone
            if process.poll() or time.monotonic() > give_up_at:
                raise RuntimeError(
                    f"{program.name} did not start:\n{self.log(program.name)[-2000:]}"
                )
            await asyncio.sleep(POLL_SECONDS)
        if not program.runs_once:
            await asyncio.to_thread(program.once_healthy)

    async def _arrived(self, program: Program, process: subprocess.Popen[bytes]) -> bool:
        if program.runs_once:
            return process.poll() == 0
        return process.poll() is None and await asyncio.to_thread(program.healthy)

    def _launch(self, program: Program) -> subprocess.Popen[bytes]:
        with open_log(self.data.logs, program.name) as log:
            process = spawn(program, log)
        if not program.runs_once:
            self._programs[program.name] = program
            self._processes[program.name] = process
        return process


@asynccontextmanager
async def whole_stack() -> AsyncIterator[WholeStack]:
    """A system of its own on random ports, seeded, healthy; gone after the block."""
    remove_leftovers()
    for last in (False, False, True):
        folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=place()))
        stack = WholeStack(*_plan(DataDir(folder / "data")))
        try:
            await stack.start()
        except RuntimeError:  # somebody else may have taken one of its ports
            await _clear(stack, folder)
            if last:
                raise
        else:
            break
    try:
        yield stack
    finally:
        await _clear(stack, folder)


async def _clear(stack: WholeStack, folder: Path) -> None:
    await stack.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _plan(data: DataDir) -> tuple[Plan, DataDir]:
    data.make()
    given = {name: str(find_free()) for name in PORTS}
    given |= {"ATP_ENV": "test", "ATP_RATE_LIMIT": "off", "PATH": os.environ["PATH"]}
    environment = complete(given, load_secrets(data.secrets_file), data.path)
    environment[browser.SETTING] = browser.require(given)
    return make_plan(given, environment, data), data
