"""Bookings at every stage, played through the public doors, for whoever looks at pages."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sandbox.demo.life import CARD, Life
from sandbox.demo.offers import TOUR, Offer
from sandbox.demo.visitor import Page, UnexpectedPageError, Visitor

DEPARTS_IN_DAYS = 80
DAYS = 7
FIRST_REFUSAL = 400
NO_ROOMS = "We are full on these dates; from the day after we have rooms."
BROKEN_LEG = "A broken leg, says the doctor."


@dataclass
class Guest(Life):
    """A customer with a name, who does one step after the other and keeps every link."""

    called: str = "Anna Sommer"
    links: dict[str, str] = field(default_factory=dict)
    """Addresses of pages by what stands there."""
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        """Opens a browser."""
        self.visitor = Visitor(self.website)

    @property
    def office_page(self) -> str:
        """The path of the booking in the back office."""
        return f"/backoffice/bookings/{self.booking_id}"

    async def asks(self) -> None:
        """Sends the website's form, about a tour."""
        first = self.called.split()[0].lower()
        self.email = f"{first}-{uuid4().hex[:6]}@travellers.example"
        tours = (await self.visitor.client.get("/public/v1/tours")).json()["items"]
        leaves = datetime.now(UTC).date() + timedelta(days=DEPARTS_IN_DAYS)
        enquiry = {
            "destination": "Vietnam",
            "style": "Culture",
            "travelMonth": f"{leaves:%Y-%m}",
            "duration": "6-8 days",
            "travelers": "2",
            "budget": "$1,400-$2,200 / week",
            "name": self.called,
            "email": self.email,
            "phone": f"+4915120{uuid4().int % 10**6:06d}",
            "language": "English",
            "notes": "Quiet hotels, good food, and a day at the sea.",
            "pageUrl": self.website,
            "tour_id": next(tour["id"] for tour in tours if tour["title"] == TOUR),
            "consent": {"email": "yes", "whatsapp": "yes"},
            "utm_campaign": self.campaign,
        }
        headers = {"Idempotency-Key": f"booking_{uuid4().hex}"}
        answer = await self.visitor.ask_json("POST", "/public/v1/bookings", enquiry, headers)
        self.booking_id = answer.raise_for_status().json()["booking_id"]

    async def gets_quote(self) -> None:
        """Is assigned and quoted; opens the link."""
        await self.desk.assign(self.booking_id)
        await self._quote()

    async def gets_another_quote(self) -> None:
        """A second version supersedes the first."""
        await self._quote("second")

    async def answers(self, form: str, **filled: str) -> None:
        """Answers the quote: accept, change or decline."""
        page = await self.visitor.open(self.links["quote"])
        await self._submit(page, form, **filled)

    async def accepts(self) -> None:
        """Accepts; the invoice's link leads to the payment."""
        await self.answers("accept", name=self.called, terms="yes")
        self.links["pay"] = await self._link("/pay/")

    async def opens_checkout(self) -> None:
        """Comes to the provider's page, and stays there."""
        page = await self._submit(await self.visitor.open(self.links["pay"]))
        self.links["checkout"] = page.url

    async def pays(self) -> None:
        """Pays the deposit; suppliers and a guide get their links."""
        page = await self._submit(await self.visitor.open(self.links["pay"]))
        await self._submit(page, "card_number", **{**CARD, "name": self.called})
        for name in ("supplier", "other supplier"):
            self.links[name] = await self._link("/supplier/", mine_only=True)
        self.links["guide"] = await self._link("/guide/", mine_only=True)

    async def is_confirmed(self) -> None:
        """Suppliers confirm and a guide takes the trip; the trip's link comes by e-mail."""
        for name, reference in (("supplier", "RH-20418"), ("other supplier", "VAN-77")):
            page = await self.visitor.open(self.links[name])
            await self._submit(page, "confirm", reference=reference)
        while True:
            page = await self.visitor.open(self.links["guide"])
            if (await self.visitor.submit(page, "take")).status < FIRST_REFUSAL:
                break
            self.links["guide"] = await self._link("/guide/", mine_only=True)
        await self.reach("WON")
        self.links["trip"] = await self._link("/trip/")

    async def is_partly_refused(self) -> None:
        """One supplier and the first guide decline."""
        page = await self.visitor.open(self.links["other supplier"])
        await self._submit(page, "decline", reason=NO_ROOMS)
        await self._submit(await self.visitor.open(self.links["guide"]), "decline")
        self.links["other guide"] = await self._link("/guide/", mine_only=True)

    async def cancels(self) -> None:
        """The office cancels the booking for them."""
        page = await self.desk.visitor.open(f"{self.office_page}/cancel")
        reference = (await self.desk.booking(self.booking_id))["reference"]
        form = {"reason": BROKEN_LEG, "confirmation": reference}
        done = await self.desk.visitor.submit(page, "confirmation", **form)
        _must_be_well(done)

    async def closes(self) -> None:
        """Closes the browser."""
        await self.visitor.close()

    async def _quote(self, name: str = "quote") -> None:
        partners = await self.desk.partners(self.booking_id)
        leaves = datetime.now(UTC).date() + timedelta(days=DEPARTS_IN_DAYS + 9 * self.number)
        await self.desk.quote(self.booking_id, Offer(leaves, DAYS, tuple(partners[:2]), 2))
        self.links[name] = await self._link("/quote/")

    async def _submit(self, page: Page, *marks: str, **filled: str) -> Page:
        done = await self.visitor.submit(page, *marks, **filled)
        _must_be_well(done)
        return done


def _must_be_well(page: Page) -> None:
    if page.status >= FIRST_REFUSAL:
        raise UnexpectedPageError(f"{page.url}: {page.status} {page.text[:300]}")
