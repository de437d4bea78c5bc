"""`python -m benchmarks [name...]`: runs the benchmarks; prints tables, writes JSON."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Final

from benchmarks import intake, live, lives, memory, pages, pricing, quotes
from benchmarks.figures import Benchmark, Figure, show
from benchmarks.servers import opened

BENCHMARKS: Final[list[tuple[str, Benchmark]]] = [
    ("intake", intake.measure),
    ("lives", lives.measure),
    ("live", live.measure),
    ("pages", pages.measure),
    ("memory", memory.measure),
    ("pricing", pricing.measure),
    ("quotes", quotes.measure),
]
"""Every benchmark: add yours here."""
RESULTS: Final = Path(".data/bench.json")


async def run(names: list[str]) -> dict[str, list[Figure]]:
    """Runs those named, or all, one after the other."""
    found = {}
    with opened() as bench:
        for name, measure in BENCHMARKS:
            if not names or name in names:
                found[name] = await measure(bench)
                show(name, found[name])
    return found


def main() -> int:
    """0 when every figure is within its bounds."""
    found = asyncio.run(run(sys.argv[1:]))
    figures = {name: [figure.as_json() for figure in listed] for name, listed in found.items()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"The figures are in {RESULTS}")
    return 0 if all(figure.holds for listed in found.values() for figure in listed) else 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Temporal's client may abort an orderly exit
