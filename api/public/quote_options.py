"""The offers between which a customer can choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.links import LinkPurpose
from models.domain.stages import QuoteStatus
from models.store.links import link_path
from models.store.message_facts import open_options
from models.store.quote_pages import QuoteView
from models.tables.quote import QuoteVersion


@dataclass(frozen=True)
class Option:
    """An offer; `path` is where it is answered, `this` whether it is the one being read."""

    version: QuoteVersion
    path: str
    this: bool


async def options_beside(
    session: AsyncSession, link_secret: str, view: QuoteView, until: datetime
) -> Sequence[Option]:
    """Every open offer of the booking of a quote that is open, by its letter.

    None are told where there is nothing to choose: fewer than two are open, or the quote that is
    read is not open itself.

    Args:
        session: the transaction.
        link_secret: with which links are made.
        view: the quote that is read.
        until: how long the links to the others are good.
    """
    if view.version.status != QuoteStatus.SENT:
        return ()
    found = await open_options(session, view.version.booking_id)
    if found == [view.version]:
        return ()
    return [
        Option(
            version=one,
            path=await link_path(
                session,
                link_secret,
                purpose=LinkPurpose.QUOTE,
                booking_id=one.booking_id,
                subject_ref=one.id,
                expires_at=until,
            ),
            this=one.id == view.version.id,
        )
        for one in found
    ]
