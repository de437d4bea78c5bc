"""Templates of trips: kept, listed, renamed, archived."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError, NotFoundError
from models.domain.trip_templates import TemplateContent
from models.store.adding import add_once
from models.store.timeline_pages import Cursor
from models.tables.trip_templates import TripTemplate

CONTENT: TypeAdapter[TemplateContent] = TypeAdapter(TemplateContent)
MOST_TO_CHOOSE_FROM = 200


@dataclass(frozen=True)
class TemplateFilter:
    """Which templates: those with these words, to a destination, in use or archived."""

    search: str = ""
    destination: str = ""
    archived: bool = False


@dataclass(frozen=True)
class TemplatePage:
    """Templates, the newest first; `next` is where the older ones begin."""

    items: list[TripTemplate]
    next: Cursor | None


@dataclass(frozen=True)
class TemplateHead:
    """How a template is called, and where it goes."""

    name: str
    variant: str
    destination: str


def stored_content(content: TemplateContent) -> dict[str, Any]:
    """A content as JSON."""
    told: dict[str, Any] = CONTENT.dump_python(content, mode="json")
    return told


def content_in(template: TripTemplate) -> TemplateContent:
    """What a template says."""
    return CONTENT.validate_python(template.content)


async def add_template(
    session: AsyncSession,
    template_id: str,
    head: TemplateHead,
    content: TemplateContent,
    *,
    source: str,
    by: str,
) -> bool:
    """Keeps a template once; returns whether it is new."""
    return await add_once(
        session,
        TripTemplate,
        id=template_id,
        **vars(head),
        length_days=content.length_days,
        content=stored_content(content),
        source=source,
        created_by=by,
    )


async def find_template(
    session: AsyncSession, template_id: str, *, lock: bool = False
) -> TripTemplate:
    """A template, also one that is archived.

    Raises:
        NotFoundError: there is none of this id.
    """
    statement = select(TripTemplate).where(TripTemplate.id == template_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFoundError("There is no such template.")
    return found


async def template_to_use(session: AsyncSession, template_id: str) -> TripTemplate:
    """A template that a quote can begin with.

    Raises:
        NotFoundError: there is none of this id.
        InvalidInputError: it is archived.
    """
    found = await find_template(session, template_id)
    if found.archived_at is not None:
        raise InvalidInputError("This template is archived: put it back to use it.")
    return found


async def list_templates(
    session: AsyncSession, wanted: TemplateFilter, *, after: Cursor | None = None, limit: int
) -> TemplatePage:
    """A page of templates."""
    conditions = _conditions(wanted)
    if after is not None:
        conditions.append(
            tuple_(TripTemplate.created_at, TripTemplate.id) < (after.at, after.id),
        )
    statement = (
        select(TripTemplate)
        .where(*conditions)
        .order_by(TripTemplate.created_at.desc(), TripTemplate.id.desc())
        .limit(limit + 1)
    )
    rows = list(await session.scalars(statement))
    last = rows[limit - 1] if len(rows) > limit else None
    return TemplatePage(rows[:limit], Cursor(last.created_at, last.id) if last else None)


async def templates_to_choose(session: AsyncSession) -> list[TripTemplate]:
    """Those in use by name and variant, for a list to choose from."""
    statement = (
        select(TripTemplate)
        .where(TripTemplate.archived_at.is_(None))
        .order_by(TripTemplate.name, TripTemplate.variant, TripTemplate.id)
        .limit(MOST_TO_CHOOSE_FROM)
    )
    return list(await session.scalars(statement))


async def change_template(
    session: AsyncSession, template_id: str, changes: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changes head, content or `archived` of a template; returns what differed, before and after.

    Raises:
        NotFoundError: there is none of this id.
    """
    template = await find_template(session, template_id, lock=True)
    wanted = dict(changes)
    before = {name: getattr(template, name) for name in wanted if name != "archived"}
    if "archived" in wanted:
        before["archived"] = template.archived_at is not None
    after = {name: value for name, value in wanted.items() if before[name] != value}
    for name, value in after.items():
        if name == "archived":
            template.archived_at = func.now() if value else None
        else:
            setattr(template, name, value)
    if after:
        template.updated_at = func.clock_timestamp()
        await session.flush()
        await session.refresh(template)
    return {name: before[name] for name in after}, after


def _conditions(wanted: TemplateFilter) -> list[ColumnElement[bool]]:
    archived = TripTemplate.archived_at
    conditions: list[ColumnElement[bool]] = [
        archived.is_not(None) if wanted.archived else archived.is_(None)
    ]
    if wanted.destination:
        conditions.append(TripTemplate.destination.icontains(wanted.destination, autoescape=True))
    said = func.concat_ws(" ", TripTemplate.name, TripTemplate.variant, TripTemplate.destination)
    conditions.extend(said.icontains(word, autoescape=True) for word in wanted.search.split()[:10])
    return conditions
