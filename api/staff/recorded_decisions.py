"""Decisions of staff, each kept in the audit log once a workflow has given its receipt."""

from typing import TypeVar

from pydantic import BaseModel

from api.decisions import Decisions
from api.staff.recording import Recorder
from models.domain.auditing import AuditAction
from models.messages.booking import (
    AskApproval,
    AssignStaff,
    CancelBooking,
    ChangeStage,
    Command,
    CompleteChecklistItem,
    DecideApproval,
    SendQuote,
)
from models.messages.operations import ChooseAlternative
from models.store.audit import differing
from models.store.audit_states import State, state_of

Receipt = TypeVar("Receipt", bound=BaseModel)

ACTIONS: dict[type[Command], AuditAction] = {
    AssignStaff: AuditAction.BOOKING_ASSIGNED,
    ChangeStage: AuditAction.STAGE_CHANGED,
    SendQuote: AuditAction.QUOTE_SENT,
    AskApproval: AuditAction.APPROVAL_ASKED,
    DecideApproval: AuditAction.APPROVAL_DECIDED,
    CancelBooking: AuditAction.BOOKING_CANCELLED,
    CompleteChecklistItem: AuditAction.PREPARATION_CLOSED,
    ChooseAlternative: AuditAction.SUPPLIER_REPLACED,
}
"""The name of each command in the log; one without a name is a `DECISION`."""
NO_DETAIL = {"command_id", "actor", "expected_revision"}


class RecordedDecisions(Decisions):
    """Asks as `Decisions` does; what was refused leaves no event."""

    def __init__(self, decisions: Decisions, recorder: Recorder) -> None:
        self._decisions = decisions
        self._recorder = recorder

    async def ask(
        self, workflow_id: str, update: str, command: Command, receipt: type[Receipt]
    ) -> Receipt:
        """The receipt of an update, after it was kept with the state before and after it."""
        before = await self._state(workflow_id)
        answer = await self._decisions.ask(workflow_id, update, command, receipt)
        await self._keep(workflow_id, command, before, await self._state(workflow_id))
        return answer

    async def _state(self, workflow_id: str) -> State | None:
        async with self._recorder.sessions() as session:
            return await state_of(session, workflow_id)

    async def _keep(
        self, workflow_id: str, command: Command, before: State | None, after: State | None
    ) -> None:
        was, became = differing(
            before.members if before else {},
            after.members if after else {},
        )
        await self._recorder.decided(
            ACTIONS.get(type(command), AuditAction.DECISION),
            getattr(command, "quote_version_id", workflow_id),
            booking_id=before.booking_id if before else None,
            before=was,
            after={**command.model_dump(mode="json", exclude=NO_DETAIL), **became},
        )
