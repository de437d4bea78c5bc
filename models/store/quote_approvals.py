"""What managers say to drafts whose margin is thin: asked, decided, and held to on sending."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.approval import (
    check_approved,
    check_askable,
    check_decidable,
    needs_approval,
    share_basis_points,
)
from models.domain.choice_margin import least_margin
from models.domain.quote_diff import Offer, diff, discount_basis_points
from models.domain.stages import ApprovalStatus, QuoteStatus
from models.messages.ids import new_id
from models.messages.quoting import RecordApprovalAsked, RecordApprovalDecided, RecordQuoteSent
from models.store.progress import lock_booking, write_progress
from models.store.quote_comparison import offer_of
from models.store.quote_drafts import find_version
from models.tables.quote import QuoteApproval, QuoteVersion


@dataclass(frozen=True)
class Figures:
    """What a version earns and gives away, in hundredths of a percent, and what it says."""

    margin: int | None
    discount: int | None
    content_sha256: str


async def figures_of(session: AsyncSession, booking_id: str, version_id: str) -> Figures:
    """The figures of a version beside the last one that was sent before it.

    Raises:
        NotFoundError: the booking has no such version.
    """
    full = await find_version(session, booking_id, version_id)
    offer = offer_of(full)
    return Figures(
        margin=least_margin(offer),
        discount=max(
            (
                one
                for one in (
                    await _discount(session, full.version, offer),
                    share_basis_points(offer.discount_minor, offer.total_minor),
                )
                if one is not None
            ),
            default=None,
        ),
        content_sha256=hashlib.sha256(repr(offer).encode()).hexdigest(),
    )


async def last_approval(session: AsyncSession, version_id: str) -> QuoteApproval | None:
    """What was asked and said last about a version."""
    approval: QuoteApproval | None = await session.scalar(
        select(QuoteApproval)
        .where(QuoteApproval.quote_version_id == version_id)
        .order_by(QuoteApproval.asked_at.desc(), QuoteApproval.id.desc())
        .limit(1)
    )
    return approval


async def check_may_go_out(session: AsyncSession, record: RecordQuoteSent) -> None:
    """Whether a draft may be sent as it is; who may approve does so by sending it.

    Raises:
        ApprovalNeededError: a manager has to agree first.
    """
    if record.approver:
        await _settle_by_sending(session, record)
        return
    figures = await figures_of(session, record.progress.booking_id, record.quote_version_id)
    if not _outside(figures, record.margin_limit_percent, record.discount_limit_percent):
        return
    said = await last_approval(session, record.quote_version_id)
    status = ApprovalStatus(said.status) if said else None
    changed = said is not None and said.content_sha256 != figures.content_sha256
    check_approved(status, changed=changed)


async def write_approval_asked(session: AsyncSession, record: RecordApprovalAsked) -> int:
    """Remembers what is asked; asked again, what the draft says by now. The booking's revision.

    Raises:
        QuoteNotSendableError: it is no draft, or may be sent as it is.
        NotFoundError: the booking has no such version.
    """
    booking_id = record.progress.booking_id
    await lock_booking(session, booking_id)
    figures = await figures_of(session, booking_id, record.quote_version_id)
    version = await session.get_one(QuoteVersion, record.quote_version_id)
    needed = _outside(figures, record.margin_limit_percent, record.discount_limit_percent)
    check_askable(draft=version.status == QuoteStatus.DRAFT, needed=needed)
    approval = await _pending(session, record.quote_version_id)
    if approval is None:
        approval = QuoteApproval(
            id=new_id("approval"), booking_id=booking_id, quote_version_id=version.id
        )
        session.add(approval)
    approval.content_sha256 = figures.content_sha256
    approval.margin_basis_points = figures.margin
    approval.discount_basis_points = figures.discount
    approval.asked_by, approval.due_at = record.asked_by, record.due_at
    approval.remark_id = record.remark_id
    await session.flush()
    return await write_progress(session, record.progress)


async def write_approval_decided(session: AsyncSession, record: RecordApprovalDecided) -> int:
    """Remembers what a manager said, once; returns the booking's revision.

    Raises:
        QuoteNotSendableError: nobody asks, or the draft says something else by now.
    """
    booking_id = record.progress.booking_id
    await lock_booking(session, booking_id)
    status = ApprovalStatus.APPROVED if record.approved else ApprovalStatus.REJECTED
    approval = await _pending(session, record.quote_version_id)
    if approval is None:
        said = await last_approval(session, record.quote_version_id)
        repeated = said is not None and said.status == status
        check_decidable(pending=repeated, changed=False)
        return await write_progress(session, record.progress)
    figures = await figures_of(session, booking_id, record.quote_version_id)
    check_decidable(pending=True, changed=approval.content_sha256 != figures.content_sha256)
    approval.status, approval.decided_by = status, record.decided_by
    approval.decided_at, approval.reason_id = func.now(), record.reason_id
    await session.flush()
    return await write_progress(session, record.progress)


async def _pending(session: AsyncSession, version_id: str) -> QuoteApproval | None:
    approval: QuoteApproval | None = await session.scalar(
        select(QuoteApproval)
        .where(
            QuoteApproval.quote_version_id == version_id,
            QuoteApproval.status == ApprovalStatus.PENDING,
        )
        .with_for_update()
    )
    return approval


async def _settle_by_sending(session: AsyncSession, record: RecordQuoteSent) -> None:
    actor = record.progress.timeline[0].actor if record.progress.timeline else "system"
    await session.execute(
        update(QuoteApproval)
        .where(
            QuoteApproval.quote_version_id == record.quote_version_id,
            QuoteApproval.status == ApprovalStatus.PENDING,
        )
        .values(status=ApprovalStatus.APPROVED, decided_by=actor, decided_at=func.now())
    )


def _outside(figures: Figures, margin_limit: float, discount_limit: float) -> bool:
    return needs_approval(
        figures.margin, figures.discount, margin_limit=margin_limit, discount_limit=discount_limit
    )


async def _discount(session: AsyncSession, version: QuoteVersion, offer: Offer) -> int | None:
    before = await session.scalar(
        select(QuoteVersion.id)
        .where(
            QuoteVersion.booking_id == version.booking_id,
            QuoteVersion.status != QuoteStatus.DRAFT,
            QuoteVersion.version < version.version,
        )
        .order_by(QuoteVersion.version.desc())
        .limit(1)
    )
    if before is None:
        return None
    earlier = offer_of(await find_version(session, version.booking_id, before))
    return discount_basis_points(diff(earlier, offer))
