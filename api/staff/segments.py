"""`/api/v1/segments`: lists of customers that people keep, and that managers share."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, StringConstraints, ValidationError

from api.identity.allowed import Allowed
from api.public.enquiry_form import LINE
from api.staff.customers import CustomerFilters, KeptCustomerFilters
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.errors import ForbiddenError
from models.store import segments
from models.tables.customers import Segment

router = APIRouter(
    prefix="/api/v1/segments",
    tags=["customers"],
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)

SegmentName = Annotated[
    str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, pattern=LINE)
]


class SegmentOut(Outgoing):
    """A segment; `query` is what `GET /api/v1/customers` and `customers.csv` take.

    It is null when the segment asks for something that there is no longer: keep the list anew.
    """

    id: str
    name: str
    shared: bool
    own: bool
    owner_name: str
    query: dict[str, str] | None
    created_at: Moment
    updated_at: Moment


class SegmentList(Outgoing):
    """The caller's own segments and the shared ones, by name."""

    items: list[SegmentOut]
    total: int


class SegmentSaved(Outgoing):
    """The segment as it stands."""

    segment: SegmentOut


class SegmentIn(Incoming):
    """A segment to keep."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "French food lovers", "filters": {"country": "FR", "style": "Food"}}
            ]
        }
    )
    name: SegmentName
    filters: KeptCustomerFilters
    shared: bool = False


class SegmentChange(Incoming):
    """What changes of a segment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shared": True}]})
    name: SegmentName | None = None
    shared: bool | None = None


def filters_of(segment: Segment) -> CustomerFilters | None:
    """What a segment asks for; None if that can't be read any more, which never means everybody."""
    try:
        return KeptCustomerFilters.model_validate(segment.filters)
    except ValidationError:
        return None


async def keep_segment(desk: Desk, wanted: SegmentIn) -> Segment:
    """Keeps a segment, once for the command.

    Raises:
        ForbiddenError: sharing is not allowed.
        InvalidInputError: there is one of that name, or there are too many.
    """
    if wanted.shared:
        desk.member.require(Permission.SHARE_VIEWS)
    async with desk.sessions.begin() as session:
        return await segments.create_segment(
            session,
            owner_sub=desk.member.sub,
            owner_name=desk.member.name,
            name=wanted.name,
            shared=wanted.shared,
            filters=wanted.filters.chosen(),
            command_id=desk.command_id,
        )


async def change_segment(desk: Desk, segment_id: str, wanted: SegmentChange) -> Segment:
    """Renames a segment, shares it, or takes it back.

    Raises:
        ForbiddenError: it is not the caller's to change, or sharing is not allowed.
        NotFoundError: there is no such segment.
    """
    if wanted.shared:
        desk.member.require(Permission.SHARE_VIEWS)
    async with desk.sessions.begin() as session:
        segment = await segments.find_segment(session, segment_id, desk.member.sub)
        _require_ownership(desk, segment)
        await segments.change_segment(session, segment, name=wanted.name, shared=wanted.shared)
    return segment


async def remove_segment(desk: Desk, segment_id: str) -> None:
    """Forgets a segment.

    Raises:
        ForbiddenError: it is not the caller's to remove.
        NotFoundError: there is no such segment.
    """
    async with desk.sessions.begin() as session:
        segment = await segments.find_segment(session, segment_id, desk.member.sub)
        _require_ownership(desk, segment)
        await segments.remove_segment(session, segment)


def may_change(desk: Desk, segment: Segment) -> bool:
    """Whose segment it is, and for shared ones whoever may share."""
    return segment.owner_sub == desk.member.sub or desk.member.may(Permission.SHARE_VIEWS)


def _require_ownership(desk: Desk, segment: Segment) -> None:
    if not may_change(desk, segment):
        raise ForbiddenError("Only who keeps this segment, or a manager, may change it.")


@router.get("")
async def list_segments(desk: Reading) -> SegmentList:
    """The caller's own segments and the shared ones."""
    async with desk.sessions() as session:
        found = await segments.segments_for(session, desk.member.sub)
    return SegmentList(items=[_out(desk, one) for one in found], total=len(found))


@router.post("", status_code=HTTPStatus.CREATED)
async def create(wanted: SegmentIn, desk: Asking) -> SegmentSaved:
    """Keeps a segment."""
    return SegmentSaved(segment=_out(desk, await keep_segment(desk, wanted)))


@router.patch("/{segment_id}")
async def change(segment_id: str, wanted: SegmentChange, desk: Asking) -> SegmentSaved:
    """Renames a segment, shares it, or takes it back."""
    return SegmentSaved(segment=_out(desk, await change_segment(desk, segment_id, wanted)))


@router.post("/{segment_id}/removal")
async def remove(segment_id: str, desk: Asking) -> SegmentList:
    """Forgets a segment; answers with those that are left."""
    await remove_segment(desk, segment_id)
    return await list_segments(desk)


def _out(desk: Desk, segment: Segment) -> SegmentOut:
    filters = filters_of(segment)
    return SegmentOut(
        id=segment.id,
        name=segment.name,
        shared=segment.shared,
        own=segment.owner_sub == desk.member.sub,
        owner_name=segment.owner_name,
        query=None if filters is None else filters.chosen(),
        created_at=segment.created_at,
        updated_at=segment.updated_at,
    )
