"""What an enquiry is answered, and how OpenAPI describes both."""

from http import HTTPStatus
from typing import Any, Final, Literal

import orjson
from fastapi import Response
from pydantic import BaseModel

from api.pages.formats import iso
from api.public.enquiry_form import EnquiryForm
from models.domain.booking_hash import booking_hash
from models.store.intake import StoredEnquiry

KEY_HEADER: Final = "Idempotency-Key"
LONGEST_KEY: Final = 200
FIRST_REVISION: Final = 1
JSON: Final = "application/json"
ALREADY_HERE: Final = "We have this enquiry already; it was booked once."
ACCEPTED: Final = "accepted"


class Accepted(BaseModel):
    """The enquiry is stored as a booking."""

    booking_id: str
    booking_hash: str
    customer_id: str
    status: Literal["accepted"] = "accepted"
    deduplicated: bool
    """Whether the person is a customer whom we know already."""
    staff: str | None = None
    """The member of staff who looks after it; nobody yet."""
    sla_due_at: str | None
    next_step_message: str


class Replayed(BaseModel):
    """The same enquiry came in before; this is the booking that it made."""

    booking_id: str
    customer_id: str
    status: Literal["accepted"] = "accepted"
    deduplicated: Literal[True] = True
    message: str


IDS = {
    "booking_id": "booking_0192f0c1-7a3e-7c51-9d0a-2b1f4c6d8e90",
    "customer_id": "cust_0192f0c1-7a3e-7c51-9d0a-2b1f4c6d8e91",
}
REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": EnquiryForm.model_json_schema()}},
    },
    "parameters": [
        {
            "name": KEY_HEADER,
            "in": "header",
            "required": False,
            "description": "Drawn once for a submission; the same key is the same booking.",
            "schema": {"type": "string", "maxLength": LONGEST_KEY},
            "example": "booking_1795387200000_k3j9x2ab",
        }
    ],
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    HTTPStatus.CREATED: {
        "model": Accepted,
        "content": {
            JSON: {
                "example": IDS
                | {
                    "booking_hash": booking_hash(IDS["booking_id"], FIRST_REVISION),
                    "status": ACCEPTED,
                    "deduplicated": False,
                    "staff": None,
                    "sla_due_at": "2027-01-04T11:30:00.000Z",
                    "next_step_message": "We will get back to you within 2 hours.",
                }
            }
        },
    },
    HTTPStatus.OK: {
        "model": Replayed,
        "description": "The same key, or the same content a moment ago",
        "content": {
            JSON: {
                "example": IDS | {"status": ACCEPTED, "deduplicated": True, "message": ALREADY_HERE}
            }
        },
    },
}


def accepted(stored: StoredEnquiry, promise: str) -> Response:
    """201: the enquiry is a booking now; `promise` says when we answer."""
    answer = {
        "booking_id": stored.booking_id,
        "booking_hash": booking_hash(stored.booking_id, FIRST_REVISION),
        "customer_id": stored.customer_id,
        "status": ACCEPTED,
        "deduplicated": stored.known_customer,
        "staff": None,
        "sla_due_at": iso(stored.sla_due_at) if stored.sla_due_at else None,
        "next_step_message": promise,
    }
    return Response(orjson.dumps(answer), HTTPStatus.CREATED, media_type=JSON)


def replayed(stored: StoredEnquiry) -> Response:
    """200: the enquiry was a booking before."""
    answer = {
        "booking_id": stored.booking_id,
        "customer_id": stored.customer_id,
        "status": ACCEPTED,
        "deduplicated": True,
        "message": ALREADY_HERE,
    }
    return Response(orjson.dumps(answer), HTTPStatus.OK, media_type=JSON)
