"""`/backoffice/live`: server-sent events of what changes on the bookings that somebody may see."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api import problems
from api.identity.allowed import Allowed
from api.identity.session import COOKIE, hash_of
from api.identity.staff import CurrentStaff
from api.live.subscriber import Subscriber, Viewer
from api.middleware.paths import LIVE_PATH
from api.pages.reader import reader
from api.problems import Problem
from api.resources import ApiResources
from models.domain.access import Permission

router = APIRouter(include_in_schema=False, dependencies=[Allowed(Permission.READ_BOOKINGS)])

LONGEST_ID = 40
HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}
"""So that no proxy keeps, changes or holds back what is told."""


@router.get(LIVE_PATH)
async def follow(
    request: Request,
    resources: ApiResources,
    member: CurrentStaff,
    last_event_id: Annotated[str, Header(max_length=LONGEST_ID)] = "",
    after: Annotated[str, Query(max_length=LONGEST_ID)] = "",
) -> StreamingResponse:
    """A stream that begins after an event that was seen, if one was.

    Raises:
        Problem: this person, or this process, has as many streams open as it may.
    """
    live = resources.live
    if not live.room_for(member.sub):
        raise Problem(problems.TOO_MANY_REQUESTS, headers={"Retry-After": "60"})
    subscriber = Subscriber(
        person=member.sub,
        viewer=Viewer(member.only_owner, reader()),
        token_hash=hash_of(request.cookies.get(COOKIE, "")),
    )
    events = live.stream(subscriber, last_event_id or after)
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)
