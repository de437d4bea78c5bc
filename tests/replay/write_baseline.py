"""Writes what today's workflows ask of Temporal: `python -m tests.replay.write_baseline`."""

import asyncio
import json
import os
import sys
from collections import defaultdict

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.replay.fingerprint import BASELINE, TIMERS
from tests.replay.live import played_commands
from tests.replay.scenarios import SCENARIOS
from tests.replay.timers import all_timers
from tests.support.cluster import Servers


async def main() -> None:
    """Plays every scenario; writes every kind of command of every workflow, and every timer."""
    found: dict[str, set[str]] = defaultdict(set)
    servers = Servers()
    cluster = servers.start()
    try:
        client = await Client.connect(
            cluster.temporal_address, data_converter=pydantic_data_converter
        )
        for scenario in SCENARIOS:
            for kind, described in (await played_commands(client, scenario)).items():
                found[kind] |= described
    finally:
        servers.stop()
    baseline = {kind: sorted(described) for kind, described in sorted(found.items())}
    BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")
    TIMERS.write_text(json.dumps(all_timers(), indent=2) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)
