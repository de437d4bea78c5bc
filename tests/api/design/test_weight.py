"""The first load of the back office is light: compressed bytes of page, styles and scripts."""

import gzip

from bs4 import BeautifulSoup

from tests.support import office as factories
from tests.support.desk import Office

MOST_BYTES = 150_000
FULL_PAGE = 25


def weight(content: bytes) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(content, 6))


async def test_the_list_of_bookings_loads_within_its_budget(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        for number in range(FULL_PAGE):
            one = await factories.customer(
                session, f"Anna Sommer {number}", f"anna{number}@example.org", phone_e164=None
            )
            await factories.booking(session, one, staff_id=office.linh.id)
    async with office.page("marc") as browser:
        page = await browser.get("/backoffice/bookings")
        parts = BeautifulSoup(page.text, "html.parser")
        addresses = [
            *(str(one["src"]) for one in parts.select("script[src]")),
            *(str(one["href"]) for one in parts.select("link[rel=stylesheet]")),
        ]
        weights = {path: weight((await browser.get(path)).content) for path in addresses}
    weights["page"] = weight(page.content)
    assert len(weights) >= 5
    assert sum(weights.values()) <= MOST_BYTES, weights
