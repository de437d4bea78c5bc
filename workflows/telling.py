"""How workflows tell each other facts: by signal, once, to whoever still runs."""

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ApplicationError


async def tell(workflow_id: str, signal: str, fact: BaseModel | None = None) -> None:
    """Signals a workflow; one that has ended already needs no telling."""
    handle = workflow.get_external_workflow_handle(workflow_id)
    try:
        await (handle.signal(signal) if fact is None else handle.signal(signal, fact))
    except ApplicationError:
        workflow.logger.info("%s has ended already", workflow_id)
