"""What a customer was offered can't be changed in the database, whoever writes the SQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.database import Sessions
from models.tables.quote import QuoteVersion
from tests.support import office

CHANGES = [
    "UPDATE quote_versions SET total_minor = 1",
    "UPDATE quote_versions SET title = 'Another trip'",
    "UPDATE quote_versions SET departure_on = '2027-04-01', return_on = '2027-04-09'",
    "UPDATE quote_versions SET status = 'DRAFT'",
    "UPDATE quote_versions SET cover = '{}'",
    "UPDATE quote_versions SET included = '{Rain}'",
    "UPDATE quote_days SET photo = '{}'",
    "UPDATE quote_versions SET sent_at = now()",
    "UPDATE quote_lines SET description = 'A cheaper room'",
    "UPDATE quote_lines SET quote_version_id = 'quote_other'",
    "UPDATE quote_days SET text = 'Rain'",
    "DELETE FROM quote_lines",
    "DELETE FROM quote_days",
    "DELETE FROM quote_versions",
    (
        "INSERT INTO quote_days (quote_version_id, day, place, title, text)"
        " SELECT id, 3, 'Hue', 'Citadel', '' FROM quote_versions"
    ),
]


async def stored(sessions: Sessions, status: str) -> None:
    async with sessions.begin() as session:
        of = await office.booking(session, await office.customer(session))
        hotel = await office.supplier(session, "Maison de Hanoi")
        await office.quote(session, of, hotel, status=status)


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_sent_stays_as_it_was(sessions: Sessions, change: str) -> None:
    await stored(sessions, "SENT")
    with pytest.raises(DBAPIError, match="was sent and can't change"):
        async with sessions.begin() as session:
            await session.execute(text(change))


@pytest.mark.parametrize("status", ["EXPIRED", "DECLINED", "ACCEPTED", "SUPERSEDED"])
async def test_an_ended_version_is_sealed_as_well(sessions: Sessions, status: str) -> None:
    await stored(sessions, status)
    with pytest.raises(DBAPIError, match="was sent and can't change"):
        async with sessions.begin() as session:
            await session.execute(text("UPDATE quote_versions SET intro = 'Cheaper'"))


async def test_what_becomes_of_a_sent_version_is_written(sessions: Sessions) -> None:
    await stored(sessions, "SENT")
    async with sessions.begin() as session:
        await session.execute(
            text("UPDATE quote_versions SET status = 'EXPIRED', first_viewed_at = now()")
        )


async def test_a_draft_can_be_written_and_thrown_away(sessions: Sessions) -> None:
    await stored(sessions, "DRAFT")
    async with sessions.begin() as session:
        for change in (
            "UPDATE quote_lines SET description = 'Other'",
            "DELETE FROM quote_versions",
        ):
            await session.execute(text(change))
        assert not list(await session.execute(text("SELECT FROM quote_lines")))
        assert await session.get(QuoteVersion, "quote_none") is None
