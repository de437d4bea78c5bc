"""Members of staff."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.domain.photos import Shown
from models.tables.crm import Staff


async def list_staff(session: AsyncSession, *, active_only: bool = True) -> list[Staff]:
    """Staff by name."""
    statement = select(Staff).order_by(Staff.name)
    if active_only:
        statement = statement.where(Staff.active)
    return list(await session.scalars(statement))


async def create_staff(
    session: AsyncSession,
    staff_id: str,
    *,
    name: str,
    usernames: list[str],
    destinations: list[str],
    languages: list[str],
    email: str | None = None,
    active: bool = True,
) -> tuple[Staff, bool]:
    """A member of staff, and whether they are new: the same id makes one."""
    made = await session.scalar(
        insert(Staff)
        .values(
            id=staff_id,
            name=name,
            email=email,
            active=active,
            usernames=usernames,
            destinations=destinations,
            languages=languages,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Staff.id)
    )
    return await session.get_one(Staff, staff_id), made is not None


async def set_portrait(session: AsyncSession, staff_id: str, portrait: Shown | None) -> bool:
    """Sets the face that customers see; returns whether it was another one.

    Raises:
        NotFoundError: there is nobody of this id.
    """
    person = await session.get(Staff, staff_id, with_for_update=True)
    if person is None:
        raise NotFoundError("There is no such member of staff.")
    changed = person.portrait != portrait
    person.portrait = None if portrait is None else dict(portrait)
    return changed


async def is_active(session: AsyncSession, staff_id: str) -> bool:
    """Whether somebody active has this id."""
    found = await session.scalar(select(Staff.id).where(Staff.id == staff_id, Staff.active))
    return found is not None


async def find_active(session: AsyncSession, staff_id: str) -> Staff | None:
    """Somebody active by their id."""
    found: Staff | None = await session.scalar(
        select(Staff).where(Staff.id == staff_id, Staff.active)
    )
    return found


async def name_of(session: AsyncSession, actor: str) -> str:
    """The name of whoever did something: of a member of staff, else the login itself."""
    return await session.scalar(select(Staff.name).where(Staff.id == actor)) or actor


async def find_staff(session: AsyncSession, staff_id: str) -> Staff:
    """A member of staff.

    Raises:
        NotFoundError: nobody has this id.
    """
    found = await session.get(Staff, staff_id)
    if found is None:
        raise NotFoundError("Nobody on the staff has this id.")
    return found
