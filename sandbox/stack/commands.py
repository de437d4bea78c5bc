"""The commands of the local stack, each a function that returns the process' exit code."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Final

from rich.console import Console

from sandbox.stack import browser, environment, screen, stack_file
from sandbox.stack.data_dir import DataDir
from sandbox.stack.errors import StackError
from sandbox.stack.logs import follow
from sandbox.stack.plan import Plan, make_plan
from sandbox.stack.supervisor import Supervisor

DOWN_SECONDS: Final = 15.0
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ANSWER_VARIABLE: Final = "CONFIRM"


def up(data: DataDir, console: Console) -> int:
    """Starts everything and keeps it running until a signal comes.

    Raises:
        StackError: something is missing or taken, or a process does not become healthy.
    """
    data.make()
    with data.locked():
        data.stack_file.unlink(missing_ok=True)  # of a stack that was killed
        plan = prepare(data)
        try:
            asyncio.run(_run(plan, data, console))
        finally:
            data.stack_file.unlink(missing_ok=True)
    return 0


def prepare(data: DataDir) -> Plan:
    """Everything that is checked before the first process starts.

    Raises:
        StackError: it can't start; the sentence says what to do.
    """
    given = dict(os.environ)
    completed = environment.complete(given, environment.load_secrets(data.secrets_file), data.path)
    completed[browser.SETTING] = browser.require(given)
    plan = make_plan(given, completed, data)
    plan.require_free_ports()
    return plan


async def _run(plan: Plan, data: DataDir, console: Console) -> None:
    def record(_name: str = "") -> None:
        logins = stack_file.demo_logins()
        content = stack_file.describe(
            plan.urls, plan.environment, {"supervisor": os.getpid(), **stack.pids}, logins
        )
        stack_file.save(data.stack_file, content)

    stack = Supervisor(
        plan.groups, logs=data.logs, say=partial(console.print, soft_wrap=True), changed=record
    )
    asked = _stop_requests()
    started_at = time.monotonic()
    try:
        if await _unless(asked, stack.start()):
            record()
            console.print(screen.addresses(stack_file.load(data.stack_file) or {}))
            console.print(f"Healthy in {time.monotonic() - started_at:.1f} s. Ctrl-C stops it.")
            await _unless(asked, stack.watch())
        console.print("Stopping ...")
    finally:
        await stack.stop()


def _stop_requests() -> asyncio.Event:
    """An event that is set when somebody asks this process to end."""
    asked = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked


async def _unless(asked: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Whether the work was done before somebody asked to end; it is cancelled if not."""
    task, request = asyncio.create_task(work), asyncio.create_task(asked.wait())
    await asyncio.wait({task, request}, return_when=asyncio.FIRST_COMPLETED)
    request.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        return False
    task.result()
    return True


def status(data: DataDir, console: Console) -> int:
    """Shows the processes and addresses of the stack; 1 when none runs."""
    holder = data.holder()
    if holder is None:
        console.print("The stack does not run here: start it with `make up`.")
        return 1
    stack = stack_file.load(data.stack_file)
    if stack is None:
        console.print(f"The stack is starting (process {holder}).")
        return 0
    console.print(screen.processes(stack))
    console.print(screen.addresses(stack))
    return 0


def logs(data: DataDir, console: Console) -> int:
    """Shows the end of every log, and what is added to them while the stack runs."""
    if not data.logs.is_dir():
        raise StackError("There are no logs yet: start the stack with `make up`.")
    width = max((len(path.stem) for path in data.logs.glob("*.log")), default=0)
    with suppress(KeyboardInterrupt):
        for name, line in follow(data.logs, lambda: data.holder() is not None):
            screen.print_line(console, name, line, width)
    return 0


def down(data: DataDir, console: Console) -> int:
    """Stops the stack that runs here and waits until it is gone.

    Raises:
        StackError: it did not end in time.
    """
    holder = data.holder()
    if holder is None:
        console.print("The stack does not run here.")
        return 0
    os.kill(holder, signal.SIGTERM)
    give_up_at = time.monotonic() + DOWN_SECONDS
    while data.holder() is not None:
        if time.monotonic() > give_up_at:
            raise StackError(f"Process {holder} did not end: try `kill -9 {holder}`.")
        time.sleep(0.1)
    console.print("Stopped.")
    return 0


def reset(data: DataDir, console: Console) -> int:
    """Deletes all local data after a yes.

    Raises:
        StackError: the stack runs.
    """
    answer = os.environ.get(ANSWER_VARIABLE, "")
    if not answer and sys.stdin.isatty():
        answer = console.input(f"Delete every booking and secret in {data.path}? Type yes: ")
    if answer.strip().lower() != "yes":
        console.print(f"Nothing was deleted. {ANSWER_VARIABLE}=yes answers without asking.")
        return 1
    data.remove()
    console.print(f"{data.path} is gone; `make up` starts afresh.")
    return 0
