"""A member of staff at work: logs in by the identity provider, builds and sends quotes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sandbox.demo.visitor import UnexpectedPageError, Visitor


@dataclass(frozen=True)
class Offer:
    """What is quoted: first day, days, and the ids of the suppliers that serve it."""

    departure_on: date
    days: int
    partners: tuple[str, ...]
    travelers: int


class StaffDesk:
    """A logged-in browser and the JSON API of the back office, by the same session."""

    def __init__(self, base_url: str) -> None:
        self.visitor = Visitor(base_url)

    async def log_in(self, username: str, password: str) -> None:
        """Through the identity provider's page, as people do."""
        page = await self.visitor.open("/auth/login?return_to=/backoffice/bookings")
        await self.visitor.submit(page, "username", username=username, password=password)
        me = (await self._json("GET", "/auth/me")) or {}
        if not me.get("authenticated"):
            raise UnexpectedPageError(f"{username} could not log in: {page.text[:200]}")

    async def assign(self, booking_id: str, staff_name: str) -> None:
        """Gives a booking to somebody."""
        staff = await self._json("GET", "/api/v1/staff?active=true")
        owner = next(one["id"] for one in staff["items"] if one["name"] == staff_name)
        booking = (await self._json("GET", f"/api/v1/bookings/{booking_id}"))["booking"]
        change = {"owner_id": owner, "booking_hash": booking["booking_hash"]}
        await self._json("PATCH", f"/api/v1/bookings/{booking_id}/owner", change)

    async def partners(self, booking_id: str) -> dict[str, str]:
        """Suppliers by name, as the quote builder offers them."""
        page = await self.visitor.open(f"/backoffice/bookings/{booking_id}/quotes/new")
        options = page.soup.find_all("option")
        return {
            option.get_text(strip=True): str(option["value"])
            for option in options
            if str(option.get("value") or "").startswith("partner_")
            and ":" not in str(option["value"])
        }

    async def quote(self, booking_id: str, offer: Offer) -> str:
        """Builds a version and sends it; returns its id."""
        draft = await self._json("POST", f"/api/v1/bookings/{booking_id}/quotes", _draft(offer))
        quote_id = str(_find_id(draft))
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

    async def _json(self, method: str, url: str, body: object = None) -> Any:
        headers = {"Idempotency-Key": str(uuid4()), "Origin": self.visitor.base_url}
        response = await self.visitor.ask_json(method, url, body, headers)
        if response.status_code >= 400:  # noqa: PLR2004 - HTTP's own border
            raise UnexpectedPageError(
                f"{method} {url}: {response.status_code} {response.text[:300]}"
            )
        return response.json()


def _find_id(draft: dict[str, Any]) -> object:
    inner = draft.get("quote") or draft.get("version") or draft
    return inner["id"] if isinstance(inner, dict) else draft["id"]


def _draft(offer: Offer) -> dict[str, Any]:
    last = offer.departure_on + timedelta(days=offer.days - 1)
    lines = [
        {
            "day": number,
            "nights": 2,
            "kind": "HOTEL",
            "description": f"Service {number} of the journey",
            "partner_id": partner,
            "quantity": offer.travelers,
            "unit_price_minor": 24_500 + 1_500 * number,
        }
        for number, partner in enumerate(offer.partners, start=1)
    ]
    guide = {
        "day": 1,
        "kind": "GUIDE",
        "description": "Private guide",
        "quantity": offer.days,
        "unit_price_minor": 6_500,
    }
    days = [
        {"place": "On the way", "title": f"Day {number}", "text": "As agreed with your consultant."}
        for number in range(1, offer.days + 1)
    ]
    return {
        "title": f"Your {offer.days} days with us",
        "intro": "Made for you by our team.",
        "currency": "USD",
        "departure_on": offer.departure_on.isoformat(),
        "return_on": last.isoformat(),
        "travelers": offer.travelers,
        "days": days,
        "lines": [*lines, guide],
    }
