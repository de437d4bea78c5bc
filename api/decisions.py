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
            BookingClosedError: the workflow has ended or never was.
            DecisionUnavailableError: Temporal or every worker is away.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                handle = await self._client.get_workflow_handle(workflow_id).start_update(
                    update,
                    command,
                    id=command.command_id,
                    wait_for_stage=WorkflowUpdateStage.COMPLETED,
                    result_type=receipt,
                )
                answer: Receipt = await handle.result()
                return answer
        except WorkflowUpdateFailedError as failure:
            raise refusal(failure.cause) from failure
        except RPCError as error:
            raise _translate(error) from error
        except (TimeoutError, RuntimeError, RPCTimeoutOrCancelledError) as error:
            raise DecisionUnavailableError from error


def refusal(cause: BaseException | None) -> DomainError:
    """The domain error that a workflow raised, from its code as it crossed the boundary."""
    if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
        error = REFUSALS[cause.type]
        refused = error.__new__(error)
        Exception.__init__(refused, cause.message)
        return refused
    return DecisionUnavailableError()


def _translate(error: RPCError) -> DomainError:
    if error.status is RPCStatusCode.NOT_FOUND:
        return BookingClosedError("This has ended already; nothing was changed.")
    return DecisionUnavailableError()
