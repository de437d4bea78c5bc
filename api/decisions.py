"""Asks workflows for decisions: Temporal Updates, whose ids come from the request's key."""

import asyncio
from typing import TypeVar

from pydantic import BaseModel
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from models.domain.errors import (
    REFUSALS,
    BookingClosedError,
    DecisionUnavailableError,
    DomainError,
)
from models.messages.booking import Command

Receipt = TypeVar("Receipt", bound=BaseModel)

PATIENCE_SECONDS = 8.0
"""How long a caller waits for a decision before the answer is 503; safe to repeat."""


class Decisions:
    """Puts decisions to running workflows and translates their refusals."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def ask(
        self, workflow_id: str, update: str, command: Command, receipt: type[Receipt]
    ) -> Receipt:
        """The receipt of an update.

        Args:
            workflow_id: id of a booking, instalment, service order or guide search.
            update: the update's name, such as `accept_quote`.
            command: what is asked; its `command_id` makes repeating safe.
            receipt: the model of the answer.

        Raises:
            DomainError: the workflow refuses; the class and sentence say why.
            BookingClosedError: the workflow has ended.
            DecisionUnavailableError: Temporal or every worker is away, or the workflow of a booking
                that was stored this moment is about to start.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._ask(workflow_id, update, command, receipt)
        except WorkflowUpdateFailedError as failure:
            raise refusal(failure.cause) from failure
        except (RPCError, TimeoutError, RuntimeError, RPCTimeoutOrCancelledError) as error:
            raise DecisionUnavailableError from error

    async def _ask(
        self, workflow_id: str, update: str, command: Command, receipt: type[Receipt]
    ) -> Receipt:
        workflow = self._client.get_workflow_handle(workflow_id)
        try:
            handle = await workflow.start_update(
                update,
                command,
                id=command.command_id,
                wait_for_stage=WorkflowUpdateStage.COMPLETED,
                result_type=receipt,
            )
            answer: Receipt = await handle.result()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await workflow.describe()  # raises for a workflow that is not there yet
            raise BookingClosedError(_ended(workflow_id)) from error
        return answer


SENTENCES = {
    "booking": "This booking has ended, so nothing was changed. Look at its stage, or begin anew "
    "with another enquiry.",
    "so": "This service was settled or released meanwhile, so nothing was changed. Look at the "
    "suppliers of the booking for how it stands now.",
    "inst": "This payment was settled or withdrawn meanwhile, so nothing was changed.",
    "guides": "The search for a guide has ended meanwhile, so nothing was changed.",
}
"""What is said of a story that has ended, by the prefix of its id."""
ENDED_OTHERWISE = "This has ended meanwhile, so nothing was changed."


def _ended(workflow_id: str) -> str:
    return SENTENCES.get(workflow_id.partition("_")[0], ENDED_OTHERWISE)


def refusal(cause: BaseException | None) -> DomainError:
    """The domain error that a workflow raised, from its code as it crossed the boundary."""
    if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
        error = REFUSALS[cause.type]
        refused = error.__new__(error)
        Exception.__init__(refused, cause.message)
        return refused
    return DecisionUnavailableError()
