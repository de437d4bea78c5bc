"""What a booking does with each decision: asks the rules, writes one record, answers."""

from temporalio.exceptions import ActivityError

from models.domain.cancellation import RefundOffer, refund_offer
from models.domain.clock import day_of
from models.domain.errors import BookingClosedError, ChecklistItemNotOpenError
from models.domain.payment_plan import draw_plan
from models.domain.quoting import (
    check_answerable,
    check_replaceable,
    check_room,
    check_sendable,
    valid_until,
)
from models.domain.stages import ChecklistStatus, InstalmentStatus, QuoteStatus, Stage, TripStatus
from models.messages.booking import (
    AcceptQuote,
    AssignStaff,
    BookingCancelled,
    BookingChanged,
    CancelBooking,
    ChangeStage,
    ChecklistItemCompleted,
    CompleteChecklistItem,
    DeclineQuote,
    QuoteAccepted,
    QuoteSent,
    RequestChange,
    SendQuote,
)
from models.messages.ids import QuoteVersionId
from models.messages.operations import RecordChecklistItem
from models.messages.payments import (
    ApplyPaymentEvent,
    PaymentApplied,
    PaymentEvent,
    SettledInstalment,
)
from models.messages.quoting import (
    QuoteFacts,
    RecordQuoteAccepted,
    RecordQuoteClosed,
    RecordQuoteSent,
)
from models.messages.records import NewTask, RecordProgress, TimelineLine
from workflows import calls
from workflows.approving import check_not_awaiting, tasks_of_approval
from workflows.refusing import ask, refuse
from workflows.state import Cancellation, CollectedInstalment, LiveQuote
from workflows.story import ACCOUNTANT, Story
from workflows.telling import tell
from workflows.visibility import show

UNCANCELLABLE = {
    TripStatus.IN_PROGRESS: "The trip has begun: handle it as an incident, not a cancellation.",
    TripStatus.COMPLETED: "The trip is over and can't be cancelled.",
    TripStatus.CANCELLED: "The booking is cancelled already.",
}


def check_open(story: Story) -> None:
    """A booking takes decisions until it is cancelled or closed.

    Raises:
        BookingClosedError: it is.
    """
    if story.state.cancellation is not None:
        raise BookingClosedError("The booking was cancelled. Start a new one for another trip.")
    if story.state.closed:
        raise BookingClosedError("The booking is closed. Start a new one for another trip.")


def check_cancellable(story: Story) -> None:
    """A booking can be cancelled at any time before departure.

    Raises:
        BookingClosedError: it is closed, cancelled, or under way.
    """
    check_open(story)
    if story.state.trip_status in UNCANCELLABLE:
        raise BookingClosedError(UNCANCELLABLE[story.state.trip_status])


def check_live(story: Story, quote_id: QuoteVersionId) -> None:
    """A customer can answer the open options of an open booking.

    Raises:
        BookingClosedError: the booking is cancelled or closed.
        QuoteNotOpenError: this version is not open, or has expired.
    """
    check_open(story)
    accepted = story.state.accepted
    check_answerable(
        quote_id,
        live={one.id: one.valid_until for one in story.state.options},
        ended={str(one): status for one, status in story.state.ended.items()},
        accepted_quote_id=accepted.quote_version_id if accepted else None,
        now=story.now(),
    )


def check_place(story: Story, command: SendQuote) -> None:
    """A version is sent in the place of open ones, or beside them while there is room.

    Raises:
        QuoteNotSendableError: what it replaces is not open, or too many are.
    """
    live = {one.id for one in story.state.options}
    check_replaceable(command.replaces, live)
    check_room(len(live) - len(_replaced(story, command)) + 1)


async def assign_staff(story: Story, command: AssignStaff) -> BookingChanged:
    """Writes the new owner; their open tasks follow them."""
    ask(lambda: check_open(story))
    line = TimelineLine(
        type="STAFF_CHANGED",
        detail=f"{story.state.staff_id or 'nobody'} -> {command.staff_id or 'nobody'}",
        actor=command.actor,
    )
    progress = story.progress(
        line, staff_id=command.staff_id, expected_revision=command.expected_revision
    )
    return await _change(story, progress)


async def change_stage(story: Story, command: ChangeStage) -> BookingChanged:
    """Writes the stage that staff chose; the phase under way ends, run() enters the new one."""
    ask(lambda: check_open(story))
    progress = story.progress(
        stage=command.stage, actor=command.actor, expected_revision=command.expected_revision
    )
    return await _change(story, progress)


