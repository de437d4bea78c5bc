"""A booking: one durable story from the enquiry to the settled trip."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from models.domain.clock import PolicyClock
from models.domain.sla import sla_clock
from models.domain.stages import Stage
from models.messages.booking import (
    AcceptQuote,
    ApprovalAsked,
    ApprovalDecided,
    AskApproval,
    AssignStaff,
    BookingCancelled,
    BookingChanged,
    CancelBooking,
    ChangeStage,
    ChecklistItemCompleted,
    CompleteChecklistItem,
    DecideApproval,
    DeclineQuote,
    QuoteAccepted,
    QuoteSent,
    QuoteViewed,
    RequestChange,
    SendQuote,
)
from models.messages.operations import GuideChanged, ServiceOrderChanged
from models.messages.payments import PaymentEvent
from models.messages.policy import PolicyChanged
from models.messages.records import BookingFacts
from workflows import approving, calls, decisions
from workflows.following import follow_policy
from workflows.phases.cancelling import cancelling
from workflows.phases.confirming import confirming
from workflows.phases.enquiry import enquiry
from workflows.phases.losing import losing
from workflows.phases.preparing import preparing
from workflows.phases.quoting import quoting
from workflows.phases.securing import securing
from workflows.phases.settling import settling
from workflows.refusing import ask
from workflows.state import BookingLife, BookingState
from workflows.story import BookingCancelledError, FreshRunError, StageLeftError, Story
from workflows.visibility import show


@workflow.defn
class Booking:
    """The life of a booking. The workflow's id is the booking's."""

    @workflow.init
    def __init__(self, life: BookingLife) -> None:
        self._story: Story | None = Story(life.state) if life.state else None

    @workflow.run
    async def run(self, life: BookingLife) -> None:
        """Goes from stage to stage until the story ends."""
        story = self._story or await self._begin(life)
        show(story.state)
        while not story.state.closed:
            story.phase = story.state.stage
            try:
                following = await self._phase_or_stuck(story)
            except StageLeftError:
                continue
            except BookingCancelledError:
                await cancelling(story)
            except FreshRunError:
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(life.model_copy(update={"state": story.state}))
            else:
                await self._enter(story, following)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _phase_or_stuck(self, story: Story) -> Stage | None:
        try:
            return await self._phase(story)
        except ActivityError as failure:
            await story.hand_over(failure.activity_type)
            return None

    async def _phase(self, story: Story) -> Stage | None:  # noqa: PLR0911 - one return a stage
        match story.phase:
            case Stage.NEW | Stage.QUALIFIED:
                return await enquiry(story)
            case Stage.PROPOSAL_SENT | Stage.NEGOTIATION:
                return await quoting(story)
            case Stage.INVOICE_SENT:
                return await securing(story)
            case Stage.PAYMENT_RECEIVED:
                return await confirming(story)
            case Stage.WON:
                return await preparing(story)
            case Stage.POST_TRIP:
                return await settling(story)
            case Stage.LOST:
                return await losing(story)

    async def _begin(self, life: BookingLife) -> Story:
        facts = await calls.load_booking(life.booking_id)
        story = Story(_first_state(facts))
        clock = sla_clock(Stage.NEW, story.state.stage_entered_at, facts.policy)
        story.state.sla_due_at = story.waiting.real(clock.due_at) if clock else None
        task = story.follow_up(Stage.NEW, 1, clock)
        await story.write(story.progress(new_tasks=task))
        self._story = story
        return story

    async def _enter(self, story: Story, stage: Stage | None) -> None:
        async with story.deciding:
            if stage is not None and story.state.stage is story.phase:
                await story.write(story.progress(stage=stage))

    async def _ready(self) -> Story:
        await workflow.wait_condition(lambda: self._story is not None)
        assert self._story is not None  # noqa: S101 - just awaited
        return self._story

    # Staff, from the back office.

    @workflow.update
    async def assign_staff(self, command: AssignStaff) -> BookingChanged:
        """A manager gives the booking to somebody, or takes it away."""
        story = await self._ready()
        return await story.decide(
            command, BookingChanged, lambda: decisions.assign_staff(story, command)
        )

    @workflow.update
    async def change_stage(self, command: ChangeStage) -> BookingChanged:
        """Staff choose a stage by hand; any may follow any."""
        story = await self._ready()
        return await story.decide(
            command, BookingChanged, lambda: decisions.change_stage(story, command)
        )

    @workflow.update
    async def send_quote(self, command: SendQuote) -> QuoteSent:
        """Staff send a draft to the customer."""
        story = await self._ready()
        return await story.decide(command, QuoteSent, lambda: decisions.send_quote(story, command))

    @workflow.update
    async def ask_approval(self, command: AskApproval) -> ApprovalAsked:
        """Staff ask the managers to let a draft out."""
        story = await self._ready()
        return await story.decide(
            command, ApprovalAsked, lambda: approving.ask_approval(story, command)
        )

    @workflow.update
    async def decide_approval(self, command: DecideApproval) -> ApprovalDecided:
        """A manager lets a draft out, or not."""
        story = await self._ready()
        return await story.decide(
            command, ApprovalDecided, lambda: approving.decide_approval(story, command)
        )

    @workflow.update
    async def complete_item(self, command: CompleteChecklistItem) -> ChecklistItemCompleted:
        """Staff finish or waive a preparation."""
        story = await self._ready()
        return await story.decide(
            command, ChecklistItemCompleted, lambda: decisions.complete_item(story, command)
        )

    @workflow.update
    async def cancel_booking(self, command: CancelBooking) -> BookingCancelled:
        """Staff cancel the trip."""
        story = await self._ready()
        return await story.decide(
            command, BookingCancelled, lambda: decisions.cancel_booking(story, command)
        )

    # The customer, from the quote's page.

    @workflow.signal
    async def quote_viewed(self, fact: QuoteViewed) -> None:
        """A person looked at the quote; from the page, through the outbox."""
        story = await self._ready()
        if (option := story.state.option(fact.quote_version_id)) is not None:
            option.viewed = True
            show(story.state)

    @workflow.update
    async def accept_quote(self, command: AcceptQuote) -> QuoteAccepted:
        """The customer accepts a version."""
        story = await self._ready()
        return await story.decide(
            command, QuoteAccepted, lambda: decisions.accept_quote(story, command)
        )

    @workflow.update
    async def decline_quote(self, command: DeclineQuote) -> BookingChanged:
        """The customer declines a version."""
        story = await self._ready()
        return await story.decide(
            command, BookingChanged, lambda: decisions.decline_quote(story, command)
        )

    @workflow.update
    async def request_change(self, command: RequestChange) -> BookingChanged:
        """The customer asks for another version."""
        story = await self._ready()
        return await story.decide(
            command, BookingChanged, lambda: decisions.request_change(story, command)
        )

    @accept_quote.validator
    def _acceptable(self, command: AcceptQuote) -> None:
        self._check_live(command)

    @decline_quote.validator
    def _declinable(self, command: DeclineQuote) -> None:
        self._check_live(command)

    @request_change.validator
    def _changeable(self, command: RequestChange) -> None:
        self._check_live(command)

    def _check_live(self, command: AcceptQuote | DeclineQuote | RequestChange) -> None:
        story = self._story
        if story is not None and command.command_id not in story.state.receipts:
            ask(lambda: decisions.check_live(story, command.quote_version_id))

    # Facts, from the relay and from what runs beside the story.

    @workflow.signal
    async def payment_event(self, fact: PaymentEvent) -> None:
        """Money moved; from the provider's webhook, through the relay."""
        await decisions.take_payment_event(await self._ready(), fact)

    @workflow.signal
    async def policy_changed(self, fact: PolicyChanged) -> None:
        """Managers put another policy in force; from the back office, through the relay."""
        await follow_policy(await self._ready(), fact)

    @workflow.signal
    async def service_order_changed(self, fact: ServiceOrderChanged) -> None:
        """A supplier answered; from the service order."""
        story = await self._ready()
        story.state.service_orders[fact.service_order_id] = fact.status
        show(story.state)

    @workflow.signal
    async def guide_changed(self, fact: GuideChanged) -> None:
        """A guide was found, or nobody is free; from the search."""
        story = await self._ready()
        story.state.guides[fact.quote_line_id] = fact.status
        show(story.state)


def _first_state(facts: BookingFacts) -> BookingState:
    clock = PolicyClock(facts.created_at, facts.policy.seconds_per_day)
    return BookingState(
        booking_id=facts.booking_id,
        created_at=facts.created_at,
        destination=facts.destination,
        policy=facts.policy,
        staff_id=facts.staff_id,
        stage_entered_at=clock.policy_time(facts.created_at),
    )
