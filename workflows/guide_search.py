"""Finding a guide for a trip: one is asked after the other, and the first who can takes it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from models.domain.clock import PolicyClock
from models.domain.errors import GuideOfferNotOpenError
from models.domain.stages import GuideAssignmentStatus
from models.messages.ids import GuideAssignmentId, GuideId
from models.messages.messaging import Template
from models.messages.operations import (
    AnswerOffer,
    GuideChanged,
    GuideSearchStart,
    OfferAnswered,
    OfferTrip,
    RankGuides,
    RecordGuideAnswer,
)
from models.messages.policy import PolicyFollowed
from workflows import calls
from workflows.refusing import ask, refuse_as
from workflows.telling import tell
from workflows.waiting import Alarm, Waiting


@workflow.defn
class GuideSearch:
    """The search for one line's guide, and the guide's trip. It tells its booking by signal."""

    @workflow.init
    def __init__(self, start: GuideSearchStart) -> None:
        self._start = start
        self._policy = start.policy
        self._assignment: GuideAssignmentId | None = None
        self._status = GuideAssignmentStatus.SEARCHING
        self._released = False
        self._deciding = asyncio.Lock()
        clock = PolicyClock(start.epoch, start.policy.seconds_per_day)
        self._waiting = Waiting(lambda: clock, [])

    @workflow.run
    async def run(self, start: GuideSearchStart) -> None:
        """Asks until somebody takes the trip; then stands by until it is over."""
        begun = False
        while not (begun or self._released or self._found()):
            ranked = await calls.rank_guides(
                RankGuides(booking_id=start.booking_id, quote_line_id=start.quote_line_id)
            )
            if ranked.guide_ids:
                await self._ask(ranked.guide_ids[0])
            else:
                begun = not await self._nobody_free()
        if self._found() and not self._released:
            await self._tell_booking()
            await self._waiting.until(lambda: self._released, self._is_home)
        if self._released:
            await self._release()
        elif self._assignment and self._found():
            await self._record(self._assignment, GuideAssignmentStatus.COMPLETED, "system")
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def answer(self, command: AnswerOffer) -> OfferAnswered:
        """From the guide's page: takes the trip or does not."""
        async with self._deciding:
            ask(lambda: self._check_open(command.assignment_id))
            status = (
                GuideAssignmentStatus.ACCEPTED
                if command.accepted
                else GuideAssignmentStatus.DECLINED
            )
            try:
                await self._record(command.assignment_id, status, command.actor)
            except ActivityError as failure:
                await self._record(command.assignment_id, GuideAssignmentStatus.DECLINED, "system")
                refuse_as(failure)
            return OfferAnswered(status=status)

    @answer.validator
    def _answerable(self, command: AnswerOffer) -> None:
        ask(lambda: self._check_open(command.assignment_id))

    @workflow.signal
    def policy_followed(self, fact: PolicyFollowed) -> None:
        """From the booking: it follows another policy, by which the next one is asked."""
        self._policy = fact.policy

    @workflow.signal
    def release(self) -> None:
        """From the booking: it was cancelled."""
        self._released = True

    def _check_open(self, assignment_id: GuideAssignmentId) -> None:
        if self._released:
            raise GuideOfferNotOpenError("The trip was cancelled; you are free on these days.")
        if assignment_id != self._assignment or self._status is GuideAssignmentStatus.LAPSED:
            raise GuideOfferNotOpenError(
                "This offer is not open any more: it lapsed, and another guide was asked."
            )
        if self._status is not GuideAssignmentStatus.OFFERED:
            raise GuideOfferNotOpenError("You have answered this offer already. Thank you.")

    def _found(self) -> bool:
        return self._status is GuideAssignmentStatus.ACCEPTED

    async def _ask(self, guide_id: GuideId) -> None:
        answer_due = self._waiting.now() + timedelta(hours=self._policy.guide_answer_hours)
        offered = await calls.offer_trip(
            OfferTrip(
                booking_id=self._start.booking_id,
                quote_line_id=self._start.quote_line_id,
                guide_id=guide_id,
                answer_due_at=self._waiting.real(answer_due),
            )
        )
        self._assignment = offered.assignment_id
        self._status = GuideAssignmentStatus.OFFERED
        await calls.send_message(
            self._start.booking_id, Template.GUIDE_OFFER, offered.assignment_id
        )
        await self._wait_for_answer(offered.assignment_id, answer_due)

    async def _wait_for_answer(self, assignment: GuideAssignmentId, due: datetime) -> None:
        alarm = Alarm(f"lapse:{assignment}", due, "The guide's answer is due")
        answered = await self._waiting.until(
            lambda: self._released or self._status is not GuideAssignmentStatus.OFFERED,
            lambda: [alarm],
        )
        async with self._deciding:
            if not answered and self._status is GuideAssignmentStatus.OFFERED:
                await self._record(assignment, GuideAssignmentStatus.LAPSED, "system")

    async def _nobody_free(self) -> bool:
        """Waits a while and asks again; False when the trip begins first."""
        if self._status is not GuideAssignmentStatus.NOBODY_FREE:
            self._status = GuideAssignmentStatus.NOBODY_FREE
            await self._tell_booking()
        hours = timedelta(hours=self._policy.guide_answer_hours)
        again = Alarm("again", self._waiting.now() + hours, "Look for a guide again")
        await self._waiting.until(lambda: self._released, lambda: [again, *self._begins()])
        return self._waiting.now() < self._start.departure_at

    def _begins(self) -> Sequence[Alarm]:
        return [Alarm("begins", self._start.departure_at, "The trip begins")]

    def _is_home(self) -> Sequence[Alarm]:
        return [Alarm("home", self._start.home_at, "The trip is over")]

    async def _release(self) -> None:
        if self._assignment and self._status in {
            GuideAssignmentStatus.OFFERED,
            GuideAssignmentStatus.ACCEPTED,
        }:
            async with self._deciding:
                await self._record(self._assignment, GuideAssignmentStatus.RELEASED, "system")
            await calls.send_message(
                self._start.booking_id, Template.GUIDE_RELEASED, self._assignment
            )

    async def _record(
        self, assignment: GuideAssignmentId, status: GuideAssignmentStatus, actor: str
    ) -> None:
        await calls.record_guide_answer(
            RecordGuideAnswer(
                booking_id=self._start.booking_id,
                assignment_id=assignment,
                status=status,
                actor=actor,
            )
        )
        self._status = status
        workflow.set_current_details(f"Guide for `{self._start.booking_id}`: **{status}**")

    async def _tell_booking(self) -> None:
        fact = GuideChanged(quote_line_id=self._start.quote_line_id, status=self._status)
        await tell(self._start.booking_id, "guide_changed", fact)
