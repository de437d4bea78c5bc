"""Quote versions once they leave the draft: sent, accepted, ended."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import QuoteNotOpenError, QuoteNotSendableError
from models.domain.payment_plan import PlannedInstalment
from models.domain.quoting import option_letter
from models.domain.stages import InstalmentKind, QuoteStatus
from models.messages.ids import BookingId, InstalmentId, QuoteVersionId, new_id
from models.messages.quoting import (
    InstalmentFacts,
    QuoteAcceptedRecorded,
    QuoteFacts,
    QuoteSentRecorded,
    RecordQuoteAccepted,
    RecordQuoteClosed,
    RecordQuoteSent,
)
from models.store.progress import lock_booking, write_progress
from models.store.quote_approvals import check_may_go_out
from models.store.quote_choices import plan_of, take_choices
from models.store.quote_feasibility import check_feasible
from models.tables.finance import Instalment
from models.tables.quote import QuoteLine, QuoteVersion


async def write_quote_sent(session: AsyncSession, record: RecordQuoteSent) -> QuoteSentRecorded:
    """Freezes a draft as sent, once, in the place of the versions that it supersedes.

    Raises:
        QuoteNotSendableError: it is no draft, has no price, departs in the past, or the policy
            stops it.
        ApprovalNeededError: a manager has to agree first.
    """
    await lock_booking(session, record.progress.booking_id)
    version = await _version(session, record.progress.booking_id, record.quote_version_id)
    if version is None:
        raise QuoteNotSendableError("There is no such version of this booking's quote.")
    if version.status == QuoteStatus.DRAFT:
        await _check_sendable(session, version, record)
        await check_feasible(
            session, record.progress.booking_id, record.quote_version_id, record.today
        )
        await check_may_go_out(session, record)
        version.option, version.replaces_id = await _take_place(session, record)
        version.status = QuoteStatus.SENT
        version.sent_at = func.now()
        version.valid_until = record.valid_until
    elif version.status != QuoteStatus.SENT:
        raise QuoteNotSendableError(
            f"Version {version.version} is {version.status.lower()}; make a new version to send."
        )
    revision = await write_progress(session, record.progress)
    return QuoteSentRecorded(quote=facts_of(version), revision=revision)


async def write_quote_accepted(
    session: AsyncSession, record: RecordQuoteAccepted
) -> QuoteAcceptedRecorded:
    """Freezes what was chosen of a sent version with its payment plan, once.

    Other options are closed.

    Raises:
        QuoteNotOpenError: the version is not open.
    """
    booking_id = record.progress.booking_id
    await lock_booking(session, booking_id)
    version = await _version(session, booking_id, record.quote_version_id)
    if version is None or version.status not in {QuoteStatus.SENT, QuoteStatus.ACCEPTED}:
        raise QuoteNotOpenError("This version of the quote is not open any more.")
    if version.status == QuoteStatus.SENT:
        await take_choices(session, record.acceptance_id, version)
        version.status = QuoteStatus.ACCEPTED
        version.answered_at = func.now()
        await _close_others(session, version)
        _store_plan(session, version, await plan_of(session, version, record.plan))
        await session.flush()
    instalments = await _instalments(session, version.id)
    revision = await write_progress(session, record.progress)
    return QuoteAcceptedRecorded(instalments=instalments, revision=revision)


async def write_quote_closed(session: AsyncSession, record: RecordQuoteClosed) -> int:
    """Ends sent versions as DECLINED, EXPIRED or WITHDRAWN; returns the booking's revision."""
    await lock_booking(session, record.progress.booking_id)
    await session.execute(
        update(QuoteVersion)
        .where(
            QuoteVersion.id.in_((record.quote_version_id, *record.others)),
            QuoteVersion.booking_id == record.progress.booking_id,
            QuoteVersion.status == QuoteStatus.SENT,
        )
        .values(status=record.status, answered_at=func.now(), decline_reason=record.reason)
    )
    return await write_progress(session, record.progress)


