"""A draft in the builder, as somebody types it and as it is kept."""

from dataclasses import dataclass
from typing import Any

import httpx2
from bs4 import BeautifulSoup

from models.store.quote_drafts import FullVersion, find_version
from tests.support.desk import Office

HEAD = {
    "title": "Hanoi",
    "intro": "",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": "2",
    "change_summary": "",
}
DAYS = ("Hanoi", "Ha Long", "Hue")
SERVICES = (("Museum", "1"), ("Boat", "2"), ("Citadel", "3"))
LINE = {
    "kind": "ACTIVITY",
    "day": "1",
    "nights": "0",
    "quantity": "2",
    "price": "10",
    "description": "Walk",
    "supply": "",
    "variant": "",
    "units": "",
    "markup": "",
    "percent": "",
    "further": "",
    "key": "",
}


def typed(**changes: Any) -> dict[str, Any]:
    """The form of a draft of three days with a service each."""
    services = [
        LINE | {"description": name, "day": day, "key": str(number)}
        for number, (name, day) in enumerate(SERVICES, start=1)
    ]
    return {
        **HEAD,
        "day_place": list(DAYS),
        "day_title": list(DAYS),
        "day_text": [""] * len(DAYS),
        "day_key": [str(number) for number, _ in enumerate(DAYS, start=1)],
        **{f"line_{name}": [one[name] for one in services] for name in LINE},
        **changes,
    }


@dataclass
class Builder:
    """Somebody's browser with a draft open in the builder."""

    office: Office
    browser: httpx2.AsyncClient
    address: str
    quote_id: str
    guard: dict[str, str]

    @property
    def path(self) -> str:
        """Where the draft is."""
        return f"{self.address}/{self.quote_id}"

    async def post(self, where: str, **changes: Any) -> httpx2.Response:
        """Sends the form to an address below the draft's; empty is the draft's own."""
        return await self.browser.post(
            f"{self.path}{where}", data={**self.guard, **typed(), **changes}
        )

    async def saves(self, **changes: Any) -> BeautifulSoup:
        """Saves by itself, and goes on from there."""
        answer = await self.post("/autosave", **changes)
        assert answer.status_code == 200, answer.text
        soup = BeautifulSoup(answer.text, "html.parser")
        self.guard["draft_hash"] = str(soup.select_one("#draft-status")["data-hash"])  # type: ignore[index]  # there
        return soup

    async def stored(self) -> FullVersion:
        """The version as it stands."""
        async with self.office.resources.sessions() as session:
            return await find_version(session, self.address.split("/")[3], self.quote_id)


async def begun(office: Office, browser: httpx2.AsyncClient, booking_id: str = "") -> Builder:
    """A draft that somebody has saved once, open in their builder."""
    address = f"/backoffice/bookings/{booking_id or office.mine.id}/quotes"
    guard = guard_of((await browser.get(f"{address}/new")).text)
    made = await browser.post(address, data={**guard, **typed(), "action": "preview"})
    assert made.status_code == 303, made.text
    quote_id = made.headers["location"].split("/")[-1].split("?")[0]
    return await opened(office, browser, address, quote_id)


async def opened(
    office: Office, browser: httpx2.AsyncClient, address: str, quote_id: str
) -> Builder:
    """A draft, opened by one more person."""
    html = (await browser.get(f"{address}/{quote_id}?edit=yes")).text
    return Builder(office, browser, address, quote_id, guard_of(html))


def guard_of(html: str) -> dict[str, str]:
    """The hidden fields of the form that are no part of the draft."""
    form = BeautifulSoup(html, "html.parser").select_one("#quote-form")
    assert form is not None
    names = ("csrf_token", "idempotency_key", "draft_hash")
    return {name: str(form.find("input", {"name": name})["value"]) for name in names}  # type: ignore[index]  # there


def column(html: str, name: str) -> list[str]:
    """The texts of a column of the form."""
    found = BeautifulSoup(html, "html.parser").find_all("input", {"name": name})
    return [str(one.get("value", "")) for one in found]
