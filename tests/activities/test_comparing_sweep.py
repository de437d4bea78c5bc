"""The relay holds new customers against the others, when nothing more urgent waits."""

from datetime import timedelta

from sqlalchemy import func, select, update

from models.tables.crm import Customer
from models.tables.customers import CustomerSuggestion, MatchSweep
from tests.support import office
from tests.support.relaying import open_post


async def test_new_customers_are_compared_in_passing(
    database_url: str, temporal_address: str
) -> None:
    async with open_post(database_url, temporal_address) as post:
        async with post.sessions.begin() as session:
            for address in ("anna@home.example", "anna@work.example"):
                person = await office.customer(session, "Anna Sommer", address)
                await office.booking(session, person)
            earlier = Customer.created_at - timedelta(minutes=1)
            await session.execute(update(Customer).values(created_at=earlier))
        await post.relay.sweep()
        async with post.sessions() as session:
            assert await session.scalar(select(func.count()).select_from(CustomerSuggestion)) == 1
            assert await session.scalar(select(MatchSweep.customer_id)) == person.id
