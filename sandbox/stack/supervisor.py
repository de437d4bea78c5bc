"""Starts programs in order, keeps each of them running, and stops them in the opposite order."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sandbox.stack.errors import StackError
from sandbox.stack.logs import last_line, open_log
from sandbox.stack.program import Program, kill_group, spawn, stop

POLL_SECONDS: Final = 0.05
FIRST_BACKOFF_SECONDS: Final = 0.5
LONGEST_BACKOFF_SECONDS: Final = 30.0
STEADY_SECONDS: Final = 60.0
"""A program that ran this long starts again with the first backoff."""

Groups = Sequence[Sequence[Program]]
Say = Callable[[str], None]


@dataclass
class Running:
    """A program with its process of the moment."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)
    backoff_seconds: float = FIRST_BACKOFF_SECONDS


class Supervisor:
    """Runs groups of programs: those of a group start together, after those of the group before."""

    def __init__(
        self, groups: Groups, *, logs: Path, say: Say, changed: Say = lambda _: None
    ) -> None:
        self._groups = groups
        self._logs = logs
        self._say = say
        self._changed = changed
        """Told the name of a program whenever it has a new process."""
        self._running: list[Running] = []

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each server, by its name, in the order of starting."""
        return {running.program.name: running.process.pid for running in self._running}

    async def start(self) -> None:
        """Starts every group and waits until it is healthy.

        Raises:
            StackError: a program ended early or never became healthy; `stop` is still due.
        """
        for group in self._groups:
            await _together(self._start_one(program) for program in group)

    async def watch(self) -> None:
        """Starts what ends by itself again, until cancelled."""
        await _together(self._keep(running) for running in self._running)

    async def stop(self) -> None:
        """Ends every server, the last one started first."""
        while self._running:
            running = self._running.pop()
            how, patience = running.program.stop_signal, running.program.stop_seconds
            await asyncio.to_thread(stop, running.process, how, patience)
            self._say(f"{running.program.name} stopped")

    async def _start_one(self, program: Program) -> None:
        running = self._launch(program)
        self._running.append(running)
        if program.runs_once:
            await self._wait_until_done(running)
            self._running.remove(running)
        else:
            await self._wait_until_healthy(running)
            await asyncio.to_thread(program.once_healthy)
        seconds = time.monotonic() - running.started_at
        self._say(f"{program.name} {'done' if program.runs_once else 'ready'} ({seconds:.1f} s)")

    def _launch(self, program: Program) -> Running:
        with open_log(self._logs, program.name) as log:
            return Running(program, spawn(program, log))

    async def _wait_until_healthy(self, running: Running) -> None:
        program = running.program
        give_up_at = running.started_at + program.patience_seconds
        while not await asyncio.to_thread(program.healthy):
            if running.process.poll() is not None:
                raise StackError(self._obituary(running, "ended while starting"))
            if time.monotonic() > give_up_at:
                raise StackError(self._obituary(running, "did not become healthy"))
            await asyncio.sleep(POLL_SECONDS)
        if running.process.poll() is not None:
            raise StackError(self._obituary(running, "ended while starting"))

    async def _wait_until_done(self, running: Running) -> None:
        give_up_at = running.started_at + running.program.patience_seconds
        while (code := running.process.poll()) is None:
            if time.monotonic() > give_up_at:
                raise StackError(self._obituary(running, "did not come to an end"))
            await asyncio.sleep(POLL_SECONDS)
        if code:
            raise StackError(self._obituary(running, "failed"))

    async def _keep(self, running: Running) -> None:
        while True:
            if running.process.poll() is not None:
                await self._start_again(running)
            await asyncio.sleep(POLL_SECONDS)

    async def _start_again(self, running: Running) -> None:
        program = running.program
        kill_group(running.process)
        if time.monotonic() - running.started_at > STEADY_SECONDS:
            running.backoff_seconds = FIRST_BACKOFF_SECONDS
        wait = running.backoff_seconds
        running.backoff_seconds = min(wait * 2, LONGEST_BACKOFF_SECONDS)
        code = running.process.returncode
        self._say(f"{program.name} ended ({verdict(code)}); starting it again in {wait:g} s")
        await asyncio.sleep(wait)
        running.process = self._launch(program).process
        running.started_at = time.monotonic()
        self._changed(program.name)
        try:
            await self._wait_until_healthy(running)
            self._say(f"{program.name} ready again")
        except StackError as error:
            self._say(str(error))

    def _obituary(self, running: Running, what: str) -> str:
        name = running.program.name
        line = last_line(self._logs, name) or "it said nothing"
        hint = ": run `make setup`" if "ModuleNotFoundError" in line else ""
        return f"{name} {what} ({line}){hint}; the whole log is {self._logs / name}.log."


async def _together(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Waits for all; when one fails or the caller is cancelled, none is left behind."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def verdict(code: int | None) -> str:
    """A process' end in words: its exit code, or the signal that ended it."""
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
