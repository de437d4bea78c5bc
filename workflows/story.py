"""The booking context: what every phase and handler of a booking works with."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, WorkflowAlreadyStartedError

from models.domain.clock import PolicyClock
from models.domain.payment_plan import PlannedInstalment
from models.domain.sla import SlaClock, sla_clock
from models.domain.stages import Stage, TripStatus
from models.messages.booking import Command
from models.messages.messaging import Template
from models.messages.records import NewTask, RecordProgress, TimelineLine
from workflows import calls
from workflows.refusing import refuse_as
from workflows.state import RECEIPTS_KEPT, BookingState
from workflows.visibility import show
from workflows.waiting import Alarm, Waiting

Receipt = TypeVar("Receipt", bound=BaseModel)

STUCK_PAUSE = timedelta(hours=1)
STAFF, MANAGER, ACCOUNTANT = "atp_staff", "atp_manager", "atp_accountant"
ADMIN = "atp_admin"


class StageLeftError(Exception):
    """A handler moved the booking to another stage: the phase under way ends here."""


class BookingCancelledError(Exception):
    """The booking was cancelled: every phase ends here and is undone in one place."""


class FreshRunError(Exception):
    """The history is long enough: the booking goes on in a fresh run."""


class Story:
    """State, clock and records of one booking."""

    def __init__(self, state: BookingState) -> None:
        self.state = state
        self.phase: Stage = state.stage
        self.deciding = asyncio.Lock()
        self.waiting = Waiting(self.clock, state.rung, self._leave, self._abort)

    def clock(self) -> PolicyClock:
        """The policy's clock, which agrees with the real one at the booking's creation."""
        return PolicyClock(self.state.created_at, self.state.policy.seconds_per_day)

    def now(self) -> datetime:
        """The policy's instant."""
        return self.waiting.now()

    def progress(
        self,
        *lines: TimelineLine,
        stage: Stage | None = None,
        trip_status: TripStatus | None = None,
        **changes: Any,
    ) -> RecordProgress:
        """A record of the booking as it is, with these changes; `commit` makes them true."""
        state = self.state
        state.seq += 1
        facts: dict[str, Any] = {
            "staff_id": state.staff_id,
            "sla_due_at": state.sla_due_at,
            "departure_on": state.departure_on,
            "return_on": state.accepted.return_on if state.accepted else None,
        }
        moved = stage is not None and stage is not state.stage
        if stage is not None and moved:
            facts |= self._stage_facts(stage)
            lines = (self._stage_line(stage, str(changes.pop("actor", "system"))), *lines)
        changes.pop("actor", None)
        return RecordProgress(
            booking_id=state.booking_id,
            seq=state.seq,
            stage=stage or state.stage,
            trip_status=trip_status or state.trip_status,
            timeline=lines,
            **(facts | changes),
        )

    def commit(self, progress: RecordProgress) -> None:
        """Makes a recorded progress the booking's state."""
        state = self.state
        if progress.stage is not state.stage:
            state.stage_count += 1
            state.stage_entered_at = self.now()
        state.stage = progress.stage
        state.trip_status = progress.trip_status
        state.staff_id = progress.staff_id
        state.sla_due_at = progress.sla_due_at
        show(state)

    async def write(self, progress: RecordProgress) -> None:
        """Makes a progress true and writes it; for those who hold `deciding`."""
        self.commit(progress)
        await calls.record_progress(progress)

    async def record(
        self,
        *lines: TimelineLine,
        trip_status: TripStatus | None = None,
        closed: bool = False,
        done_tasks: tuple[str, ...] = (),
    ) -> None:
        """Changes the booking between decisions, never beside one."""
        async with self.deciding:
            self.state.closed = closed
            progress = self.progress(*lines, trip_status=trip_status, done_tasks=done_tasks)
            ends = {"closed": True, "withdraw_tasks": True, "sla_due_at": None} if closed else {}
            await self.write(progress.model_copy(update=ends))

    async def note(self, line: TimelineLine, *tasks: NewTask) -> None:
        """Writes a line of the timeline and opens tasks; the booking stays as it is."""
        await calls.record_progress(self.progress(line, new_tasks=tasks, projects=False))

    async def hand_over(self, step: str) -> None:
        """A step failed for good: a person is told, and it is tried again in an hour."""
        line = TimelineLine(type="STEP_STUCK", detail=f"{self.phase}: {step}")
        task = NewTask(
            key=f"stuck:{self.phase}:{step}",
            title=f"A step of {self.phase} failed: {step}. It is tried again every hour",
            owner_role=MANAGER,
        )
        await self.note(line, task)
        again = Alarm("", self.now() + STUCK_PAUSE, "Try the failed step again")
        await self.waiting.until(lambda: False, lambda: [again])

    async def send(self, template: Template, subject_ref: str = "", occasion: str = "") -> None:
        """Sends a message about the booking, or about `subject_ref` in it."""
        await self.waiting.step(
            calls.send_message(
                self.state.booking_id, template, subject_ref or self.state.booking_id, occasion
            )
        )

    async def decide(
        self,
        command: Command,
        receipt: type[Receipt],
        decision: Callable[[], Coroutine[Any, Any, Receipt]],
    ) -> Receipt:
        """Carries out a command once, one at a time; a repeated one gets its receipt again."""
        async with self.deciding:
            known = self.state.receipts.get(command.command_id)
            if known is not None:
                return receipt.model_validate(known)
            try:
                answer = await decision()
            except ActivityError as failure:
                refuse_as(failure)
            self.state.receipts[command.command_id] = answer.model_dump(mode="json")
            while len(self.state.receipts) > RECEIPTS_KEPT:
                self.state.receipts.pop(next(iter(self.state.receipts)))
            return answer

    def in_real_time(self, plan: Sequence[PlannedInstalment]) -> tuple[PlannedInstalment, ...]:
        """The plan with the real instants that tables and people need."""
        return tuple(replace(part, due_at=self.waiting.real(part.due_at)) for part in plan)

    async def start_child(self, run: Callable[..., Any], start: BaseModel, child_id: str) -> None:
        """Starts what has its own clock; it outlives this run. One that exists is left alone."""
        try:
            await workflow.start_child_workflow(
                run,
                start,
                id=child_id,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary=f"for {self.state.booking_id}",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("%s exists already", child_id)

    def sla_alarms(self, met: Callable[[], bool] = lambda: False) -> list[Alarm]:
        """Warning and breach of the stage's clock, unless it is met already."""
        state = self.state
        clock = sla_clock(state.stage, state.stage_entered_at, state.policy)
        if clock is None or met():
            return self._approval_alarms()
        visit = f"{state.stage}:{state.stage_count}"
        return [
            *self._approval_alarms(),
            Alarm(f"sla_warning:{visit}", clock.warn_at, f"SLA warning {state.stage}", self._warn),
            Alarm(f"sla_breach:{visit}", clock.due_at, f"SLA {state.stage}", self._escalate),
        ]

    def _approval_alarms(self) -> list[Alarm]:
        """Managers are told at once, reminded after half of their time, and then passed over."""
        alarms = []
        for quote_id, asked in self.state.approvals.items():
            half = asked.asked_at + (asked.due_at - asked.asked_at) / 2
            for occasion, at in (("asked", asked.asked_at), ("half", half), ("over", asked.due_at)):
                visit = f"{occasion}:{asked.number}"
                ring = partial(self._want_approval, quote_id, visit)
                alarms.append(Alarm(f"approval:{visit}", at, f"Approval {occasion}", ring))
        return alarms

    async def _want_approval(self, quote_id: str, visit: str) -> None:
        if visit.startswith("over"):
            line = TimelineLine(type="APPROVAL_OVERDUE", detail=quote_id)
            task = NewTask(
                key=f"approval_over:{quote_id}:{visit}",
                title="No manager has decided about a quote in time: see that one does",
                owner_role=ADMIN,
            )
            await self.note(line, task)
        await self.send(Template.APPROVAL_WANTED, quote_id, visit)

    def follow_up(self, stage: Stage, count: int, clock: SlaClock | None) -> tuple[NewTask, ...]:
        """The owner's task for a stage with a clock."""
        if clock is None:
            return ()
        return (
            NewTask(
                key=f"follow_up:{stage}:{count}",
                title=FOLLOW_UPS[stage],
                owner_role=STAFF,
                due_at=self.waiting.real(clock.due_at),
            ),
        )

    def _stage_facts(self, stage: Stage) -> dict[str, Any]:
        state = self.state
        clock = sla_clock(stage, self.now(), state.policy)
        return {
            "sla_due_at": self.waiting.real(clock.due_at) if clock else None,
            "stage_entered_at": self.waiting.real(self.now()),
            "new_tasks": self.follow_up(stage, state.stage_count + 1, clock),
            "done_tasks": (f"follow_up:{state.stage}:{state.stage_count}",),
        }

    def _stage_line(self, stage: Stage, actor: str) -> TimelineLine:
        detail = f"{self.state.stage} -> {stage}"
        return TimelineLine(type="STAGE_CHANGED", detail=detail, actor=actor)

    async def _warn(self) -> None:
        visit = f"{self.state.stage}:{self.state.stage_count}"
        detail = f"The clock of {self.state.stage} runs out soon"
        await self.note(TimelineLine(type="SLA_WARNING", detail=detail))
        await self.send(Template.SLA_WARNING, occasion=visit)

    async def _escalate(self) -> None:
        visit = f"{self.state.stage}:{self.state.stage_count}"
        line = TimelineLine(
            type="SLA_BREACHED", detail=f"The clock of {self.state.stage} has run out; escalated"
        )
        task = NewTask(
            key=f"sla_breach:{visit}",
            title=f"{self.state.stage} is overdue: decide who acts",
            owner_role=MANAGER,
        )
        await self.note(line, task)
        await self.send(Template.SLA_BREACH, occasion=visit)

    def _abort(self) -> BaseException | None:
        return BookingCancelledError() if self.state.cancellation else None

    def _leave(self) -> BaseException | None:
        if self.state.stage is not self.phase:
            return StageLeftError()
        info = workflow.info()
        limit = self.state.policy.history_limit
        if info.is_continue_as_new_suggested() or info.get_current_history_length() > limit:
            return FreshRunError()
        return None


FOLLOW_UPS: dict[Stage, str] = {
    Stage.NEW: "Answer the enquiry",
    Stage.QUALIFIED: "Send a quote or note why not",
    Stage.PROPOSAL_SENT: "Follow up the quote",
    Stage.NEGOTIATION: "Answer the wish for a change",
    Stage.INVOICE_SENT: "See that the first payment comes in",
    Stage.WON: "Begin the preparation of the trip",
}
