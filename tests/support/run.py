"""Runs the suite: what kills processes beside what waits for no clock, then the rest; one verdict.

Usage: `python -m tests.support.run [chaos] [options of pytest]`; `chaos` runs only what kills, and
options without it all others in one go.
"""

import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from threading import Event
from typing import Final, TextIO

ROOT: Final = Path(__file__).resolve().parents[2]
KILLING: Final = ("tests/chaos", "-s")
BEGUN: Final = "chaos seed"
"""What the lives say once their system stands: how fast it did decides how long their days are."""
OTHERS: Final = ("-n", "3", "-m", "not chaos")
UNHURRIED: Final = tuple(
    f"tests/{name}" for name in ("activities", "api", "contract", "domain", "house")
)
"""Tests whose bookings live on no clock: they take what processor time the lives leave over."""
BESIDE: Final = ("nice", "-n", "5")
CLOSING_LINE: Final = re.compile(r"=+ (?P<counts>.*\d+ \w+.*) in [\d.]+s.*=+|no tests ran.*")
COUNT: Final = re.compile(
    r"(?P<number>\d+) (?P<what>passed|failed|errors?|skipped|xfailed|xpassed)"
)


def run(
    options: tuple[str, ...], *, out: TextIO = sys.stdout, prefix: tuple[str, ...] = ()
) -> tuple[int, Counter[str]]:
    """Runs pytest, its output to `out`; its exit code and how many tests ended how."""
    command = [*prefix, sys.executable, "-m", "pytest", *options]
    counts: Counter[str] = Counter()
    with subprocess.Popen(  # noqa: S603 - pytest, with what the caller typed
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as pytest:
        for line in pytest.stdout or ():
            out.write(line)
            out.flush()
            if CLOSING_LINE.fullmatch(line.strip()):
                counts = count(line)
    return pytest.returncode, counts


class Beginning(StringIO):
    """Keeps what is written and tells when the lives have begun, or can't any more."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()

    def write(self, text: str) -> int:
        """Keeps a line."""
        if BEGUN in text:
            self.begun.set()
        return super().write(text)


def run_all() -> list[tuple[int, Counter[str]]]:
    """Runs everything. Lives among killed processes wait for days to pass half of their time."""
    killing = Beginning()
    with ThreadPoolExecutor() as beside:
        lives = beside.submit(run, KILLING, out=killing)
        lives.add_done_callback(lambda _: killing.begun.set())
        killing.begun.wait()
        ended = [run((*OTHERS, *UNHURRIED), prefix=BESIDE), lives.result()]
    sys.stdout.write(killing.getvalue())
    left_out = (f"--ignore={path}" for path in UNHURRIED)
    return [*ended, run((*OTHERS, *left_out))]


def count(closing_line: str) -> Counter[str]:
    """How many tests passed, failed and were skipped, by pytest's last line."""
    counts: Counter[str] = Counter()
    for match in COUNT.finditer(closing_line):
        what = {"error": "failed", "errors": "failed"}.get(match["what"], match["what"])
        counts[what] += int(match["number"])
    return counts


def main() -> int:
    """Runs and prints the sum; 0 when every test passed."""
    words = tuple(sys.argv[1:])
    if words[:1] == ("chaos",):
        ended = [run((*KILLING, *words[1:]))]
    else:
        ended = [run((*OTHERS, *words))] if words else run_all()
    counts = sum((counted for _, counted in ended), Counter[str]())
    sys.stdout.write(
        f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped\n"
    )
    return max(code for code, _ in ended)


if __name__ == "__main__":
    sys.exit(main())
