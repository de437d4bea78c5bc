"""Plays every scenario and writes its histories; run when a gated change adds a new path.

Usage: `python -m tests.replay.record [scenario ...]`. Committed histories are never rewritten:
delete one only when no running booking can be in the state that it shows.
"""

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.replay.scenarios import SCENARIOS
from tests.support.cluster import Servers
from tests.support.playing import playing

HISTORIES = Path(__file__).parent / "histories"


async def record(client: Client, name: str) -> None:
    """Plays a scenario and stores the history of each run of each of its workflows."""
    scenario, policy, world = SCENARIOS[name]
    async with playing(client, policy, booking=f"booking_{name}", **world) as played:
        await scenario(played)
        await asyncio.sleep(2)
    counts: Counter[str] = Counter()
    found = [each async for each in client.list_workflows() if f"booking_{name}" in each.id]
    for execution in sorted(found, key=lambda each: each.start_time):
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = await handle.fetch_history()
        kind = execution.workflow_type
        counts[kind] += 1
        path = HISTORIES / f"{name}-{kind}-{counts[kind]}.json"
        path.write_text(history.to_json() + "\n")
        print(f"{path.name}: {len(history.events)} events")  # noqa: T201 - a script's answer


async def main(names: list[str]) -> None:
    """Records the named scenarios, or all."""
    HISTORIES.mkdir(exist_ok=True)
    servers = Servers()
    cluster = servers.start()
    try:
        client = await Client.connect(
            cluster.temporal_address, data_converter=pydantic_data_converter
        )
        for name in names or list(SCENARIOS):
            await record(client, name)
    finally:
        servers.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    sys.stdout.flush()
    os._exit(0)
