"""What tests of access share."""

from collections.abc import Awaitable, Callable

import pytest

from tests.api.access.world import Access, furnish
from tests.support.desk import Office

Furnish = Callable[[str], Awaitable[Access]]


@pytest.fixture
def furnished(office: Office) -> Furnish:
    """Makes the world in which somebody asks."""

    async def make(person: str) -> Access:
        return await furnish(office, person)

    return make
