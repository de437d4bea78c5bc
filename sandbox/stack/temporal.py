"""The Temporal development server: in memory for tests, on disk for the local stack."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.stack.errors import StackError
from sandbox.stack.ports import LOOPBACK, answers
from sandbox.stack.program import Program

PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL")
"""Three times as fast as the defaults, and bookings in flight survive a kill."""
PROBE_SECONDS: Final = 5.0

SearchAttributes = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Temporal:
    """One local server: its ports, its file and the search attributes it must know."""

    port: int
    search_attributes: SearchAttributes
    file: Path | None = None
    """Where workflows are kept; None keeps them in memory."""
    ui_port: int | None = None
    """Port of the web page; None leaves it out."""

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{LOOPBACK}:{self.port}"

    def program(self) -> Program:
        """The server as a child process in the foreground."""
        ports: tuple[tuple[int, str], ...] = ((self.port, "ATP_TEMPORAL_PORT"),)
        if self.ui_port:
            ports += ((self.ui_port, "ATP_TEMPORAL_UI_PORT"),)
        return Program(
            name="temporal",
            command=(binary(), "server", "start-dev", *self._options()),
            healthy=self.ready,
            ports=ports,
        )

    def ready(self) -> bool:
        """Whether the server answers and knows every search attribute."""
        if not answers(LOOPBACK, self.port):
            return False
        listing = _operator(self.address, "search-attribute", "list")
        return all(name in listing.split() for name, _ in self.search_attributes)

    def _options(self) -> list[str]:
        options = ["--ip", LOOPBACK, "--port", str(self.port), "--log-level", "never"]
        if self.ui_port:
            options += ["--ui-ip", LOOPBACK, "--ui-port", str(self.ui_port)]
            options += ["--ui-disable-news-fetch"]
        else:
            options += ["--headless"]
        if self.file:
            options += ["--db-filename", str(self.file)]
            options += [word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)]
        for name, kind in self.search_attributes:
            options += ["--search-attribute", f"{name}={kind}"]
        return options


def serves(address: str) -> bool:
    """Whether a Temporal server, ours or not, is healthy at `host:port`."""
    host, _, port = address.rpartition(":")
    return answers(host, int(port)) and "SERVING" in _operator(address, "cluster", "health")


def add_search_attributes(address: str, attributes: SearchAttributes) -> None:
    """Registers at a running server those of the attributes that it does not know yet."""
    known = _operator(address, "search-attribute", "list").split()
    for name, kind in attributes:
        if name not in known:
            _operator(address, "search-attribute", "create", "--name", name, "--type", kind)


def binary() -> str:
    """The path of the `temporal` program that came with the environment.

    Raises:
        StackError: it is not installed.
    """
    program = Path(sys.executable).with_name("temporal")
    if not program.exists():
        raise StackError("The program temporal is missing: run `make setup`.")
    return str(program)


def _operator(address: str, *words: str) -> str:
    try:
        done = subprocess.run(
            [binary(), "operator", *words, "--address", address],
            capture_output=True,
            text=True,
            check=False,
            timeout=PROBE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout
