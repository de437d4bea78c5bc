"""What the workflows of today ask of Temporal while a scenario is played."""

from collections import defaultdict

from temporalio.client import Client

from tests.replay.fingerprint import commands
from tests.replay.scenarios import SCENARIOS
from tests.support.playing import playing


async def played_commands(client: Client, scenario: str) -> dict[str, set[str]]:
    """Every kind of command by the type of its workflow, with its options."""
    story, policy, world = SCENARIOS[scenario]
    found: dict[str, set[str]] = defaultdict(set)
    async with playing(client, policy, **world) as played:
        await story(played)
        async for execution in client.list_workflows():
            if played.fake.booking_id in execution.id:
                handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
                events = (await handle.fetch_history()).to_json_dict()["events"]
                found[execution.workflow_type] |= commands(events)
    return found
