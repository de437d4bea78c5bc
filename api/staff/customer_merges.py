"""`/api/v1/customer-suggestions` and `/api/v1/customer-merges`: who may be one person."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from api.identity.allowed import Allowed
from api.staff import customer_merging as merging
from api.staff.booking_schemas import CustomerOut
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, Page, PageSize, total_pages
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.matching import MatchKind, MatchReason
from models.domain.merging import UNDO_WITHIN, can_undo
from models.store import merge_undo, suggestions
from models.store.merging import MergePreview, Pair, preview_merge
from models.tables.customers import CustomerMerge

router = APIRouter(
    prefix="/api/v1",
    tags=["customers"],
    dependencies=[Allowed(Permission.MERGE_CUSTOMERS)],
)


class SuggestionOut(Outgoing):
    """Two customers who may belong together: how sure, in per cent, and why."""

    id: str
    kind: MatchKind
    score: int
    reasons: list[MatchReason]
    one: CustomerOut
    other: CustomerOut
    found_at: Moment


class SuggestionList(Outgoing):
    """A page of suggestions, the surest first."""

    items: list[SuggestionOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class FilledOut(Outgoing):
    """A fact that the merge changes."""

    name: str
    before: Any
    after: Any


class DifferingOut(Outgoing):
    """A fact that stays, and what the other record says."""

    name: str
    kept: Any
    other: Any


class PreviewOut(Outgoing):
    """What a merge would do; both revisions are what `POST .../merge` takes."""

    kept: CustomerOut
    kept_revision: int
    absorbed: CustomerOut
    absorbed_revision: int
    moving: dict[str, int]
    """How many rows would move: bookings, consents, contacts, companions, passports."""
    filled: list[FilledOut]
    differing: list[DifferingOut]


class MergeIn(Incoming):
    """Who goes into the customer of the path; each as the preview showed them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"other_id": "cust_2", "revision": 3, "other_revision": 1}]}
    )
    other_id: str
    revision: int
    other_revision: int


class MergeOut(Outgoing):
    """A merge, and until when it can be taken back."""

    id: str
    kept_id: str
    absorbed_id: str
    moved: dict[str, int]
    merged_at: Moment
    undo_until: Moment
    can_undo: bool
    undone_at: Moment | None


class MergeList(Outgoing):
    """A page of merges, the newest first."""

    items: list[MergeOut]
    total: int
    page: int
    page_size: int
    total_pages: int


@router.get("/customer-suggestions")
async def list_suggestions(
    desk: Reading, page: Page = 1, page_size: PageSize = DEFAULT_PAGE_SIZE
) -> SuggestionList:
    """Customers who may be one person or one household, the surest first."""
    async with desk.sessions() as session:
        found = await suggestions.list_suggestions(session, page=page, page_size=page_size)
    return SuggestionList(
        items=[_suggestion_out(row) for row in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


@router.post("/customer-suggestions/{suggestion_id}/dismissal", status_code=HTTPStatus.NO_CONTENT)
async def dismiss(suggestion_id: str, desk: Asking) -> None:
    """Says that two customers are not the same; doing it again changes nothing."""
    await merging.dismiss(desk, suggestion_id)


@router.get("/customers/{customer_id}/merge-preview")
async def preview(customer_id: str, other_id: str, desk: Reading) -> PreviewOut:
    """What would move if the other record went into this customer; nothing is changed."""
    async with desk.sessions() as session:
        return _preview_out(await preview_merge(session, customer_id, other_id))


@router.post("/customers/{customer_id}/merge")
async def merge(customer_id: str, wanted: MergeIn, desk: Asking) -> MergeOut:
    """Lets another record go into this customer; it can be taken back for 30 days."""
    pair = Pair(customer_id, wanted.revision, wanted.other_id, wanted.other_revision)
    return _merge_out(await merging.merge(desk, pair))


@router.get("/customer-merges")
async def list_merges(
    desk: Reading, page: Page = 1, page_size: PageSize = DEFAULT_PAGE_SIZE
) -> MergeList:
    """Merges, the newest first."""
    async with desk.sessions() as session:
        found = await merge_undo.list_merges(session, page=page, page_size=page_size)
    return MergeList(
        items=[_merge_out(row.merge) for row in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


@router.post("/customer-merges/{merge_id}/undo")
async def undo(merge_id: str, desk: Asking) -> MergeOut:
    """Gives both customers back what was theirs."""
    return _merge_out(await merging.take_back(desk, merge_id))


def _suggestion_out(row: suggestions.SuggestionRow) -> SuggestionOut:
    found = row.suggestion
    return SuggestionOut(
        id=found.id,
        kind=MatchKind(found.kind),
        score=found.score,
        reasons=[MatchReason(reason) for reason in found.reasons],
        one=CustomerOut.model_validate(row.one),
        other=CustomerOut.model_validate(row.other),
        found_at=found.found_at,
    )


def _preview_out(found: MergePreview) -> PreviewOut:
    return PreviewOut(
        kept=CustomerOut.model_validate(found.kept),
        kept_revision=found.kept.revision,
        absorbed=CustomerOut.model_validate(found.absorbed),
        absorbed_revision=found.absorbed.revision,
        moving=found.moving,
        filled=[FilledOut.model_validate(one) for one in found.plan.filled],
        differing=[DifferingOut.model_validate(one) for one in found.plan.differing],
    )


def _merge_out(merged: CustomerMerge) -> MergeOut:
    young = can_undo(merged.merged_at, datetime.now(UTC))
    return MergeOut(
        id=merged.id,
        kept_id=merged.kept_id,
        absorbed_id=merged.absorbed_id,
        moved={name: len(ids) for name, ids in merged.moved.items()},
        merged_at=merged.merged_at,
        undo_until=merged.merged_at + UNDO_WITHIN,
        can_undo=young and merged.undone_at is None,
        undone_at=merged.undone_at,
    )
