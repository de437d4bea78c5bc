"""What the libraries of quotes hold: photos."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.photos import Photo
from tests.support.office import add


async def photo(session: AsyncSession, **columns: Any) -> Photo:
    """A photo in the library, of whose renditions nothing is stored."""
    facts = {"digest": "ab" * 32, "alt": "The lake at dawn", "place": "Hanoi", "credit": "Lan"}
    found = Photo(
        id=new_id("photo"), width=1600, height=1067, added_by="staff", **(facts | columns)
    )
    await add(session, found)
    return found
