"""A life whose people try again: when a page fails they come back and look what became of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox.demo.life import CARD, SUPPLIERS, Life
from sandbox.demo.visitor import UnexpectedPageError, Visitor

PAUSE_SECONDS = 1.0
WELL = 400
TOLD = 5
"""So many of the last troubles are told with the failure."""
CONFIRMED = ("WON", "POST_TRIP")


@dataclass
class PatientLife(Life):
    """Reaches its end as long as the system comes back; gives up at `give_up_at`."""

    give_up_at: float = 0.0
    """By the monotonic clock."""
    troubles: list[str] = field(default_factory=list)
    """What went wrong before it went well, for whoever has to find out why a life did not end."""

    async def enquire(self, visitor: Visitor) -> None:
        """The website's page keeps the key of a submission over its retries."""
        await self._insist(lambda: Life.enquire(self, visitor))

    async def is_quoted(self) -> None:
        """Staff look first whether a version has gone out."""

        async def quote() -> None:
            url = f"/api/v1/bookings/{self.booking_id}/quotes"
            answer = await self.desk.visitor.ask_json("GET", url, None, {})
            if not any(one["status"] == "SENT" for one in answer.json().get("items", [])):
                await Life.is_quoted(self)

        await self._insist(quote)

    async def accept(self, visitor: Visitor) -> None:
        """Opens the quote until it says that it is accepted."""
        name = f"Demo Traveller {self.number}"
        url = await self._link("/quote/")
        await self._answer(visitor, url, "accept", name=name, terms="yes")
        self.tell("accepted")

    async def pay(self, visitor: Visitor) -> None:
        """Pays, and looks at the page again until the money has arrived."""
        url = await self._link("/pay/")
        await self._insist(lambda: self._pay(visitor, url))

    async def _pay(self, visitor: Visitor, url: str) -> None:
        page = await visitor.open(url)
        if page.status < WELL and not page.offers("idempotency_key"):
            return
        checkout = await visitor.submit(page)
        if checkout.offers("card_number"):
            await visitor.submit(checkout, "card_number", **CARD)
        raise UnexpectedPageError(f"{url} waits for the money")

    async def confirm(self, visitor: Visitor) -> None:
        """Suppliers and a guide answer until their pages say so."""
        for number in range(SUPPLIERS):
            url = await self._link("/supplier/", mine_only=True)
            await self._answer(visitor, url, "confirm", reference=f"REF-{self.number}-{number}")
        await self._insist(lambda: self._find_guide_again(visitor))
        self.tell("confirmed")

    async def _find_guide_again(self, visitor: Visitor) -> None:
        """Every guide who was asked says yes; one of them is free."""
        messages = await self.mailbox.messages(metadata_booking_id=self.booking_id)
        for url in (url for message in messages for url in message["links"]):
            if urlsplit(url).path.startswith("/guide/"):
                page = await visitor.open(url)
                if page.offers("take"):
                    await visitor.submit(page, "take")
        if (await self.desk.booking(self.booking_id))["stage"] not in CONFIRMED:
            raise UnexpectedPageError(f"{self.booking_id} is not WON")

    async def prepare(self, visitor: Visitor) -> None:
        """Ticks off what is open, as often as needed; pays the balance."""
        await self._insist(lambda: self.desk.tick_off(self.booking_id))
        await self.pay(visitor)
        self.tell("prepared")

    async def reach(self, stage: str, stop: Callable[[], bool] = lambda: False) -> None:
        """Waits for a stage, looking seldom: the machine has better things to do."""

        async def look() -> None:
            if not stop() and (await self.desk.booking(self.booking_id))["stage"] != stage:
                raise UnexpectedPageError(f"{self.booking_id} is not {stage}")

        await self._insist(look)

    async def _answer(self, visitor: Visitor, url: str, form: str, **filled: str) -> None:
        async def answer() -> None:
            page = await visitor.open(url)
            if page.status < WELL and not page.offers(form):
                return
            done = await visitor.submit(page, form, **filled)
            if done.status >= WELL:
                raise UnexpectedPageError(f"{form} at {url}: {done.status} {done.text[:300]}")

        await self._insist(answer)

    async def _link(self, path: str, *, mine_only: bool = False) -> str:
        found: list[str] = []

        async def look() -> None:
            found.append(await Life._link(self, path, mine_only=mine_only))

        await self._insist(look)
        return found[0]

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> None:
        """Does a step again until it works or the time is over."""
        while True:
            begun = self.give_up_at - time.monotonic()
            try:
                async with asyncio.timeout_at(self._deadline()):
                    return await step()
            except (UnexpectedPageError, TimeoutError) as error:
                left = self.give_up_at - time.monotonic()
                doing = getattr(step, "__qualname__", step)
                told = f"{doing}, {begun:.0f} to {left:.0f} s left: {type(error).__name__} {error}"
                self.troubles.append(told[:250])
                if time.monotonic() > self.give_up_at:
                    error.add_note("\n".join(self.troubles[-TOLD:]))
                    raise
            await asyncio.sleep(PAUSE_SECONDS)

    def _deadline(self) -> float:
        left = max(self.give_up_at - time.monotonic(), 0.0)
        return asyncio.get_running_loop().time() + left
