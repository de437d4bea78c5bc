"""Writes the fingerprint of the committed histories: `python -m tests.replay.write_baseline`."""

import json
from collections import defaultdict

from tests.replay.fingerprint import BASELINE, HISTORIES, TIMERS, commands
from tests.replay.timers import all_timers


def main() -> None:
    """Collects every kind of command of every workflow, and every timer."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(HISTORIES.glob("*.json")):
        found[path.stem.split("-")[1]] |= commands(json.loads(path.read_text())["events"])
    baseline = {kind: sorted(described) for kind, described in sorted(found.items())}
    BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")
    TIMERS.write_text(json.dumps(all_timers(), indent=2) + "\n")


if __name__ == "__main__":
    main()
