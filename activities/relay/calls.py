"""What is asked of Temporal for a stored fact, and what its answers mean."""

import asyncio
from dataclasses import dataclass

from pydantic import BaseModel
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from models.messages.booking import BookingStart
from models.messages.ids import BookingId
from models.messages.messaging import SendMessage, Template
from models.messages.payments import ApplyPaymentEvent
from models.messages.task_queues import BOOKINGS, queue
from models.messages.workflow_names import (
    BOOKING,
    LATE_PAYMENT,
    TASK_REMINDER,
    late_payment_id,
    task_reminder_id,
)

AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)


class TemporalAwayError(Exception):
    """Temporal does not answer: nothing is wrong with what was asked."""


@dataclass(frozen=True)
class WorkflowCalls:
    """Starts and signals workflows of one installation; safe to repeat.

    Every method raises TemporalAwayError when Temporal does not answer in time.
    """

    client: Client
    task_queue_prefix: str
    patience_seconds: float
    """For one call, all its attempts counted: a server that hangs is told from a slow one."""

    async def start_booking(self, booking_id: str) -> None:
        """Starts a booking's workflow, unless it was started before."""
        await self._start(BOOKING, BookingStart(booking_id=BookingId(booking_id)), booking_id)

    async def start_late_payment(self, booking_id: str, event_row: int) -> None:
        """Has the money of an event held for a booking that has ended, once."""
        event = ApplyPaymentEvent(booking_id=BookingId(booking_id), event_row=event_row, hold=True)
        await self._start(LATE_PAYMENT, event, late_payment_id(booking_id, event_row))

    async def start_task_reminder(self, booking_id: str, subject_ref: str) -> None:
        """Has the reminder of a task sent, once."""
        reminder = SendMessage(
            booking_id=BookingId(booking_id),
            template=Template.TASK_REMINDER,
            subject_ref=subject_ref,
        )
        await self._start(TASK_REMINDER, reminder, task_reminder_id(subject_ref))

    async def signal(self, workflow_id: str, name: str, fact: BaseModel) -> bool:
        """Tells a workflow a fact; False when none of that id is running."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self.client.get_workflow_handle(workflow_id).signal(name, fact)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise _translated(error) from error
        except (TimeoutError, RuntimeError) as error:
            raise TemporalAwayError from error
        return True

    async def has_ended(self, workflow_id: str) -> bool:
        """Whether a workflow of that id is known and not running any more."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                description = await self.client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise _translated(error) from error
        except (TimeoutError, RuntimeError) as error:
            raise TemporalAwayError from error
        return description.status is not WorkflowExecutionStatus.RUNNING

    async def _start(self, name: str, argument: BaseModel, workflow_id: str) -> None:
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self.client.start_workflow(
                    name,
                    argument,
                    id=workflow_id,
                    task_queue=queue(self.task_queue_prefix, BOOKINGS),
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise _translated(error) from error
        except (TimeoutError, RuntimeError) as error:
            raise TemporalAwayError from error


def _translated(error: RPCError) -> Exception:
    return TemporalAwayError() if error.status in AWAY else error
