"""A request for every route by which staff change something: add one for each new route."""

import base64
import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

JSON = dict[str, Any]

LINE = {
    "day": 1,
    "nights": 2,
    "kind": "HOTEL",
    "description": "Double room",
    "quantity": 2,
    "unit_price_minor": 9500,
}
DRAFT = {
    "title": "Slow north",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": 2,
    "days": [{"place": "Hanoi", "title": "Arrival", "text": "Old quarter"}],
    "lines": [LINE],
}
FORM = {
    "action": "save",
    "title": "Slow north",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": "2",
    "intro": "",
    "change_summary": "",
    "line_kind": "HOTEL",
    "line_day": "1",
    "line_nights": "2",
    "line_quantity": "2",
    "line_price": "95.50",
    "line_description": "Double room",
    "line_supply": "",
}
TOUR = {
    "title": "Tea hills of Moc Chau",
    "shortDescription": "Four slow days among tea.",
    "durationDays": 4,
    "priceFrom": 540,
}
ITEM = {"description": "Deposit", "quantity": 2, "unit_amount_cents": 22_500}
ENQUIRY = {
    "channel": "phone",
    "name": "Otto Sommer",
    "email": "otto@home.example",
    "destination": "Vietnam",
    "style": "Culture",
    "travel_month": "2027-05",
    "duration": "9-12 days",
    "travelers": "2",
}
BOOKING = "/api/v1/bookings/{booking_id}"
PAGE = "/backoffice/bookings/{booking_id}"
GIVEN = "{"
"""How a value begins that names one of the world's ids."""


@dataclass(frozen=True)
class Sample:
    """What is sent, and by whom; values in braces are filled from the world, as paths are."""

    body: JSON = field(default_factory=dict)
    who: str = "marc"

    def filled(self, world: dict[str, str]) -> JSON:
        """The body with the world's ids."""
        return {
            name: value.format(**world)
            if isinstance(value, str) and value.startswith(GIVEN)
            else value
            for name, value in self.body.items()
        }


def picture() -> str:
    """A small picture in base 64."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "#0b5f5a").save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


SAMPLES: dict[str, Sample] = {
    f"PATCH {BOOKING}/stage": Sample({"stage": "WON", "booking_hash": "{hash}"}),
    f"PATCH {BOOKING}/owner": Sample({"owner_id": "{marc}", "booking_hash": "{hash}"}),
    f"PATCH {BOOKING}/notes": Sample({"notes": "Likes trains", "booking_hash": "{hash}"}),
    f"POST {BOOKING}/cancellation": Sample({"reason": "Ill", "confirmation": "{reference}"}),
    f"POST {BOOKING}/activities": Sample({"type": "CALL", "detail": "Prefers a river view"}),
    f"POST {BOOKING}/invoices": Sample({"title": "Deposit", "items": [ITEM]}),
    f"PATCH {BOOKING}/invoices/{{invoice_id}}": Sample({"notes": "Thank you"}),
    f"POST {BOOKING}/quotes": Sample(DRAFT),
    f"PATCH {BOOKING}/quotes/{{quote_id}}": Sample(DRAFT),
    f"POST {BOOKING}/quotes/{{quote_id}}/send": Sample(),
    f"POST {BOOKING}/service-orders/{{service_order_id}}/alternative": Sample(
        {"partner_id": "{other}"}
    ),
    f"POST {BOOKING}/checklist/{{key}}": Sample({"waived": True}),
    "POST /api/v1/bookings": Sample(ENQUIRY),
    "POST /backoffice/enquiries": Sample(ENQUIRY),
    "POST /api/v1/triage/{inbound_id}/filing": Sample({"booking_id": "{booking_id}"}),
    "POST /api/v1/triage/{inbound_id}/dismissal": Sample({"reason": "Advertising"}),
    "POST /api/v1/triage/{sorted_id}/return": Sample(),
    "POST /backoffice/triage/{inbound_id}/file": Sample({"booking_id": "{booking_id}"}),
    "POST /backoffice/triage/{inbound_id}/dismiss": Sample({"reason": "Advertising"}),
    "POST /backoffice/triage/{sorted_id}/return": Sample(),
    "POST /api/v1/staff": Sample({"name": "Ha Pham", "usernames": ["ha"]}),
    "POST /api/v1/tours": Sample(TOUR, "ada"),
    "PATCH /api/v1/tours/{tour_id}": Sample({"title": "Slower"}, "ada"),
    "POST /api/v1/tours/{tour_id}/image": Sample(
        {"filename": "hills.png", "data_base64": picture()}, "ada"
    ),
    f"POST {PAGE}/assign": Sample({"staff_id": "{marc}", "booking_hash": "{hash}"}),
    f"POST {PAGE}/stage": Sample({"stage": "WON", "booking_hash": "{hash}"}),
    f"POST {PAGE}/notes": Sample({"notes": "Likes trains", "booking_hash": "{hash}"}),
    f"POST {PAGE}/activities": Sample({"type": "CALL", "detail": "Prefers a river view"}),
    f"POST {PAGE}/cancel": Sample({"reason": "Ill", "confirmation": "{reference}"}),
    f"POST {PAGE}/quotes": Sample(FORM),
    f"POST {PAGE}/quotes/{{quote_id}}": Sample(FORM),
    f"POST {PAGE}/quotes/{{quote_id}}/send": Sample(),
    f"POST {PAGE}/service-orders/{{service_order_id}}/alternative": Sample(
        {"partner_id": "{other}"}
    ),
    f"POST {PAGE}/checklist/{{key}}": Sample({"action": "waive"}),
    f"POST {PAGE}/tasks/{{task_id}}/done": Sample(),
    "POST /backoffice/account/sessions/others/end": Sample(),
    "POST /backoffice/account/sessions/{session_id}/end": Sample(),
    "POST /backoffice/account/logins/{attempt_id}/mine": Sample(),
    "POST /backoffice/account/logins/{attempt_id}/not-mine": Sample(),
}
"""By method and path, as the application knows them."""

CHANGES_NOTHING = {
    f"POST {PAGE}/quotes/total": "adds up what is typed and stores nothing",
    "POST /backoffice/preferences": "keeps choices in a cookie of the browser",
}
"""Routes that leave no event, each with the reason."""
