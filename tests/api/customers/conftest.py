"""What tests of customers share."""

import pytest_asyncio

from models.tables.crm import Customer
from tests.support import office as factories
from tests.support.desk import Office


@pytest_asyncio.fixture
async def twin(office: Office) -> Customer:
    """A second record of Linh's customer under another address, with a booking of Linh's."""
    async with office.resources.sessions.begin() as session:
        found = await factories.customer(
            session,
            "Amelie Laurent",
            "amelie@work.example",
            phone="+33 6 99 99 99 99",
            phone_e164="+33699999999",
            language=None,
            diet="vegan",
            tags=["vip"],
        )
        await factories.booking(session, found, staff_id=office.linh.id, destination="Laos")
    return found
