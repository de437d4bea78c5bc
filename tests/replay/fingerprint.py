"""What a workflow asks of Temporal, as far as a replay does not check it: options and timeouts."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS

BASELINE = Path(__file__).parent / "fingerprint.json"
TIMERS = Path(__file__).parent / "timers.json"
HISTORIES = Path(__file__).parent / "histories"

Event = dict[str, Any]


def commands(events: Iterable[Event]) -> set[str]:
    """Each kind of command in a history once, with the options that it was given."""
    found = set()
    for event in events:
        for kind, describe in DESCRIPTIONS.items():
            if (attributes := event.get(kind)) is not None:
                found.add(describe(attributes))
    return found


def _activity(attributes: Event) -> str:
    options = {
        "queue": _queue(attributes["taskQueue"]["name"]),
        "start_to_close": attributes.get("startToCloseTimeout"),
        "schedule_to_close": attributes.get("scheduleToCloseTimeout"),
        "heartbeat": attributes.get("heartbeatTimeout"),
        "retry": attributes.get("retryPolicy"),
    }
    return f"activity {attributes['activityType']['name']} {_dump(options)}"


def _child(attributes: Event) -> str:
    options = {
        "close": attributes.get("parentClosePolicy"),
        "reuse": attributes.get("workflowIdReusePolicy"),
    }
    return f"child {attributes['workflowType']['name']} {_dump(options)}"


def _signal(attributes: Event) -> str:
    return f"signal {attributes['signalName']}"


def _queue(name: str) -> str:
    return next(queue for queue in (BOOKINGS, PROVIDERS, DOCUMENTS) if name.endswith(queue))


def _dump(options: Event) -> str:
    return json.dumps(options, sort_keys=True)


DESCRIPTIONS = {
    "activityTaskScheduledEventAttributes": _activity,
    "startChildWorkflowExecutionInitiatedEventAttributes": _child,
    "signalExternalWorkflowExecutionInitiatedEventAttributes": _signal,
}
