"""The floor of a life: a workflow that does as much as a booking and means nothing by it."""

import asyncio
from datetime import timedelta

from pydantic import BaseModel
from temporalio import activity, workflow

TRY_LASTS = timedelta(seconds=15)
NEVER = timedelta(hours=1)


class Part(BaseModel):
    """What one workflow does: how often, and how long its timers last in seconds."""

    activities: int
    timers: tuple[float, ...]
    """Those that ring."""
    cancelled: int
    """Timers that are started and given up."""
    signals: int
    updates: int
    tells: int = 0
    """Signals that it sends to its parent."""
    children: tuple["Part", ...] = ()


def child_id(parent_id: str, number: int) -> str:
    """The id of a bare workflow's child."""
    return f"{parent_id}_{number}"


@workflow.defn
class Bare:
    """Takes every step of its part, the ones of updates in their handlers."""

    @workflow.init
    def __init__(self, part: Part) -> None:
        self._part = part
        self._signals = 0
        self._updates = 0

    @workflow.run
    async def run(self, part: Part) -> None:
        """Children, activities with timers beside them, timers, messages."""
        own_id = workflow.info().workflow_id
        for number, child in enumerate(part.children):
            await workflow.start_child_workflow(
                Bare.run,
                child,
                id=child_id(own_id, number),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            )
        await self._act(part.activities - part.updates)
        for seconds in part.timers:
            await workflow.sleep(seconds)
        await self._send(own_id)
        await workflow.wait_condition(
            lambda: self._signals >= part.signals and self._updates >= part.updates
        )
        for _ in range(part.tells):
            await self._signal(own_id.rpartition("_")[0])

    @workflow.signal
    def fact(self) -> None:
        """Somebody told something."""
        self._signals += 1

    @workflow.update
    async def decide(self) -> int:
        """A decision, written down by an activity."""
        await _step()
        self._updates += 1
        return self._updates

    async def _act(self, times: int) -> None:
        for number in range(times):
            beside = self._part.cancelled // times + (number < self._part.cancelled % times)
            timers = [asyncio.create_task(workflow.sleep(NEVER)) for _ in range(beside)]
            await _step()
            for timer in timers:
                timer.cancel()

    async def _send(self, own_id: str) -> None:
        for number, child in enumerate(self._part.children):
            for _ in range(child.signals):
                await self._signal(child_id(own_id, number))

    async def _signal(self, workflow_id: str) -> None:
        await workflow.get_external_workflow_handle(workflow_id).signal("fact")


async def _step() -> None:
    await workflow.execute_activity("step", start_to_close_timeout=TRY_LASTS)


class Steps:
    """The one activity; it notes which workflows have begun."""

    def __init__(self) -> None:
        self.begun: set[str] = set()

    @activity.defn(name="step")
    async def step(self) -> None:
        """Nothing but a round trip."""
        self.begun.add(activity.info().workflow_id or "")
