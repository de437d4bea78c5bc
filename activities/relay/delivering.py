"""Delivers one stored fact: a start, or a signal to a workflow that may have ended by now."""

from collections.abc import Callable

from pydantic import BaseModel

from activities.relay.calls import WorkflowCalls
from models.database import Sessions
from models.messages.booking import QuoteViewed
from models.messages.ids import QuoteVersionId
from models.messages.payments import PaymentEvent
from models.messages.policy import PolicyChanged
from models.messages.workflow_names import (
    PAYMENT_EVENT,
    POLICY_CHANGED,
    QUOTE_VIEWED,
    TASK_REMINDER,
)
from models.store.outbox import Due, booking_closed_at
from models.store.reminders import booking_of_task


class NotYetError(Exception):
    """The workflow is not there to be told; it has been asked for, so try again."""


def _payment_event(argument: str) -> BaseModel:
    return PaymentEvent(event_row=int(argument))


def _quote_viewed(argument: str) -> BaseModel:
    return QuoteViewed(quote_version_id=QuoteVersionId(argument))


def _policy_changed(argument: str) -> BaseModel:
    return PolicyChanged(version=int(argument))


FACTS: dict[str, Callable[[str], BaseModel]] = {
    PAYMENT_EVENT: _payment_event,
    QUOTE_VIEWED: _quote_viewed,
    POLICY_CHANGED: _policy_changed,
}
"""What each signal carries, from the one id that the outbox keeps."""


class Delivering:
    """Knows what to do with a row of the outbox."""

    def __init__(self, calls: WorkflowCalls, sessions: Sessions) -> None:
        self._calls = calls
        self._sessions = sessions

    async def deliver(self, row: Due) -> None:
        """Delivers a row.

        Raises:
            TemporalAwayError: nobody answers.
            NotYetError: the workflow was lost and is being started again.
            Exception: this row can't be delivered as it is.
        """
        if row.signal is None:
            await self._calls.start_booking(row.argument)
            return
        if row.signal == TASK_REMINDER:
            await self._remind(row.argument)
            return
        fact = FACTS[row.signal](row.argument)
        if not await self._calls.signal(row.workflow_id, row.signal, fact):
            await self._deliver_late(row)

    async def _remind(self, subject_ref: str) -> None:
        """A task's reminder is a story of its own, so that an ended booking's is sent, too."""
        async with self._sessions() as session:
            booking_id = await booking_of_task(session, subject_ref.partition(":")[0])
        if booking_id is not None:
            await self._calls.start_task_reminder(booking_id, subject_ref)

    async def _deliver_late(self, row: Due) -> None:
        """Money for a story that has ended is held; other facts have lost their meaning."""
        if not await self._story_ended(row.workflow_id):
            await self._calls.start_booking(row.workflow_id)
            raise NotYetError
        if row.signal == PAYMENT_EVENT:
            await self._calls.start_late_payment(row.workflow_id, int(row.argument))

    async def _story_ended(self, booking_id: str) -> bool:
        """Temporal forgets ended workflows after a while; the booking's row does not."""
        if await self._calls.has_ended(booking_id):
            return True
        async with self._sessions() as session:
            return await booking_closed_at(session, booking_id) is not None
