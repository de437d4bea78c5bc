"""One booking under test, with what staff, customers and suppliers can do to it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from api.decisions import Decisions
from models.domain.policy import Policy
from models.domain.stages import DeclineReason, Stage
from models.messages.booking import (
    AcceptQuote,
    ApprovalAsked,
    ApprovalDecided,
    AskApproval,
    BookingCancelled,
    BookingChanged,
    CancelBooking,
    ChangeStage,
    DecideApproval,
    DeclineQuote,
    QuoteAccepted,
    QuoteSent,
    SendQuote,
)
from models.messages.ids import (
    AcceptanceId,
    CommandId,
    PartnerId,
    QuoteLineId,
    QuoteVersionId,
    RemarkId,
    guide_search_id,
)
from models.messages.operations import (
    AnswerOffer,
    ChooseAlternative,
    ConfirmServiceOrder,
    OfferAnswered,
    ServiceOrderAnswered,
)
from models.messages.payments import PaymentEvent
from models.messages.policy import PolicyChanged
from tests.support.fake_activities import FakeActivities

STAFF = "staff_1"


def command_id() -> CommandId:
    """A fresh command."""
    return CommandId(str(uuid4()))


@dataclass
class Played:
    """A running booking and the world that it runs in."""

    client: Client
    handle: WorkflowHandle[Any, Any]
    fake: FakeActivities

    @property
    def decisions(self) -> Decisions:
        """The door that the API uses."""
        return Decisions(self.client)

    async def sends_quote(
        self,
        number: int | str = 1,
        *,
        beside: bool = False,
        replaces: int | str | None = None,
        approver: bool = False,
    ) -> QuoteSent:
        """Staff send a version."""
        command = SendQuote(
            command_id=command_id(),
            actor=STAFF,
            quote_version_id=self.quote_id(number),
            beside=beside,
            replaces=self.quote_id(replaces) if replaces else None,
            approver=approver,
        )
        return await self.decisions.ask(self.fake.booking_id, "send_quote", command, QuoteSent)

    def quote_id(self, number: int | str = 1) -> QuoteVersionId:
        """The id of a version by its number; any other id stays as it is."""
        if isinstance(number, str):
            return QuoteVersionId(number)
        return QuoteVersionId(f"quote_{self.fake.booking_id}_{number}")

    async def accepts(
        self, number: int | str = 1, command: CommandId | None = None
    ) -> QuoteAccepted:
        """The customer accepts a version."""
        ask = AcceptQuote(
            command_id=command or command_id(),
            actor="customer",
            quote_version_id=self.quote_id(number),
            acceptance_id=AcceptanceId("accept_1"),
        )
        return await self.decisions.ask(self.fake.booking_id, "accept_quote", ask, QuoteAccepted)

    async def asks_approval(self, number: int | str = 1) -> ApprovalAsked:
        """Staff ask the managers to let a version out."""
        ask = AskApproval(
            command_id=command_id(), actor=STAFF, quote_version_id=self.quote_id(number)
        )
        return await self.decisions.ask(self.fake.booking_id, "ask_approval", ask, ApprovalAsked)

    async def decides_approval(self, number: int = 1, *, approved: bool) -> ApprovalDecided:
        """A manager decides about a version."""
        ask = DecideApproval(
            command_id=command_id(),
            actor="staff_2",
            quote_version_id=self.quote_id(number),
            approved=approved,
            reason_id=RemarkId("remark_2"),
        )
        return await self.decisions.ask(
            self.fake.booking_id, "decide_approval", ask, ApprovalDecided
        )

    async def declines(self, number: int | str = 1) -> BookingChanged:
        """The customer declines a version."""
        ask = DeclineQuote(
            command_id=command_id(),
            actor="customer",
            quote_version_id=self.quote_id(number),
            reason=DeclineReason.PRICE,
        )
        return await self.decisions.ask(self.fake.booking_id, "decline_quote", ask, BookingChanged)

    async def chooses(self, stage: Stage, revision: int | None = None) -> BookingChanged:
        """Staff choose a stage by hand."""
        command = ChangeStage(
            command_id=command_id(), actor=STAFF, stage=stage, expected_revision=revision
        )
        return await self.decisions.ask(
            self.fake.booking_id, "change_stage", command, BookingChanged
        )

    async def cancels(self) -> BookingCancelled:
        """Staff cancel the booking."""
        command = CancelBooking(command_id=command_id(), actor=STAFF)
        return await self.decisions.ask(
            self.fake.booking_id, "cancel_booking", command, BookingCancelled
        )

    async def is_paid(self, number: int, amount_minor: int, row: int | None = None) -> None:
        """The provider's event about an instalment's payment arrives."""
        row = row or number
        self.fake.pays(row, f"inst_{self.fake.booking_id}_{number}", amount_minor)
        await self.handle.signal("payment_event", PaymentEvent(event_row=row))

    async def supplier_confirms(self, number: int, attempt: int = 1) -> ServiceOrderAnswered:
        """A supplier confirms by the link."""
        command = ConfirmServiceOrder(
            command_id=command_id(),
            actor="supplier",
            remark_id=RemarkId("remark_1"),
            attempt=attempt,
        )
        order = f"so_{self.fake.booking_id}_{number}"
        return await self.decisions.ask(order, "confirm", command, ServiceOrderAnswered)

    async def other_supplier(self, number: int) -> ServiceOrderAnswered:
        """Staff ask another supplier."""
        command = ChooseAlternative(
            command_id=command_id(), actor=STAFF, partner_id=PartnerId("partner_2")
        )
        order = f"so_{self.fake.booking_id}_{number}"
        return await self.decisions.ask(order, "choose_alternative", command, ServiceOrderAnswered)

    async def guide_answers(self, guide: str, *, accepted: bool) -> OfferAnswered:
        """A guide answers by the link."""
        command = AnswerOffer(
            command_id=command_id(),
            actor="guide",
            assignment_id=f"ga_{guide}",
            accepted=accepted,
        )
        search = guide_search_id(QuoteLineId(f"line_{self.fake.booking_id}"))
        return await self.decisions.ask(search, "answer", command, OfferAnswered)

    async def policy_changes(self, policy: Policy) -> None:
        """Another policy is put in force, and the booking hears of it."""
        self.fake.policies[policy.version] = policy
        await self.handle.signal("policy_changed", PolicyChanged(version=policy.version))

    async def orders_are_out(self) -> None:
        """Waits until every supplier was asked."""
        await self.fake.until(
            lambda: self.fake.sent().count("service_request") == self.fake.suppliers
        )
