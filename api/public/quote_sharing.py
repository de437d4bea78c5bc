"""Sharing a quote with companions: by the customer's own link alone."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api.public.quote_answers import OpenedQuote, open_link
from api.resources import Resources
from models.domain.errors import ForbiddenError, InvalidInputError
from models.store.quote_companions import (
    add_companion,
    companion_path,
    companions_of,
    withdraw_companion,
)
from models.tables.quote_readers import QuoteCompanion


@dataclass(frozen=True)
class SharedLink:
    """A companion and the path of their link."""

    companion: QuoteCompanion
    path: str


async def shared_links(
    session: AsyncSession, resources: Resources, opened: OpenedQuote
) -> list[SharedLink]:
    """The links that are open, for the customer; nobody else sees them."""
    if opened.companion is not None:
        return []
    secret = resources.settings.link_secret.get_secret_value()
    return [
        SharedLink(one, await companion_path(session, secret, one, opened.link.expires_at))
        for one in await companions_of(session, opened.link.booking_id)
    ]


async def share(resources: Resources, token: str, *, name: str, may_accept: bool) -> None:
    """Makes a link for a companion; the same name again gets the same link.

    Raises:
        InvalidInputError: no name was typed, or there are too many links.
        ForbiddenError: the link is a companion's itself.
    """
    if not name:
        raise InvalidInputError("Please type the name of the person you share it with.")
    async with resources.sessions.begin() as session:
        opened = await _own(session, token)
        await add_companion(session, opened.link.booking_id, name=name, may_accept=may_accept)


async def withdraw(resources: Resources, token: str, companion_id: str) -> None:
    """Closes a companion's link.

    Raises:
        NotFoundError: there is no such link.
        ForbiddenError: the link is a companion's itself.
    """
    async with resources.sessions.begin() as session:
        opened = await _own(session, token)
        await withdraw_companion(session, opened.link.booking_id, companion_id)


async def _own(session: AsyncSession, token: str) -> OpenedQuote:
    opened = await open_link(session, token)
    if opened.companion is not None:
        raise ForbiddenError("Only the person who asked for this trip shares its quote.")
    return opened
