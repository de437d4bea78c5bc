"""One booking's life, as website, staff, customer, Stripe, supplier and guide live it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sandbox.demo.mailbox import Mailbox
from sandbox.demo.offers import Offer
from sandbox.demo.staff_desk import StaffDesk
from sandbox.demo.visitor import Page, UnexpectedPageError, Visitor

TRIP_DAYS = 7
DEPARTS_IN_DAYS = 75
"""On the demo's clock, where a day lasts a second."""
CARD = {
    "card_number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "Demo Traveller",
}
END_SECONDS = 240.0
SUPPLIERS = 2
CONFLICT = 409
LIVES_AT_ONCE = 10
"""So many lives travel on the same days: there are not many more guides."""

Tell = Callable[[str], None]


@dataclass
class Life:
    """What one life needs, and what it left behind."""

    number: int
    website: str
    mailbox: Mailbox
    desk: StaffDesk
    tell: Tell
    campaign: str = "demo"
    """By which the enquiry gets its policy, and so the length of its days."""
    destination: str = "Vietnam"
    departs_in_days: int = DEPARTS_IN_DAYS
    booking_id: str = ""
    email: str = ""
    seen: set[str] = field(default_factory=set)

    async def play(self, stop: Callable[[], bool] = lambda: False) -> None:
        """From the form to the settled trip."""
        visitor = Visitor(self.website)
        try:
            await self.enquire(visitor)
            await self.is_quoted()
            await self.accept(visitor)
            await self.pay(visitor)
            self.tell("paid")
            await self.confirm(visitor)
            await self.prepare(visitor)
            await self.reach("POST_TRIP", stop)
            self.tell("closed")
        finally:
            await visitor.close()

    async def enquire(self, visitor: Visitor) -> None:
        """The website's form, with the campaign whose policy governs it."""
        self.email = f"demo-{uuid4().hex[:12]}@travellers.example"
        month = (date.today() + timedelta(days=self.departs_in_days)).strftime("%Y-%m")  # noqa: DTZ011 - a month for a form
        enquiry = {
            "destination": self.destination,
            "style": "Culture",
            "travelMonth": month,
            "duration": "6-8 days",
            "travelers": "2",
            "budget": "$1,400-$2,200 / week",
            "name": f"Demo Traveller {self.number}",
            "email": self.email,
            "phone": "",
            "language": "English",
            "notes": "We would love quiet places and good food.",
            "pageUrl": self.website,
            "utm_source": "demo",
            "utm_campaign": self.campaign,
        }
        key = f"booking_{uuid4().hex}"
        answer = await visitor.ask_json(
            "POST", "/public/v1/bookings", enquiry, {"Idempotency-Key": key}
        )
        if not answer.is_success:
            raise UnexpectedPageError(f"the enquiry was refused: {answer.text[:300]}")
        self.booking_id = answer.json()["booking_id"]
        self.tell("enquired")

    async def is_quoted(self) -> None:
        """A manager takes the booking; a version is built and sent."""
        await self.desk.assign(self.booking_id)
        partners = await self.desk.partners(self.booking_id)
        waits = (TRIP_DAYS + 1) * ((self.number - 1) // LIVES_AT_ONCE)
        leaves = datetime.now(UTC).date() + timedelta(days=self.departs_in_days + waits)
        offer = Offer(leaves, TRIP_DAYS, tuple(partners[:SUPPLIERS]), travelers=2)
        await self.desk.quote(self.booking_id, offer)
        self.tell("quoted")

    async def accept(self, visitor: Visitor) -> None:
        """The customer reads the quote and accepts it."""
        page = await visitor.open(await self._link("/quote/"))
        name = f"Demo Traveller {self.number}"
        done = await visitor.submit(page, "accept", name=name, terms="yes")
        _must_be_well(done)
        self.tell("accepted")

    async def pay(self, visitor: Visitor) -> None:
        """The customer pays by card on the provider's page."""
        page = await visitor.open(await self._link("/pay/"))
        checkout = await visitor.submit(page)
        done = await visitor.submit(checkout, "card_number", **CARD)
        _must_be_well(done)

    async def confirm(self, visitor: Visitor) -> None:
        """Suppliers and a guide answer their links; then the booking is WON."""
        for number in range(SUPPLIERS):
            page = await visitor.open(await self._link("/supplier/", mine_only=True))
            reference = f"REF-{self.number}-{number}"
            _must_be_well(await visitor.submit(page, "confirm", reference=reference))
        await self._find_guide(visitor)
        await self.reach("WON")
        self.tell("confirmed")

    async def _find_guide(self, visitor: Visitor) -> None:
        """Another is asked after a guide who has a trip on these days already, or was slow."""
        taken = False
        while not taken:
            page = await visitor.open(await self._link("/guide/", mine_only=True))
            if page.offers("take"):
                taken = (await visitor.submit(page, "take")).status < CONFLICT

    async def prepare(self, visitor: Visitor) -> None:
        """Staff tick off what is done; the customer pays the balance when it is asked for."""
        await self.desk.tick_off(self.booking_id)
        await self.pay(visitor)
        self.tell("prepared")

    async def reach(self, stage: str, stop: Callable[[], bool] = lambda: False) -> None:
        """Waits until the booking is in a stage.

        Raises:
            TimeoutError: it does not get there.
        """
        async with asyncio.timeout(END_SECONDS):
            while (await self.desk.booking(self.booking_id))["stage"] != stage and not stop():  # noqa: ASYNC110 - seen through the API only
                await asyncio.sleep(0.5)

    async def messages(self) -> list[dict[str, Any]]:
        """What the customer was sent, the newest first."""
        return await self.mailbox.messages(to=self.email)

    async def _link(self, path: str, *, mine_only: bool = False) -> str:
        """The newest unused link to a page, in a message to the customer or about this booking."""
        wanted = {"metadata_booking_id": self.booking_id} if mine_only else {"to": self.email}
        return await self.mailbox.link(path, self.seen, **wanted)


def _must_be_well(page: Page) -> None:
    if page.status >= 400:  # noqa: PLR2004 - HTTP's own border
        raise UnexpectedPageError(f"{page.url}: {page.status} {page.text[:300]}")
