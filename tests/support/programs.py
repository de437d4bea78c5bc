"""Small programs that stand in for servers where only starting and stopping is tested."""

import sys
from pathlib import Path

from sandbox.stack.program import Program

SERVER = """
import pathlib, signal, sys, time
diary, name = pathlib.Path(sys.argv[1]), sys.argv[2]
def note(what):
    with diary.open("a") as page:
        page.write(f"{what} {name}\\n")
def leave(*_):
    note("stop")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
note("start")
time.sleep(300)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"


def server(name: str, diary: Path) -> Program:
    """Notes its start and its end in the diary, and is healthy once it has started."""

    def healthy() -> bool:
        return diary.exists() and f"start {name}\n" in diary.read_text()

    return Program(
        name=name, command=(sys.executable, "-c", SERVER, str(diary), name), healthy=healthy
    )


def script(name: str, code: str, *, runs_once: bool = False) -> Program:
    """Runs a few lines of Python; always healthy."""
    return Program(name=name, command=(sys.executable, "-c", code), runs_once=runs_once)
