"""What a recorded life consists of: counted from the histories of its workflows."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from benchmarks.bare import Part

WAITING_SECONDS = 1.0
"""How long the timers of a bare workflow last in all."""


@dataclass(frozen=True)
class Life:
    """A booking with its children, as a bare workflow would do it, and the size of its history."""

    part: Part
    events: int
    bytes: int
    events_with_children: int
    bytes_with_children: int


async def count_life(client: Client, booking_id: str) -> Life:
    """Reads the histories of an ended booking and of its children; waits until those ended too."""
    events = await _history(client.get_workflow_handle(booking_id))
    children = [
        event.child_workflow_execution_started_event_attributes.workflow_execution.workflow_id
        for event in events
        if event.event_type == EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED
    ]
    histories = [await _history(client.get_workflow_handle(child)) for child in children]
    everything = [events, *histories]
    return Life(
        part=_part(events, tuple(_part(one) for one in histories)),
        events=len(events),
        bytes=_size(events),
        events_with_children=sum(len(one) for one in everything),
        bytes_with_children=sum(_size(one) for one in everything),
    )


async def _history(handle: WorkflowHandle[Any, Any]) -> list[Any]:
    async with asyncio.timeout(60):
        await handle.result()
    return [event async for event in handle.fetch_history_events()]


def _size(events: list[Any]) -> int:
    return sum(event.ByteSize() for event in events)


def _part(events: list[Any], children: tuple[Part, ...] = ()) -> Part:
    count = Counter(event.event_type for event in events)
    rung = count[EventType.EVENT_TYPE_TIMER_FIRED]
    told = count[EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED]
    return Part(
        activities=count[EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED],
        timers=(WAITING_SECONDS / rung,) * rung if rung else (),
        cancelled=count[EventType.EVENT_TYPE_TIMER_CANCELED],
        signals=count[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED],
        updates=count[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED],
        tells=0 if children else told,
        children=children,
    )