async def send_quote(story: Story, command: SendQuote) -> QuoteSent:
    """Freezes a draft as an option that can be answered; the phase delivers it."""
    ask(lambda: check_open(story))
    ask(lambda: check_sendable(story.state.stage))
    ask(lambda: check_place(story, command))
    ask(lambda: check_not_awaiting(story, command))
    sent_at = story.now()
    expires_at = valid_until(sent_at, story.state.policy)
    progress = _sending(story, command)
    recorded = await calls.record_quote_sent(
        RecordQuoteSent(
            quote_version_id=command.quote_version_id,
            valid_until=story.waiting.real(expires_at),
            today=day_of(sent_at),
            beside=command.beside,
            replaces=command.replaces,
            approver=command.approver,
            margin_limit_percent=story.state.policy.approval_margin_percent,
            discount_limit_percent=story.state.policy.approval_discount_percent,
            progress=progress,
        )
    )
    story.state.end(*_replaced(story, command), status=QuoteStatus.SUPERSEDED)
    story.state.options.append(
        LiveQuote(facts=recorded.quote, sent_at=sent_at, valid_until=expires_at)
    )
    story.state.approvals.pop(command.quote_version_id, None)
    story.commit(progress)
    return QuoteSent(
        quote_version_id=command.quote_version_id,
        version=recorded.quote.version,
        revision=recorded.revision,
        option=recorded.quote.option,
    )


def _sending(story: Story, command: SendQuote) -> RecordProgress:
    line = TimelineLine(type="QUOTE_SENT", detail=command.quote_version_id, actor=command.actor)
    progress = story.progress(line, stage=Stage.PROPOSAL_SENT, actor=command.actor)
    settled = tasks_of_approval(story, command.quote_version_id)
    return progress.model_copy(update={"done_tasks": (*progress.done_tasks, *settled)})


def _replaced(story: Story, command: SendQuote) -> list[LiveQuote]:
    """The open versions that end when this one is sent."""
    if command.replaces is not None:
        return [one for one in story.state.options if one.id == command.replaces]
    return [] if command.beside else list(story.state.options)


async def accept_quote(story: Story, command: AcceptQuote) -> QuoteAccepted:
    """Freezes an option as accepted with its payment plan; the others are closed."""
    ask(lambda: check_live(story, command.quote_version_id))
    quote = story.state.option(command.quote_version_id)
    if quote is None:
        refuse(BookingClosedError("There is no open quote."))
    accepted_at = story.now()
    progress = _acceptance(story, quote.facts, command)
    plan = draw_plan(
        quote.facts.total_minor, quote.facts.departure_on, accepted_at, story.state.policy
    )
    recorded = await calls.record_quote_accepted(
        RecordQuoteAccepted(
            quote_version_id=quote.id,
            acceptance_id=command.acceptance_id,
            plan=story.in_real_time(plan),
            progress=progress,
        )
    )
    others = [one for one in story.state.options if one is not quote]
    story.state.end(*others, status=QuoteStatus.NOT_CHOSEN)
    story.state.accepted, story.state.options = quote.facts, []
    story.state.instalments = {
        facts.instalment_id: CollectedInstalment(facts=facts, created_at=accepted_at)
        for facts in recorded.instalments
    }
    story.commit(progress)
    first = recorded.instalments[0]
    return QuoteAccepted(
        quote_version_id=quote.id,
        first_instalment_id=first.instalment_id,
        amount_minor=first.amount_minor,
        currency=first.currency,
    )


async def decline_quote(story: Story, command: DeclineQuote) -> BookingChanged:
    """Ends an option; with the last one the booking is LOST unless staff reopen it."""
    ask(lambda: check_live(story, command.quote_version_id))
    declined = [one for one in story.state.options if one.id == command.quote_version_id]
    stage = Stage.LOST if len(story.state.options) == 1 else None
    line = TimelineLine(type="QUOTE_DECLINED", detail=command.quote_version_id, actor=command.actor)
    progress = story.progress(line, stage=stage, actor=command.actor)
    recorded = await calls.record_quote_closed(
        RecordQuoteClosed(
            quote_version_id=command.quote_version_id,
            status=QuoteStatus.DECLINED,
            remark_id=command.remark_id,
            reason=command.reason,
            progress=progress,
        )
    )
    story.state.end(*declined, status=QuoteStatus.DECLINED)
    story.commit(progress)
    return BookingChanged(revision=recorded.revision, stage=story.state.stage)