def facts_of(version: QuoteVersion) -> QuoteFacts:
    """A stored version in numbers."""
    return QuoteFacts(
        quote_version_id=QuoteVersionId(version.id),
        version=version.version,
        total_minor=version.total_minor,
        currency=version.currency,
        departure_on=version.departure_on,
        return_on=version.return_on,
        option=version.option or "",
    )


async def _version(
    session: AsyncSession, booking_id: str, quote_version_id: str
) -> QuoteVersion | None:
    return await session.scalar(
        select(QuoteVersion)
        .where(QuoteVersion.id == quote_version_id, QuoteVersion.booking_id == booking_id)
        .with_for_update()
    )


async def _check_sendable(
    session: AsyncSession, version: QuoteVersion, record: RecordQuoteSent
) -> None:
    mine = QuoteLine.quote_version_id == version.id
    lines = await session.scalar(
        select(func.coalesce(func.sum(QuoteLine.total_minor), 0)).where(mine, QuoteLine.chosen)
    )
    if not lines or lines != version.total_minor:
        raise QuoteNotSendableError("The quote has no price yet: add its services first.")
    unpriced = mine & (QuoteLine.priced_from["priced"].as_boolean().is_(False))
    if await session.scalar(select(QuoteLine.id).where(unpriced).limit(1)):
        raise QuoteNotSendableError(
            "A service that the customer may choose has no price yet: give it one, or remove it."
        )
    if version.departure_on <= record.today:
        raise QuoteNotSendableError("The trip departs in the past: change the departure date.")


async def _take_place(session: AsyncSession, record: RecordQuoteSent) -> tuple[str, str | None]:
    """The letter that a version is sent under, and the version in whose place it stands.

    What it replaces is superseded; a single version leaves its letter to the next.
    """
    versions = await _sent(session, record.progress.booking_id)
    live = [one for one in versions if one.status == QuoteStatus.SENT]
    gone = [one for one in live if _is_replaced(one, record)]
    for one in gone:
        one.status = QuoteStatus.SUPERSEDED
    if len(gone) == 1:
        return gone[0].option or option_letter(()), gone[0].id
    if len(live) > len(gone):
        return option_letter({one.option or option_letter(()) for one in versions}), None
    return option_letter(()), versions[-1].id if versions else None


def _is_replaced(version: QuoteVersion, record: RecordQuoteSent) -> bool:
    if record.replaces is not None:
        return version.id == record.replaces
    return not record.beside


async def _sent(session: AsyncSession, booking_id: str) -> list[QuoteVersion]:
    """A booking's versions that went out, the oldest first."""
    return list(
        await session.scalars(
            select(QuoteVersion)
            .where(QuoteVersion.booking_id == booking_id, QuoteVersion.status != QuoteStatus.DRAFT)
            .order_by(QuoteVersion.version)
        )
    )


async def _close_others(session: AsyncSession, accepted: QuoteVersion) -> None:
    await session.execute(
        update(QuoteVersion)
        .where(
            QuoteVersion.booking_id == accepted.booking_id,
            QuoteVersion.id != accepted.id,
            QuoteVersion.status == QuoteStatus.SENT,
        )
        .values(status=QuoteStatus.NOT_CHOSEN, answered_at=func.now())
    )


def _store_plan(
    session: AsyncSession, version: QuoteVersion, plan: tuple[PlannedInstalment, ...]
) -> None:
    for position, part in enumerate(plan, start=1):
        session.add(
            Instalment(
                id=new_id("inst"),
                booking_id=version.booking_id,
                quote_version_id=version.id,
                position=position,
                kind=part.kind,
                amount_minor=part.amount_minor,
                currency=version.currency,
                due_at=part.due_at,
                due_on=part.due_on,
            )
        )


async def _instalments(session: AsyncSession, quote_version_id: str) -> tuple[InstalmentFacts, ...]:
    rows = await session.scalars(
        select(Instalment)
        .where(Instalment.quote_version_id == quote_version_id)
        .order_by(Instalment.position)
    )
    return tuple(
        InstalmentFacts(
            instalment_id=InstalmentId(row.id),
            booking_id=BookingId(row.booking_id),
            kind=InstalmentKind(row.kind),
            amount_minor=row.amount_minor,
            currency=row.currency,
            due_at=row.due_at,
        )
        for row in rows
    )
