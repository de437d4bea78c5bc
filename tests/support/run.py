"""Runs the suite in parallel, then what kills processes, alone; one verdict.

Usage: `python -m tests.support.run [chaos] [options of pytest]`; `chaos` runs only what kills, and
options without it only the parallel part.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PARALLEL: Final = ("-n", "3", "-m", "not chaos")
ALONE: Final = ("-m", "chaos")
CLOSING_LINE: Final = re.compile(r"=+ (?P<counts>.*\d+ \w+.*) in [\d.]+s.*=+|no tests ran.*")
COUNT: Final = re.compile(
    r"(?P<number>\d+) (?P<what>passed|failed|errors?|skipped|xfailed|xpassed)"
)


def run(options: tuple[str, ...]) -> tuple[int, Counter[str]]:
    """Runs pytest, showing its output; its exit code and how many tests ended how."""
    command = [sys.executable, "-m", "pytest", *options]
    counts: Counter[str] = Counter()
    with subprocess.Popen(  # noqa: S603 - pytest, with what the caller typed
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as pytest:
        for line in pytest.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if CLOSING_LINE.fullmatch(line.strip()):
                counts = count(line)
    return pytest.returncode, counts


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
        parts = [(*ALONE, *words[1:])]
    else:
        parts = [(*PARALLEL, *words)] if words else [PARALLEL, ALONE]
    ended = [run(part) for part in parts]
    counts = sum((counted for _, counted in ended), Counter[str]())
    sys.stdout.write(
        f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped\n"
    )
    return max(code for code, _ in ended)


if __name__ == "__main__":
    sys.exit(main())
