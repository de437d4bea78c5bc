"""`/api/v1/bookings/{id}/quotes`: versions, drafts, sending."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.allowed import Allowed
from api.staff.opening import Asking, Reading
from api.staff.quote_change_schemas import ComparisonOut, comparison_out
from api.staff.quote_schemas import (
    ApprovalDecisionIn,
    AskApprovalIn,
    QuoteDraftIn,
    QuoteRewriteIn,
    SendIn,
)
from api.staff.quote_views import QuoteDetail, QuoteList, QuoteVersionOut, quote_detail
from models.domain.access import Permission
from models.domain.quote_diff import COSTS
from models.messages.booking import ApprovalAsked, ApprovalDecided, QuoteSent
from models.store import quote_drafts
from models.store.quote_comparison import compare

EarlierId = Annotated[str, Query(alias="from", max_length=80)]
LaterId = Annotated[str, Query(alias="to", max_length=80)]
REPLACING, NO_REMARK = SendIn(), AskApprovalIn()

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/quotes", tags=["quotes"])


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_quotes(booking_id: str, desk: Reading) -> QuoteList:
    """Every version, the newest first."""
    async with desk.booking(booking_id) as (session, _):
        versions = await quote_drafts.list_versions(session, booking_id)
    items = [QuoteVersionOut.model_validate(version) for version in versions]
    return QuoteList(items=items, total=len(items))


@router.get("/comparison", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def compare_versions(
    booking_id: str, desk: Reading, before: EarlierId = "", after: LaterId = ""
) -> ComparisonOut:
    """What changed between any two versions, the last two unless said otherwise.

    Costs are told to whoever may see the profit.
    """
    async with desk.booking(booking_id) as (session, _):
        found = await compare(session, booking_id, before, after)
    profit = desk.member.may(Permission.SEE_PROFIT)
    return comparison_out(found, frozenset() if profit else COSTS)


@router.get("/{quote_id}", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_quote(booking_id: str, quote_id: str, desk: Reading) -> QuoteDetail:
    """One version with its days and lines."""
    async with desk.booking(booking_id) as (session, _):
        full = await quote_drafts.find_version(session, booking_id, quote_id)
    return quote_detail(full, profit=desk.member.may(Permission.SEE_PROFIT))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def create_draft(booking_id: str, draft: QuoteDraftIn, desk: Asking) -> QuoteDetail:
    """Starts the next version as a draft; the same Idempotency-Key starts it once."""
    version_id = await desk.create_draft(booking_id, draft.draft())
    return await show_quote(booking_id, version_id, desk)


@router.post(
    "/{quote_id}/copies",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def copy_version(booking_id: str, quote_id: str, desk: Asking) -> QuoteDetail:
    """Starts the next version with the content of this one, whatever became of it."""
    version_id = await desk.copy_version(booking_id, quote_id)
    return await show_quote(booking_id, version_id, desk)


@router.patch("/{quote_id}", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def rewrite_draft(
    booking_id: str, quote_id: str, draft: QuoteRewriteIn, desk: Asking
) -> QuoteDetail:
    """Replaces all that a draft says.

    With the `draft_hash` that was read nothing is overwritten that somebody else saved meanwhile:
    that is refused with `DRAFT_HASH_MISMATCH`.
    """
    await desk.rewrite_draft(booking_id, quote_id, draft.draft(), draft.draft_hash)
    return await show_quote(booking_id, quote_id, desk)


@router.post("/{quote_id}/send", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def send_quote(
    booking_id: str, quote_id: str, desk: Asking, place: SendIn = REPLACING
) -> QuoteSent:
    """Sends a draft to the customer; the booking's workflow decides.

    It takes the place of every version that is open, or of the one that `replaces` names, or with
    `beside` of none: then the customer can choose between them.
    """
    return await desk.send_quote(booking_id, quote_id, beside=place.beside, replaces=place.replaces)


@router.post("/{quote_id}/approval", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def ask_approval(
    booking_id: str, quote_id: str, desk: Asking, question: AskApprovalIn = NO_REMARK
) -> ApprovalAsked:
    """Asks the managers to let out a draft whose margin or discount is outside of the limits."""
    return await desk.ask_approval(booking_id, quote_id, question.remark)


@router.post("/{quote_id}/approval/decision", dependencies=[Allowed(Permission.APPROVE_QUOTES)])
async def decide_approval(
    booking_id: str, quote_id: str, decision: ApprovalDecisionIn, desk: Asking
) -> ApprovalDecided:
    """Lets a draft out, or not; then the reason has to be given."""
    return await desk.decide_approval(
        booking_id, quote_id, approved=decision.approved, reason=decision.reason
    )
