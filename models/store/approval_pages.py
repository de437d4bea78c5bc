"""What the page of a version says about its approval."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.approval import needs_approval
from models.domain.stages import ApprovalStatus, QuoteStatus
from models.store.policies import policy_of
from models.store.quote_approvals import Figures, figures_of, last_approval
from models.store.quote_drafts import FullVersion
from models.tables.crm import Booking, Remark
from models.tables.quote import QuoteApproval


@dataclass(frozen=True)
class ApprovalView:
    """Whether a manager has to agree, what they were asked, and what they said."""

    figures: Figures
    needed: bool
    """For a draft as it is now."""
    asked: QuoteApproval | None
    current: bool
    """Whether what was asked is what the draft says now."""
    remark: str
    reason: str

    @property
    def pending(self) -> bool:
        """Whether a manager has to decide."""
        return self.asked is not None and self.asked.status == ApprovalStatus.PENDING

    @property
    def askable(self) -> bool:
        """Whether asking, or asking again, is the next step."""
        if not self.needed:
            return False
        settled = self.asked is not None and self.asked.status != ApprovalStatus.REJECTED
        return not (settled and self.current)


async def approval_of(session: AsyncSession, booking: Booking, full: FullVersion) -> ApprovalView:
    """The approval of a version, by the policy that its booking follows."""
    policy = await policy_of(session, booking)
    figures = await figures_of(session, booking.id, full.version.id)
    asked = await last_approval(session, full.version.id)
    needed = needs_approval(
        figures.margin,
        figures.discount,
        margin_limit=policy.approval_margin_percent,
        discount_limit=policy.approval_discount_percent,
    )
    return ApprovalView(
        figures=figures,
        needed=needed and full.version.status == QuoteStatus.DRAFT,
        asked=asked,
        current=asked is not None and asked.content_sha256 == figures.content_sha256,
        remark=await _text(session, asked.remark_id if asked else None),
        reason=await _text(session, asked.reason_id if asked else None),
    )


async def _text(session: AsyncSession, remark_id: str | None) -> str:
    remark = await session.get(Remark, remark_id) if remark_id else None
    return remark.body if remark else ""
