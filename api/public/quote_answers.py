"""What customers answer to a quote: stored as evidence first, then put to the booking."""

import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api.public.quote_choices import AS_OFFERED, Choice
from api.resources import Resources
from models.domain.errors import (
    BookingClosedError,
    ForbiddenError,
    InvalidInputError,
    LinkInvalidError,
    QuoteNotOpenError,
)
from models.domain.links import LinkPurpose
from models.domain.quoting import refused_because
from models.domain.reading import device_of
from models.domain.signing import drawn_signature
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
from models.store.owner_tasks import tell_owner
from models.store.quote_companions import companion_of, version_for_companions
from models.store.quote_pages import (
    QuoteView,
    add_acceptance,
    quote_view,
    record_first_view,
    taken_acceptance,
)
from models.store.quote_questions import ask_question
from models.store.quote_visits import Beat, record_beat
from models.store.remarks import add_remark
from models.tables.integration import Link
from models.tables.quote_readers import QuoteCompanion

CUSTOMER = "customer"
VISIT = re.compile(r"[0-9a-f-]{36}")
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


@dataclass(frozen=True)
class OpenedQuote:
    """A quote, the link that opened it, and whose link that is if not the customer's own."""

    view: QuoteView
    link: Link
    companion: QuoteCompanion | None

    @property
    def may_answer(self) -> bool:
        """Whether the reader may accept: who was only asked to look may not."""
        return self.companion is None or self.companion.may_accept


async def open_link(session: AsyncSession, token: str) -> OpenedQuote:
    """The quote of a customer's or a companion's link.

    Raises:
        LinkInvalidError: the link opens no quote that was sent, or was withdrawn.
    """
    link = await find_link(session, LinkPurpose.QUOTE, token)
    companion = await companion_of(session, link)
    version_id = link.subject_ref
    if companion is not None:
        version_id = await version_for_companions(session, link.booking_id)
    view = await quote_view(session, version_id)
    if view.version.status == QuoteStatus.DRAFT:
        raise LinkInvalidError
    return OpenedQuote(view, link, companion)


async def open_quote(session: AsyncSession, token: str) -> QuoteView:
    """The quote of a link.

    Raises:
        LinkInvalidError: the link opens no quote that was sent.
    """
    return (await open_link(session, token)).view


async def _open_to_answer(session: AsyncSession, token: str) -> OpenedQuote:
    """The quote of a link that may answer it.

    Raises:
        ForbiddenError: the link was shared to look and to ask.
    """
    opened = await open_link(session, token)
    if not opened.may_answer:
        raise ForbiddenError(
            "This link is for looking and asking. Please leave the answer to the person who "
            "shared it with you."
        )
    return opened


async def mark_viewed(session: AsyncSession, view: QuoteView) -> None:
    """Stores the first time that a person looked; tells the booking and its owner."""
    version = view.version
    if await record_first_view(session, version.id):
        await enqueue_signal(session, version.booking_id, VIEWED, version.id)
        await tell_owner(
            session,
            view.about.booking,
            key=f"quote_viewed:{version.id}",
            title=f"The customer looks at version {version.version} of the quote",
        )


async def beat(session: AsyncSession, answer: Answer, visit: str, *, resumed: bool) -> None:
    """A page of this link is before somebody's eyes.

    Raises:
        InvalidInputError: this mark of a visit was given to no page.
    """
    opened = await open_link(session, answer.token)
    await mark_viewed(session, opened.view)
    if not visit:
        return
    if not VISIT.fullmatch(visit):
        raise InvalidInputError("This page is not complete. Open it again.")
    await record_beat(
        session,
        Beat(
            booking_id=opened.view.version.booking_id,
            quote_version_id=opened.view.version.id,
            companion_id=opened.companion.id if opened.companion else None,
            visit=visit,
            device=device_of(answer.user_agent),
            resumed=resumed,
        ),
    )


async def ask(resources: Resources, answer: Answer, question: str) -> None:
    """Puts a question to whoever plans the trip; the same form asks once.

    Raises:
        InvalidInputError: nothing was written, or too much was asked already.
    """
    if not question:
        raise InvalidInputError("Please write your question.")
    async with resources.sessions.begin() as session:
        opened = await open_link(session, answer.token)
        await mark_viewed(session, opened.view)
        await ask_question(
            session,
            opened.view.about.booking,
            quote_version_id=opened.view.version.id,
            companion=opened.companion,
            key=answer.command_id,
            body=question,
        )


async def accept(
    resources: Resources,
    answer: Answer,
    *,
    name: str,
    accepted_terms: str,
    signature: str = "",
    choice: Choice = AS_OFFERED,
) -> QuoteAccepted:
    """Accepts a version under the terms that were shown.

    Args:
        resources: the API's.
        answer: who accepts, by which link.
        name: as typed.
        accepted_terms: the version of the terms that were shown.
        signature: the path of the signature that was drawn, if one was.
        choice: what was chosen of the quote, and the total that was shown.

    Raises:
        InvalidInputError: no name was typed, other terms are in force, nobody can read the
            signature, or what was chosen is no choice of this quote.
        ChangedTotalError: the total is another than was shown.
        DomainError: the version can't be accepted; the sentence says what to do.
    """
    if not name:
        raise InvalidInputError("Please type your full name.")
    drawn = drawn_signature(signature)
    async with resources.sessions.begin() as session:
        opened = await _open_to_answer(session, answer.token)
        view = opened.view
        _check_terms(view, accepted_terms)
        chosen = choice.of(view)
        await mark_viewed(session, view)
        acceptance_id = await add_acceptance(
            session,
            view.version,
            name=name,
            terms_version=accepted_terms,
            ip_address=answer.ip_address,
            user_agent=answer.user_agent,
            drawn_signature=drawn,
            companion_id=opened.companion.id if opened.companion else None,
            choices=sorted(chosen.choices),
            total_minor=chosen.total_minor,
        )
    command = AcceptQuote(
        command_id=answer.command_id,
        actor=CUSTOMER,
        quote_version_id=QuoteVersionId(view.version.id),
        acceptance_id=acceptance_id,
    )
    try:
        return await _put(resources, view, "accept_quote", command, QuoteAccepted)
    except QuoteNotOpenError as refused:
        raise await _kindly(resources, view, refused) from refused


async def _kindly(
    resources: Resources, view: QuoteView, refused: QuoteNotOpenError
) -> QuoteNotOpenError:
    """What the later of two who accept is told: nothing is lost, it is done already."""
    async with resources.sessions.begin() as session:
        taken = await taken_acceptance(session, view.version.id)
    if taken is None:
        return refused
    return QuoteNotOpenError(
        "This quote was accepted a moment ago, by you or by someone you travel with. All is well: "
        "the trip is booked as it stands here, and you need not do anything more."
    )


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
    if accepted != terms_version(view.about.policy):
        raise InvalidInputError(
            "These are not the terms of this quote. Please read the ones below and accept them."
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
        view = (await _open_to_answer(session, answer.token)).view
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
        view = (await _open_to_answer(session, answer.token)).view
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
