"""A request for every route by which staff change something: add one for each new route."""

import base64
import io
from dataclasses import replace

from PIL import Image

from api.pages.backoffice.policy_form import to_form
from models.domain.policy import Policy
from tests.api.audit.customer_samples import CUSTOMER_SAMPLES, SEGMENTS_LEAVE_NO_EVENT
from tests.api.audit.desk_samples import DESK_SAMPLES, VIEWS_LEAVE_NO_EVENT
from tests.api.audit.product_samples import PRODUCT_SAMPLES
from tests.api.audit.sample import BOOKING, PAGE, Sample
from tests.api.audit.template_samples import TEMPLATE_SAMPLES

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
POLICY = {**to_form(replace(Policy(version=1), reopen_days=60)), "based_on": "1"}
LEAVE = {"staff_id": "{staff_id}", "starts_on": "2032-02-04", "ends_on": "2032-02-12"}
RATE = {"currency": "VND", "base": "EUR", "rate": "27473.628", "reason": "The bank's counter"}
RULE = {"name": "All", "price": "MARKUP", "percent": "25", "based_on": "{rule_book}"}
SEEN = {"based_on": "{rule_book}"}
HOURS = {"weekday": 0, "opens": "09:00", "closes": "17:30"}


def picture() -> str:
    """A small picture in base 64."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "#0b5f5a").save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


SAMPLES: dict[str, Sample] = {
    **DESK_SAMPLES,
    **CUSTOMER_SAMPLES,
    **PRODUCT_SAMPLES,
    **TEMPLATE_SAMPLES,
    f"PATCH {BOOKING}/stage": Sample({"stage": "WON", "booking_hash": "{hash}"}),
    f"PATCH {BOOKING}/owner": Sample({"owner_id": "{marc}", "booking_hash": "{hash}"}),
    f"PATCH {BOOKING}/notes": Sample({"notes": "Likes trains", "booking_hash": "{hash}"}),
    f"POST {BOOKING}/cancellation": Sample({"reason": "Ill", "confirmation": "{reference}"}),
    f"POST {BOOKING}/activities": Sample({"type": "CALL", "detail": "Prefers a river view"}),
    f"POST {BOOKING}/invoices": Sample({"title": "Deposit", "items": [ITEM]}),
    f"PATCH {BOOKING}/invoices/{{invoice_id}}": Sample({"notes": "Thank you"}),
    f"POST {BOOKING}/quotes": Sample(DRAFT),
    f"POST {BOOKING}/quotes/price": Sample(DRAFT),
    f"PATCH {BOOKING}/quotes/{{quote_id}}": Sample(DRAFT),
    f"POST {BOOKING}/quotes/{{quote_id}}/send": Sample(),
    f"POST {BOOKING}/quotes/{{quote_id}}/copies": Sample(),
    f"POST {BOOKING}/quotes/{{quote_id}}/approval": Sample({"remark": "A repeater"}),
    f"POST {BOOKING}/quotes/{{quote_id}}/approval/decision": Sample({"approved": True}),
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
    "POST /api/v1/policy/drafts": Sample({"based_on": 1, "changes": {"reopen_days": 60}}),
    "POST /api/v1/policy/drafts/{draft_id}/application": Sample(),
    "POST /backoffice/policy/drafts": Sample(POLICY),
    "POST /backoffice/policy/drafts/{draft_id}/apply": Sample(),
    "POST /api/v1/exchange-rates": Sample(RATE),
    "POST /api/v1/exchange-rates/tasks/{rate_task_id}/done": Sample(),
    "POST /backoffice/exchange-rates": Sample(RATE),
    "POST /backoffice/exchange-rates/tasks/{rate_task_id}/done": Sample(),
    "POST /backoffice/pricing-rules": Sample(RULE),
    "POST /backoffice/pricing-rules/charms": Sample({**SEEN, "currency": "USD", "step": "10"}),
    "POST /backoffice/pricing-rules/{pricing_rule_id}": Sample(RULE),
    "POST /backoffice/pricing-rules/{pricing_rule_id}/move": Sample({**SEEN, "to": "earlier"}),
    "POST /backoffice/pricing-rules/{pricing_rule_id}/retire": Sample(SEEN),
    "POST /backoffice/pricing-rules/{pricing_rule_id}/return": Sample(SEEN),
    "POST /api/v1/leave": Sample(LEAVE),
    "POST /api/v1/leave/{leave_id}/withdrawal": Sample(),
    "POST /backoffice/roster/leave": Sample(LEAVE),
    "POST /backoffice/roster/leave/{leave_id}/withdrawal": Sample(),
    "PATCH /api/v1/staff/{staff_id}/hours": Sample({"shifts": [HOURS]}),
    "POST /backoffice/roster/{staff_id}/hours": Sample({"opens_0": "09:00", "closes_0": "17:30"}),
    "POST /api/v1/staff/{staff_id}/hand-over": Sample({"to_staff_id": None}),
    "POST /backoffice/roster/{staff_id}/hand-over": Sample({"to": ""}),
    "POST /api/v1/staff": Sample({"name": "Ha Pham", "usernames": ["ha"]}),
    "POST /api/v1/text-blocks": Sample({"name": "Thanks", "texts": {"en": "Thank you."}}),
    "PATCH /api/v1/text-blocks/{text_block_id}": Sample({"name": "Many thanks"}),
    "POST /backoffice/text-blocks": Sample({"name": "Thanks", "en": "Thank you."}),
    "POST /backoffice/text-blocks/{text_block_id}": Sample(
        {"name": "Many thanks", "en": "Thanks."}
    ),
    "POST /backoffice/text-blocks/{text_block_id}/shelf": Sample({"archived": "yes"}),
    "POST /api/v1/photos": Sample({"alt": "Tea hills"}, file=base64.b64decode(picture())),
    "POST /api/v1/photos/{photo_id}/archive": Sample(),
    "POST /backoffice/photos": Sample({"alt": "Tea"}, file=base64.b64decode(picture())),
    "POST /backoffice/photos/{photo_id}/archive": Sample(),
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
    f"POST {PAGE}/quotes/{{quote_id}}/autosave": Sample(FORM),
    f"POST {PAGE}/quotes/{{quote_id}}/undo": Sample(),
    f"POST {PAGE}/quotes/{{quote_id}}/send": Sample(),
    f"POST {PAGE}/quotes/{{quote_id}}/copy": Sample(),
    f"POST {PAGE}/quotes/{{quote_id}}/approval": Sample({"remark": "A repeater"}),
    f"POST {PAGE}/quotes/{{quote_id}}/approval/decision": Sample({"action": "approve"}),
    f"POST {PAGE}/service-orders/{{service_order_id}}/alternative": Sample(
        {"partner_id": "{other}"}
    ),
    f"POST {PAGE}/checklist/{{key}}": Sample({"action": "waive"}),
    f"POST {PAGE}/tasks/{{task_id}}/done": Sample(),
    "POST /api/v1/staff/me/portrait": Sample(file=base64.b64decode(picture())),
    "DELETE /api/v1/staff/me/portrait": Sample(),
    "POST /backoffice/account/portrait": Sample(file=base64.b64decode(picture())),
    "POST /backoffice/account/portrait/removal": Sample(),
    "POST /backoffice/account/sessions/others/end": Sample(),
    "POST /backoffice/account/sessions/{session_id}/end": Sample(),
    "POST /backoffice/account/logins/{attempt_id}/mine": Sample(),
    "POST /backoffice/account/logins/{attempt_id}/not-mine": Sample(),
}
"""By method and path, as the application knows them."""

CHANGES_NOTHING = {
    **VIEWS_LEAVE_NO_EVENT,
    **SEGMENTS_LEAVE_NO_EVENT,
    f"POST {BOOKING}/quotes/price": "works out a price and stores nothing",
    f"POST {PAGE}/quotes/total": "adds up what is typed and stores nothing",
    f"POST {PAGE}/quotes/{{quote_id}}/merge": "shows two states of a draft and stores nothing",
    f"POST {PAGE}/quotes/{{quote_id}}/settle": "makes one form of two and stores nothing",
    "POST /backoffice/preferences": "keeps choices in a cookie of the browser",
}
"""Routes that leave no event, each with the reason."""
