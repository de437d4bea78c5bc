"""What customers answer to a quote: stored as evidence first, then put to the booking."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api.resources import Resources
from models.domain.errors import (
    BookingClosedError,
    InvalidInputError,
    LinkInvalidError,
    QuoteNotOpenError,
)
from models.domain.links import LinkPurpose
from models.domain.quoting import refused_because
from models.domain.stages import DeclineReason, QuoteStatus, TripStatus
from models.domain.terms import terms_version
from models.messages.booking import (
    AcceptQuote,
    BookingChanged,
    Command,
    DeclineQuote,
    QuoteAccepted,
    RequestChange,
)
from models.messages.ids import CommandId, QuoteVersionId
from models.store.links import find_link
from models.store.outbox import enqueue_signal
from models.store.quote_pages import QuoteView, add_acceptance, quote_view, record_first_view
from models.store.remarks import add_remark

CUSTOMER = "customer"
VIEWED = "quote_viewed"
CANCELLED = (
    "This booking was cancelled, so its quotes can't be answered any more. Would you like to "
    "travel after all? Write to us and we plan again."
)
Receipt = TypeVar("Receipt", bound=BaseModel)


@dataclass(frozen=True)
class Answer:
    """Who answers by which link, and the command that it is."""

    token: str
    command_id: CommandId
    ip_address: str
    user_agent: str | None


async def open_quote(session: AsyncSession, token: str) -> QuoteView:
    """The quote of a link.

    Raises:
        LinkInvalidError: the link opens no quote that was sent.
    """
    link = await find_link(session, LinkPurpose.QUOTE, token)
    view = await quote_view(session, link.subject_ref)
    if view.version.status == QuoteStatus.DRAFT:
        raise LinkInvalidError
    return view


async def mark_viewed(session: AsyncSession, view: QuoteView) -> None:
    """Stores the first time that a person looked, and tells the booking."""
    if await record_first_view(session, view.version.id):
        await enqueue_signal(session, view.version.booking_id, VIEWED, view.version.id)


async def accept(
    resources: Resources, answer: Answer, *, name: str, accepted_terms: str
) -> QuoteAccepted:
    """Accepts a version under the terms that were shown.

    Raises:
        InvalidInputError: no name was typed, or other terms are in force.
        DomainError: the version can't be accepted; the sentence says what to do.
    """
    if not name:
        raise InvalidInputError("Please type your full name.")
    async with resources.sessions.begin() as session:
        view = await open_quote(session, answer.token)
        _check_terms(view, accepted_terms)
        await mark_viewed(session, view)
        acceptance_id = await add_acceptance(
            session,
            view.version,
            name=name,
            terms_version=accepted_terms,
            ip_address=answer.ip_address,
            user_agent=answer.user_agent,
        )
    command = AcceptQuote(
        command_id=answer.command_id,
        actor=CUSTOMER,
        quote_version_id=QuoteVersionId(view.version.id),
        acceptance_id=acceptance_id,
    )
    return await _put(resources, view, "accept_quote", command, QuoteAccepted)


async def _put(
    resources: Resources, view: QuoteView, update: str, command: Command, receipt: type[Receipt]
) -> Receipt:
    """Puts an answer to the booking; one that has ended refuses in the customer's words.

    Raises:
        QuoteNotOpenError: the booking was cancelled, or what became of the version is known.
        DomainError: what else the booking says.
    """
    try:
        return await resources.decisions.ask(view.version.booking_id, update, command, receipt)
    except BookingClosedError as error:
        if view.about.booking.trip_status == TripStatus.CANCELLED:
            raise QuoteNotOpenError(CANCELLED) from error
        told = refused_because(QuoteStatus(view.version.status))
        if told is None:
            raise
        raise QuoteNotOpenError(told) from error


def _check_terms(view: QuoteView, accepted: str) -> None:
    in_force = terms_version(view.about.policy)
    if accepted != in_force:
        raise InvalidInputError(
            f"These are not the terms of this quote. Please read version {in_force} and accept it."
        )


def decline_reason(chosen: str) -> DeclineReason | None:
    """The reason that was chosen in a form; None where none was.

    Raises:
        InvalidInputError: there is no such reason.
    """
    if chosen and chosen not in set(DeclineReason):
        raise InvalidInputError("Please choose one of the reasons in the list.")
    return DeclineReason(chosen) if chosen else None


async def decline(
    resources: Resources, answer: Answer, *, reason: str, category: DeclineReason | None = None
) -> BookingChanged:
    """Declines a version.

    Raises:
        DomainError: the version can't be answered; the sentence says what to do.
    """
    async with resources.sessions.begin() as session:
        view = await open_quote(session, answer.token)
        await mark_viewed(session, view)
        booking_id, remark_id = view.version.booking_id, None
        if reason:
            remark_id = await add_remark(
                session, booking_id, author=CUSTOMER, kind="quote_declined", body=reason
            )
    command = DeclineQuote(
        command_id=answer.command_id,
        actor=CUSTOMER,
        quote_version_id=QuoteVersionId(view.version.id),
        reason=category,
        remark_id=remark_id,
    )
    return await _put(resources, view, "decline_quote", command, BookingChanged)


async def request_change(resources: Resources, answer: Answer, *, wish: str) -> BookingChanged:
    """Asks for another version.

    Raises:
        InvalidInputError: nothing was written.
        DomainError: the version can't be answered; the sentence says what to do.
    """
    if not wish:
        raise InvalidInputError("Please tell us what you would like to be different.")
    async with resources.sessions.begin() as session:
        view = await open_quote(session, answer.token)
        await mark_viewed(session, view)
        booking_id = view.version.booking_id
        remark_id = await add_remark(
            session, booking_id, author=CUSTOMER, kind="change_requested", body=wish
        )
    command = RequestChange(
        command_id=answer.command_id,
        actor=CUSTOMER,
        quote_version_id=QuoteVersionId(view.version.id),
        remark_id=remark_id,
    )
    return await _put(resources, view, "request_change", command, BookingChanged)
