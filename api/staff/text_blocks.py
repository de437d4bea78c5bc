"""`/api/v1/text-blocks`: texts that consultants put into quotes, in the customers' languages."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, StringConstraints

from api.identity.allowed import Allowed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize, Search
from api.staff.timeline import cursor_of
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.text_blocks import LONGEST_TEXT
from models.messages.ids import id_of_command
from models.store import text_blocks as blocks

router = APIRouter(
    prefix="/api/v1/text-blocks",
    tags=["text blocks"],
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
EDITING = [Allowed(Permission.EDIT_BOOKINGS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Written = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


class Texts(Incoming):
    """A text in each language; English stands in for those that are empty."""

    en: Written
    de: Text = ""
    fr: Text = ""
    es: Text = ""
    vi: Text = ""


class ChangedTexts(Incoming):
    """Languages that are written anew; those that are not named stay, an empty one goes."""

    en: Written = "-"
    de: Text = ""
    fr: Text = ""
    es: Text = ""
    vi: Text = ""


class TextBlockIn(Incoming):
    """A new text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Welcome",
                    "texts": {
                        "en": "Thank you for planning your journey with us.",
                        "de": "Danke, dass Sie Ihre Reise mit uns planen.",
                    },
                }
            ]
        }
    )
    name: Name
    texts: Texts


class TextBlockChange(Incoming):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"archived": True}]})

    name: Name = ""
    texts: ChangedTexts = ChangedTexts()
    archived: bool = False


class TextBlockOut(Outgoing):
    """A text with all its languages; those that nobody has written are empty."""

    id: str
    name: str
    texts: Texts
    created_at: Moment
    updated_at: Moment
    archived_at: Moment | None


class TextBlockList(Outgoing):
    """A page of texts; `next` leads to the following one and is null on the last."""

    items: list[TextBlockOut]
    next: str | None


@router.get("")
async def list_text_blocks(
    desk: Reading,
    search: Search = "",
    *,
    archived: bool = False,
    before: Before = "",
    page_size: PageSize = DEFAULT_PAGE_SIZE,
) -> TextBlockList:
    """A page of the texts in use, or of the archived ones, the newest first."""
    async with desk.sessions() as session:
        found = await blocks.list_blocks(
            session, search, archived=archived, after=cursor_of(before), limit=page_size
        )
    following = cursors.encode(found.next.at, found.next.id) if found.next else None
    items = [TextBlockOut.model_validate(one) for one in found.items]
    return TextBlockList(items=items, next=following)


@router.post("", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def create_text_block(wanted: TextBlockIn, desk: Asking) -> TextBlockOut:
    """Keeps a text; the same Idempotency-Key keeps it once."""
    return await _shown(desk, await keep_block(desk, wanted))


@router.get("/{text_block_id}")
async def show_text_block(text_block_id: str, desk: Reading) -> TextBlockOut:
    """One text in all its languages."""
    return await _shown(desk, text_block_id)


@router.patch("/{text_block_id}", dependencies=EDITING)
async def change_text_block(
    text_block_id: str, change: TextBlockChange, desk: Asking
) -> TextBlockOut:
    """Changes the members that are named; quotes that have the text stay as they are."""
    await change_block(desk, text_block_id, change)
    return await _shown(desk, text_block_id)


async def keep_block(desk: Desk, wanted: TextBlockIn) -> str:
    """Keeps a text once for the desk's command; returns its id."""
    block_id = id_of_command("textblock", desk.command_id)
    told = wanted.model_dump()
    async with desk.sessions.begin() as session:
        if await blocks.add_block(session, block_id, **told, by=desk.actor):
            await desk.audit.record(session, AuditAction.TEXT_BLOCK_KEPT, block_id, after=told)
    return block_id


async def change_block(desk: Desk, block_id: str, change: TextBlockChange) -> None:
    """Changes a text, archives it or puts it back.

    Raises:
        NotFoundError: there is none of this id.
    """
    wanted: dict[str, Any] = change.model_dump(exclude_unset=True)
    async with desk.sessions.begin() as session:
        before, after = await blocks.change_block(session, block_id, wanted)
        if after:
            await desk.audit.record(
                session, AuditAction.TEXT_BLOCK_CHANGED, block_id, before=before, after=after
            )


async def _shown(desk: Desk, block_id: str) -> TextBlockOut:
    async with desk.sessions() as session:
        return TextBlockOut.model_validate(await blocks.find_block(session, block_id))
