"""A member of staff at work: logs in by the identity provider, builds and sends quotes."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx2

from sandbox.demo.offers import PALETTE, PHOTOS, Offer, best_first, draft
from sandbox.demo.visitor import UnexpectedPageError, Visitor
from sandbox.demo_images import draw_scene

CHANGED_MEANWHILE = 409
TRIES = 5


class StaffDesk:
    """A logged-in browser and the JSON API of the back office, by the same session."""

    def __init__(self, base_url: str) -> None:
        self.visitor = Visitor(base_url)
        self.photos: tuple[str, ...] = ()
        """Ids of the photos that quotes show."""

    async def log_in(self, username: str, password: str) -> None:
        """Through the identity provider's page, as people do."""
        page = await self.visitor.open("/auth/login?return_to=/backoffice/bookings")
        await self.visitor.submit(page, "username", username=username, password=password)
        me = (await self._json("GET", "/auth/me")) or {}
        if not me.get("authenticated"):
            raise UnexpectedPageError(f"{username} could not log in: {page.text[:200]}")

    async def assign(self, booking_id: str) -> None:
        """Gives a booking to the first member of staff, again when it changed meanwhile."""
        owner = (await self.colleagues())[0]["id"]
        for _ in range(TRIES):
            booking = await self.booking(booking_id)
            change = {"owner_id": owner, "booking_hash": booking["booking_hash"]}
            answer = await self.ask("PATCH", f"/api/v1/bookings/{booking_id}/owner", change)
            if answer.status_code != CHANGED_MEANWHILE:
                break
        _must_be_well(answer)

    async def colleagues(self) -> list[dict[str, Any]]:
        """Everybody on the staff who is active, by name."""
        items: list[dict[str, Any]] = (await self._json("GET", "/api/v1/staff?active=true"))[
            "items"
        ]
        return items

    async def partners(self, booking_id: str) -> list[str]:
        """Ids of suppliers, as a line of the quote builder offers them; the offer's first."""
        builder = f"/backoffice/bookings/{booking_id}/quotes/new?start=blank"
        page = await self.visitor.open(builder)
        with_line = await self.visitor.submit(page, "action", button="action=add_line")
        options = with_line.soup.select("select[name=line_supply] option")
        found = {
            option.get_text().removesuffix(", no rate").strip(): str(option.get("value") or "")
            for option in options
        }
        return best_first(
            {
                name: value
                for name, value in found.items()
                if value.startswith("partner_") and ":" not in value
            }
        )

    async def add_photos(self) -> None:
        """Draws the photos of the offer into the library, each once."""
        self.photos = tuple([await self._add_photo(*one) for one in PHOTOS])

    async def _add_photo(self, motif: str, place: str, alt: str) -> str:
        scene = await asyncio.to_thread(draw_scene, alt, PALETTE, motif)
        answer = await self.visitor.client.post(
            "/api/v1/photos",
            files={"file": (f"{motif}.webp", scene)},
            data={"alt": alt, "place": place, "credit": "AsiaTravelPlan"},
            headers={"Idempotency-Key": f"demo-{motif}", "Origin": self.visitor.base_url},
        )
        _must_be_well(answer)
        return str(answer.json()["id"])

    async def quote(self, booking_id: str, offer: Offer) -> str:
        """Builds a version and sends it; returns its id."""
        content = draft(replace(offer, photos=self.photos))
        made = await self._json("POST", f"/api/v1/bookings/{booking_id}/quotes", content)
        quote_id = str(_find_id(made))
        await self._json("POST", f"/api/v1/bookings/{booking_id}/quotes/{quote_id}/send", {})
        return quote_id

    async def booking(self, booking_id: str) -> dict[str, Any]:
        """The booking as the API shows it."""
        found: dict[str, Any] = (await self._json("GET", f"/api/v1/bookings/{booking_id}"))[
            "booking"
        ]
        return found

    async def tick_off(self, booking_id: str) -> None:
        """Finishes every open preparation."""
        checklist = await self._json("GET", f"/api/v1/bookings/{booking_id}/checklist")
        for item in checklist["items"]:
            if item["status"] == "OPEN":
                url = f"/api/v1/bookings/{booking_id}/checklist/{item['key']}"
                await self._json("POST", url, {"waived": False})

    async def timeline(self, booking_id: str) -> list[dict[str, Any]]:
        """Every line of the timeline."""
        answer = await self._json("GET", f"/api/v1/bookings/{booking_id}/activities")
        items: list[dict[str, Any]] = answer["items"]
        return items

    async def ask(self, method: str, url: str, body: object = None) -> httpx2.Response:
        """The API's answer to a new request, whatever it is."""
        headers = {"Idempotency-Key": str(uuid4()), "Origin": self.visitor.base_url}
        return await self.visitor.ask_json(method, url, body, headers)

    async def _json(self, method: str, url: str, body: object = None) -> Any:
        answer = await self.ask(method, url, body)
        _must_be_well(answer)
        return answer.json()


def _must_be_well(answer: httpx2.Response) -> None:
    if answer.is_error:
        raise UnexpectedPageError(f"{answer.url}: {answer.status_code} {answer.text[:300]}")


def _find_id(draft: dict[str, Any]) -> object:
    inner = draft.get("quote") or draft.get("version") or draft
    return inner["id"] if isinstance(inner, dict) else draft["id"]
