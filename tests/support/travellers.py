"""People with names, numbers and words that are found wherever they leak, and what they do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sandbox.demo.offers import Offer
from sandbox.demo.visitor import Page, UnexpectedPageError, Visitor
from tests.support.enquiries import PATH, a_form
from tests.support.patient_life import PatientLife
from tests.support.stack import WholeStack

LIFE_SECONDS = 220.0
DEPARTS_IN_DAYS, TRIP_DAYS = 75, 7
REASON, WISH, NOTE = "Quittenmus zu teuer", "lieber Sauerkirschen", "mag Zwetschgendatschi"
CANCELLED, NO_ROOMS = "Holunderallergie ausgebrochen", "Dachstuhl voller Siebenschlaefer"


@dataclass
class Traveller(PatientLife):
    """A person of an unusual name, and the tabs that they left open."""

    tabs: dict[str, Page] = field(default_factory=dict)
    """Each page as it stood when its link came, like a forgotten tab of a browser."""

    @property
    def mark(self) -> int:
        """A number that stands nowhere by chance."""
        return 770_100 + self.number

    @property
    def name(self) -> str:
        """As typed in the form."""
        return f"Kunigunde{self.mark} Apfelstrudel"

    @property
    def phone(self) -> str:
        """A number in Germany."""
        return f"+49151{self.mark:08d}"

    @property
    def words(self) -> list[str]:
        """What must stand in no history, search attribute or log."""
        typed = [
            f"Mohnschnecken{self.mark}",
            f"Demo Traveller {self.number}",
            f"REF-{self.number}",
        ]
        return [self.name, self.email, self.phone, self.phone[3:], *typed]

    async def enquire(self, visitor: Visitor) -> None:
        """The form with everything filled in."""
        self.email = f"kunigunde{self.mark}@strudelbaeckerei.example"
        form = a_form(
            name=self.name,
            email=self.email,
            phone=self.phone,
            notes=f"Mohnschnecken{self.mark} zum Fruehstueck",
            utm_campaign=self.campaign,
        )
        answer = await visitor.ask_json("POST", PATH, form, {"Idempotency-Key": str(uuid4())})
        self.booking_id = answer.raise_for_status().json()["booking_id"]

    async def declines(self) -> None:
        """Asks for a change, then declines."""
        visitor = await self._quoted()
        url = self.tabs["/quote/"].url
        await visitor.submit(await visitor.open(url), "change", wish=WISH)
        await visitor.submit(await visitor.open(url), "decline", reason=REASON)
        await self.reach("LOST")
        await visitor.close()

    async def is_quoted_twice(self) -> None:
        """Staff note something and send a second version before the customer answers the first."""
        visitor = await self._quoted()
        booking = await self.desk.booking(self.booking_id)
        change = {"notes": NOTE, "booking_hash": booking["booking_hash"]}
        url = f"/api/v1/bookings/{self.booking_id}/notes"
        await self.desk.visitor.ask_json("PATCH", url, change, self._origin)
        partners = await self.desk.partners(self.booking_id)
        leaves = datetime.now(UTC).date() + timedelta(days=DEPARTS_IN_DAYS)
        await self.desk.quote(self.booking_id, Offer(leaves, TRIP_DAYS, tuple(partners[:1]), 2))
        await visitor.close()

    async def lets_expire(self) -> None:
        """Never answers."""
        await (await self._quoted()).close()

    async def cancels(self) -> None:
        """Pays the deposit; a supplier declines, and the trip is cancelled."""
        visitor = await self._quoted()
        await self.accept(visitor)
        await self.pay(visitor)
        url = await self._link("/supplier/", mine_only=True)
        await visitor.submit(await visitor.open(url), "decline", reason=NO_ROOMS)
        await self._link("/supplier/", mine_only=True)
        await self._is_cancelled()
        await visitor.close()

    async def cancels_unpaid(self) -> None:
        """Accepts, and has the trip cancelled instead of paying."""
        visitor = await self._quoted()
        await self.accept(visitor)
        await self._link("/pay/")
        await self._is_cancelled()
        await visitor.close()

    async def _is_cancelled(self) -> None:
        reference = (await self.desk.booking(self.booking_id))["reference"]
        body = {"reason": CANCELLED, "confirmation": reference}
        path = f"/api/v1/bookings/{self.booking_id}/cancellation"
        answer = await self.desk.visitor.ask_json("POST", path, body, self._origin)
        answer.raise_for_status()

    async def until_quote_is(self, stack: WholeStack, status: str) -> None:
        """Waits until the one version has a status."""

        async def look() -> None:
            found = stack.rows(
                "SELECT status FROM quote_versions WHERE booking_id = %s", self.booking_id
            )
            if found[0]["status"] != status:
                raise UnexpectedPageError(f"the quote is {found[0]['status']}")

        await self._insist(look)

    async def _quoted(self) -> Visitor:
        visitor = Visitor(self.website)
        await self.enquire(visitor)
        await self.is_quoted()
        if "/quote/" not in self.tabs:
            await self._link("/quote/")
        return visitor

    async def accept(self, visitor: Visitor) -> None:
        """Accepts by the link of the open tab, if there is one."""
        if tab := self.tabs.get("/quote/"):
            self.seen.discard(tab.url)
        await super().accept(visitor)

    @property
    def _origin(self) -> dict[str, str]:
        return {"Origin": self.website, "Idempotency-Key": str(uuid4())}

    async def _link(self, path: str, *, mine_only: bool = False) -> str:
        url = await super()._link(path, mine_only=mine_only)
        visitor = Visitor(self.website)
        self.tabs[path] = await visitor.open(url)
        await visitor.close()
        return url


@dataclass
class Played:
    """Lives that were played on a system, by what became of them."""

    stack: WholeStack
    whole: Traveller
    unbroken: Traveller
    declined: Traveller
    superseded: Traveller
    expired: Traveller
    cancelled: Traveller
    unpaid: Traveller

    @property
    def people(self) -> list[Traveller]:
        """Everybody."""
        return [
            self.whole,
            self.unbroken,
            self.declined,
            self.superseded,
            self.expired,
            self.cancelled,
            self.unpaid,
        ]
