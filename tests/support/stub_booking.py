"""A workflow that takes what staff ask, in the place of bookings and service orders."""

from datetime import UTC, datetime

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from models.domain.stages import ServiceOrderStatus, Stage
from models.messages.booking import (
    ApprovalAsked,
    ApprovalDecided,
    AskApproval,
    AssignStaff,
    BookingCancelled,
    BookingChanged,
    CancelBooking,
    ChangeStage,
    ChecklistItemCompleted,
    Command,
    CompleteChecklistItem,
    DecideApproval,
    QuoteSent,
    SendQuote,
)
from models.messages.operations import ChooseAlternative, ServiceOrderAnswered


@workflow.defn(name="Booking")
class StubBooking:
    """Remembers what it was asked; refuses a stale revision and whatever `refuse` says."""

    @workflow.init
    def __init__(self, refuse: str) -> None:
        self._asked: list[str] = []
        self._refuse = refuse

    @workflow.run
    async def run(self, refuse: str) -> None:
        """Waits for ever; `refuse` is a code with which every update is refused."""
        del refuse
        await workflow.wait_condition(lambda: False)

    @workflow.query
    def asked(self) -> list[str]:
        """Every command as JSON, in order."""
        return self._asked

    def _take(self, command: Command) -> None:
        if self._refuse:
            raise ApplicationError("The stub says no.", type=self._refuse, non_retryable=True)
        if getattr(command, "expected_revision", None) == 0:
            raise ApplicationError("Booking changed in backend", type="BOOKING_HASH_MISMATCH")
        self._asked.append(command.model_dump_json())

    @workflow.update
    async def assign_staff(self, command: AssignStaff) -> BookingChanged:
        """Takes an assignment."""
        self._take(command)
        return BookingChanged(revision=2, stage=Stage.NEW)

    @workflow.update
    async def change_stage(self, command: ChangeStage) -> BookingChanged:
        """Takes a stage."""
        self._take(command)
        return BookingChanged(revision=2, stage=command.stage)

    @workflow.update
    async def send_quote(self, command: SendQuote) -> QuoteSent:
        """Takes a quote."""
        self._take(command)
        return QuoteSent(quote_version_id=command.quote_version_id, version=1, revision=2)

    @workflow.update
    async def ask_approval(self, command: AskApproval) -> ApprovalAsked:
        """Takes a question."""
        self._take(command)
        due_at = datetime(2027, 1, 1, tzinfo=UTC)
        return ApprovalAsked(quote_version_id=command.quote_version_id, due_at=due_at, revision=2)

    @workflow.update
    async def decide_approval(self, command: DecideApproval) -> ApprovalDecided:
        """Takes a decision."""
        self._take(command)
        return ApprovalDecided(
            quote_version_id=command.quote_version_id, approved=command.approved, revision=2
        )

    @workflow.update
    async def cancel_booking(self, command: CancelBooking) -> BookingCancelled:
        """Takes a cancellation."""
        self._take(command)
        return BookingCancelled(paid_minor=3, refund_minor=2, penalty_minor=1)

    @workflow.update
    async def complete_item(self, command: CompleteChecklistItem) -> ChecklistItemCompleted:
        """Takes a preparation."""
        self._asked.append(command.model_dump_json())
        return ChecklistItemCompleted(open_items=0)

    @workflow.update
    async def choose_alternative(self, command: ChooseAlternative) -> ServiceOrderAnswered:
        """Takes another supplier."""
        self._asked.append(command.model_dump_json())
        return ServiceOrderAnswered(status=ServiceOrderStatus.REQUESTED, attempt=2)
