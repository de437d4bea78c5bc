"""One service asked of one supplier, until it is delivered, released or another one is asked."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError

from models.domain.clock import PolicyClock
from models.domain.errors import ServiceOrderNotOpenError
from models.domain.sla import supplier_answer_due
from models.domain.stages import ServiceOrderStatus
from models.messages.ids import PartnerId, RemarkId
from models.messages.messaging import Template
from models.messages.operations import (
    ChooseAlternative,
    ConfirmServiceOrder,
    DeclineServiceOrder,
    RecordServiceOrder,
    ServiceOrderAnswered,
    ServiceOrderChanged,
    ServiceOrderStart,
)
from models.messages.policy import PolicyFollowed
from workflows import calls
from workflows.refusing import ask, refuse_as
from workflows.telling import tell
from workflows.waiting import Alarm, Waiting

TELL_MISSED = "tell-answers-that-came-while-asking"
OPEN = frozenset({ServiceOrderStatus.REQUESTED, ServiceOrderStatus.AT_RISK})


@workflow.defn
class ServiceOrder:
    """A service order; the workflow's id is the order's. It tells its booking by signal."""

    @workflow.init
    def __init__(self, start: ServiceOrderStart) -> None:
        self._start = start
        self._policy = start.policy
        self._status = ServiceOrderStatus.REQUESTED
        self._attempt = 1
        self._seq = 0
        self._released = False
        self._deciding = asyncio.Lock()
        clock = PolicyClock(start.epoch, start.policy.seconds_per_day)
        self._waiting = Waiting(lambda: clock, [])
        self._due_at = self._answer_due()

    @workflow.run
    async def run(self, start: ServiceOrderStart) -> None:
        """Asks, reminds and escalates; then stands by until the service begins."""
        workflow.set_current_details(f"Service order of `{start.booking_id}`")
        asked, told = 0, (self._status, self._attempt)
        while not self._released:
            if asked != self._attempt:
                asked = self._attempt
                await self._request()
            if not self._missed(told) and not await self._changes():
                break
            if not self._released:
                told = (self._status, self._attempt)
                await self._tell_booking()
        if self._released:
            await self._release()
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def confirm(self, command: ConfirmServiceOrder) -> ServiceOrderAnswered:
        """From the supplier's page: the service is reserved."""
        return await self._answer(
            ServiceOrderStatus.CONFIRMED, command.attempt, command.remark_id, command.actor
        )

    @confirm.validator
    def _confirmable(self, command: ConfirmServiceOrder) -> None:
        ask(lambda: self._check_open(command.attempt))

    @workflow.update
    async def decline(self, command: DeclineServiceOrder) -> ServiceOrderAnswered:
        """From the supplier's page: the service is not to be had."""
        return await self._answer(
            ServiceOrderStatus.DECLINED, command.attempt, command.remark_id, command.actor
        )

    @decline.validator
    def _declinable(self, command: DeclineServiceOrder) -> None:
        ask(lambda: self._check_open(command.attempt))

    @workflow.update
    async def choose_alternative(self, command: ChooseAlternative) -> ServiceOrderAnswered:
        """From operations: ask another supplier."""
        async with self._deciding:
            ask(self._check_replaceable)
            self._attempt += 1
            self._due_at = self._answer_due()
            await self._record(
                ServiceOrderStatus.REQUESTED, partner_id=command.partner_id, actor=command.actor
            )
            return self._receipt()

    @choose_alternative.validator
    def _replaceable(self, command: ChooseAlternative) -> None:
        del command
        ask(self._check_replaceable)

    @workflow.signal
    def policy_followed(self, fact: PolicyFollowed) -> None:
        """From the booking: it follows another policy, by which the next one is asked."""
        self._policy = fact.policy

    @workflow.signal
    def release(self) -> None:
        """From the booking: it was cancelled."""
        self._released = True

    async def _answer(
        self, status: ServiceOrderStatus, attempt: int, remark_id: RemarkId | None, actor: str
    ) -> ServiceOrderAnswered:
        async with self._deciding:
            ask(lambda: self._check_open(attempt))
            try:
                await self._record(status, remark_id=remark_id, actor=actor)
            except ActivityError as failure:
                refuse_as(failure)
            return self._receipt()

    def _check_open(self, attempt: int) -> None:
        if self._released:
            raise ServiceOrderNotOpenError(
                "This request was withdrawn: the trip was cancelled. Please release the service; "
                "you need not do anything else."
            )
        if attempt != self._attempt:
            raise ServiceOrderNotOpenError(
                "This request is not open any more: another supplier was asked. Thank you."
            )
        if self._status not in OPEN:
            raise ServiceOrderNotOpenError(
                f"You have answered this request already: {self._status.lower()}. "
                "Please write to us to change your answer."
            )

    def _check_replaceable(self) -> None:
        if self._released:
            raise ServiceOrderNotOpenError(
                "The booking was cancelled; nothing is ordered any more."
            )
        if self._status is ServiceOrderStatus.CONFIRMED:
            raise ServiceOrderNotOpenError("The supplier has confirmed already.")

    def _missed(self, told: tuple[ServiceOrderStatus, int]) -> bool:
        """Whether an answer came while the run was not waiting for one: during a mail or a tell."""
        return told != (self._status, self._attempt) and workflow.patched(TELL_MISSED)

    async def _changes(self) -> bool:
        """Waits for an answer or another supplier; False when the service begins first."""
        status, attempt = self._status, self._attempt
        return await self._waiting.until(
            lambda: self._released or (self._status, self._attempt) != (status, attempt),
            self._alarms,
        )

    async def _request(self) -> None:
        if self._attempt == 1:
            await self._record(ServiceOrderStatus.REQUESTED)
        await self._send(Template.SERVICE_REQUEST)

    def _alarms(self) -> Sequence[Alarm]:
        alarms = [Alarm("begins", self._start.departure_at, "The service begins")]
        if self._status is ServiceOrderStatus.REQUESTED:
            asked_at = self._due_at - (self._due_at - self._requested_at) / 2
            alarms += [
                Alarm(
                    f"half:{self._attempt}", asked_at, "Half of the time to answer", self._remind
                ),
                Alarm(f"due:{self._attempt}", self._due_at, "Answer due", self._at_risk),
            ]
        return alarms

    async def _remind(self) -> None:
        await self._send(Template.SERVICE_REQUEST_REMINDER)

    async def _at_risk(self) -> None:
        async with self._deciding:
            if self._status is ServiceOrderStatus.REQUESTED:
                await self._record(ServiceOrderStatus.AT_RISK)

    async def _release(self) -> None:
        async with self._deciding:
            await self._record(ServiceOrderStatus.RELEASED)
        await self._send(Template.SERVICE_RELEASED)

    def _answer_due(self) -> datetime:
        self._requested_at = self._waiting.now()
        return supplier_answer_due(self._requested_at, self._start.departure_at, self._policy)

    async def _record(
        self,
        status: ServiceOrderStatus,
        *,
        partner_id: PartnerId | None = None,
        remark_id: RemarkId | None = None,
        actor: str = "system",
    ) -> None:
        self._seq += 1
        await calls.record_service_order(
            RecordServiceOrder(
                service_order_id=self._start.service_order_id,
                booking_id=self._start.booking_id,
                seq=self._seq,
                status=status,
                attempt=self._attempt,
                partner_id=partner_id,
                answer_due_at=self._waiting.real(self._due_at),
                remark_id=remark_id,
                actor=actor,
            )
        )
        self._status = status
        workflow.set_current_details(
            f"Service order of `{self._start.booking_id}`: **{status}**, request {self._attempt}, "
            f"answer due {self._waiting.real(self._due_at):%Y-%m-%d %H:%M} UTC"
        )

    async def _send(self, template: Template) -> None:
        subject = f"{self._start.service_order_id}:{self._attempt}"
        await calls.send_message(self._start.booking_id, template, subject)

    async def _tell_booking(self) -> None:
        fact = ServiceOrderChanged(
            service_order_id=self._start.service_order_id, status=self._status
        )
        await tell(self._start.booking_id, "service_order_changed", fact)

    def _receipt(self) -> ServiceOrderAnswered:
        return ServiceOrderAnswered(status=self._status, attempt=self._attempt)
