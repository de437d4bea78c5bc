"""What the stack's commands print: progress lines, and tables of addresses and processes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import psutil
from rich.console import Console
from rich.table import Table
from rich.text import Text

PLACES: Final[Mapping[str, str]] = {
    "website": "Website",
    "backoffice": "Back office",
    "temporal_ui": "Temporal UI",
    "mailbox": "Mailbox",
    "api_docs": "API docs",
}
COLOURS: Final = ("cyan", "green", "magenta", "yellow", "blue", "red")


def addresses(stack: Mapping[str, Any]) -> Table:
    """Where a person finds each part, and who may enter the back office."""
    table = Table(title="AsiaTravelPlan is running", title_justify="left")
    table.add_column("What")
    table.add_column("Where", overflow="fold")
    for key, title in PLACES.items():
        table.add_row(title, stack["urls"][key])
        if key == "backoffice":
            for login in stack["logins"]:
                table.add_row(*_login(login))
    return table


def processes(stack: Mapping[str, Any]) -> Table:
    """Each process with its state, memory and age."""
    table = Table(title_justify="left")
    for column in ("Process", "Id", "State", "Memory"):
        table.add_column(column)
    for name, pid in stack["pids"].items():
        table.add_row(name, str(pid), *_condition(pid))
    return table


def print_line(console: Console, prefix: str, line: str, width: int) -> None:
    """One line of a log behind the name of its program, each name in a colour of its own."""
    colour = COLOURS[sum(prefix.encode()) % len(COLOURS)]
    console.print(Text(f"{prefix:<{width}} ", style=colour) + Text(line), soft_wrap=True)


def _login(login: Mapping[str, Any]) -> Sequence[str]:
    who = f"{login['name']} ({', '.join(login['roles']) or 'no role'})"
    return f"  {login['username']} / {login['password']}", who


def _condition(pid: int) -> tuple[str, str]:
    try:
        process = psutil.Process(pid)
        state, memory = process.status(), process.memory_info().rss
    except psutil.NoSuchProcess:
        return "gone", ""
    return state, f"{memory >> 20} MB"