async def request_change(story: Story, command: RequestChange) -> BookingChanged:
    """Moves the booking to NEGOTIATION; the version stays open until a new one supersedes it."""
    ask(lambda: check_live(story, command.quote_version_id))
    line = TimelineLine(
        type="CHANGE_REQUESTED", detail=command.quote_version_id, actor=command.actor
    )
    return await _change(story, story.progress(line, stage=Stage.NEGOTIATION, actor=command.actor))


async def complete_item(story: Story, command: CompleteChecklistItem) -> ChecklistItemCompleted:
    """Writes that a preparation is done or waived."""
    entry = story.state.checklist.get(command.key)
    if entry is None or entry.status is not ChecklistStatus.OPEN:
        refuse(ChecklistItemNotOpenError("This preparation is not open on the checklist."))
    status = ChecklistStatus.WAIVED if command.waived else ChecklistStatus.DONE
    await calls.record_checklist_item(
        RecordChecklistItem(
            booking_id=story.state.booking_id,
            key=command.key,
            status=status,
            actor=command.actor,
        )
    )
    entry.status = status
    show(story.state)
    return ChecklistItemCompleted(open_items=story.state.open_items())


async def cancel_booking(story: Story, command: CancelBooking) -> BookingCancelled:
    """Writes the cancellation: from here on no message goes out and no money is taken."""
    ask(lambda: check_cancellable(story))
    offer = _refund_offer(story)
    progress = story.progress(
        TimelineLine(type="BOOKING_CANCELLED", detail=_in_words(offer), actor=command.actor),
        stage=Stage.LOST,
        trip_status=TripStatus.CANCELLED,
        actor=command.actor,
        withdraw_tasks=True,
    )
    await calls.record_progress(progress)
    story.commit(progress)
    story.state.cancellation = Cancellation(
        actor=command.actor, remark_id=command.remark_id, refund_minor=offer.refund_minor
    )
    return BookingCancelled(
        paid_minor=offer.paid_minor,
        refund_minor=offer.refund_minor,
        penalty_minor=offer.penalty_minor,
    )


async def take_payment_event(story: Story, fact: PaymentEvent) -> None:
    """Applies a provider's event; what can't be applied is handed to finance."""
    async with story.deciding:
        event = ApplyPaymentEvent(
            booking_id=story.state.booking_id,
            event_row=fact.event_row,
            hold=story.state.cancellation is not None or story.state.closed,
        )
        try:
            applied = await calls.apply_payment_event(event)
        except ActivityError:
            line = TimelineLine(type="PAYMENT_EVENT_STUCK", detail=str(fact.event_row))
            task = NewTask(
                key=f"payment_event:{fact.event_row}",
                title="A payment event could not be applied: look at it by hand",
                owner_role=ACCOUNTANT,
            )
            await story.note(line, task)
        else:
            await _settle(story, applied)


async def _settle(story: Story, applied: PaymentApplied) -> None:
    if applied.payment_id is None:
        return
    if not applied.held_minor:
        story.state.paid_minor += applied.amount_minor
    for instalment_id in applied.settled:
        if (part := story.state.instalments.get(instalment_id)) is not None:
            part.status, part.paid_by = InstalmentStatus.PAID, applied.payment_id
            if part.collecting or f"collect:{instalment_id}" in story.state.rung:
                await tell_collection(part)
    show(story.state)


async def tell_collection(part: CollectedInstalment) -> None:
    """Tells a collection by which payment its instalment was settled, if it was."""
    if part.paid_by is not None:
        fact = SettledInstalment(payment_id=part.paid_by)
        await tell(part.facts.instalment_id, "settled", fact)


async def _change(story: Story, progress: RecordProgress) -> BookingChanged:
    recorded = await calls.record_progress(progress)
    story.commit(progress)
    return BookingChanged(revision=recorded.revision, stage=story.state.stage)


def _acceptance(story: Story, quote: QuoteFacts, command: AcceptQuote) -> RecordProgress:
    line = TimelineLine(type="QUOTE_ACCEPTED", detail=quote.quote_version_id, actor=command.actor)
    return story.progress(
        line,
        stage=Stage.INVOICE_SENT,
        actor=command.actor,
        departure_on=quote.departure_on,
        return_on=quote.return_on,
    )


def _refund_offer(story: Story) -> RefundOffer:
    return refund_offer(
        story.state.paid_minor,
        story.state.departure_on,
        day_of(story.now()),
        story.state.policy,
    )


def _in_words(offer: RefundOffer) -> str:
    return (
        f"paid {offer.paid_minor}, goes back {offer.refund_minor} ({offer.refund_percent} %), "
        f"kept {offer.penalty_minor} (minor units)"
    )
