"""Histories of a system's workflows, and every text that stands in them."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from google.protobuf.json_format import MessageToDict
from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowExecution

from tests.support.stack import WholeStack


async def runs_of(stack: WholeStack, workflow_id: str) -> list[History]:
    """The histories of all runs of a workflow."""
    client = await stack.temporal()
    found = client.list_workflows(f"WorkflowId = '{workflow_id}'")
    return [await history_of(client, run) async for run in found]


async def history_of(client: Client, run: WorkflowExecution) -> History:
    """The history of one run."""
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    return History(events=(await handle.fetch_history()).events)


async def everything_written(stack: WholeStack) -> str:
    """All histories and search attributes of all workflows as one text, payloads decoded."""
    client, lines = await stack.temporal(), []
    async for run in client.list_workflows():
        history = MessageToDict(await history_of(client, run))
        lines += [run.id, str(run.typed_search_attributes), str(await run.memo())]
        lines += _texts(history)
    return "\n".join(lines)


def _texts(value: Any) -> Iterator[str]:
    """Every string in a nested value; what is base64 is decoded as well."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
        yield from _decoded(value)


def _decoded(value: str) -> Iterator[str]:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except ValueError:
        return
    yield text
    try:
        yield from _texts(json.loads(text))
    except ValueError:
        return
