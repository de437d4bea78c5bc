"""`POST /webhooks/postmark/inbound`: mails to us, from Postmark."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBasicCredentials

from api import problems
from api.identity.doors import Door, opened
from api.resources import ApiResources
from api.webhooks.inbound_mail import PostmarkMail, arrival_of, read_mail
from api.webhooks.postmark import admit_postmark, basic
from api.webhooks.stripe import Kept
from models.settings import Settings
from models.store.inbound import Arrival, take_in

router = APIRouter(
    prefix="/webhooks", tags=["webhooks"], responses=problems.responses(problems.UNAUTHENTICATED)
)
REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": PostmarkMail.model_json_schema(),
                "example": {
                    "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
                    "From": "anna.sommer@home.example",
                    "To": "booking@in.asiatravelplan.example",
                    "Subject": "Two more nights",
                    "TextBody": "We would like to add two nights in Hue.",
                },
            }
        },
    }
}


@router.post("/postmark/inbound", openapi_extra=REQUEST)
@opened(Door.SIGNED)
async def take_mail(
    request: Request,
    resources: ApiResources,
    credentials: Annotated[HTTPBasicCredentials | None, Depends(basic)],
) -> Kept:
    """Postmark hands over a mail, at least once; it is stored before this is answered.

    Nobody is read before the user and password are; a large mail is read beside the event loop.
    """
    admit_postmark(credentials, resources.settings)
    arrival = await asyncio.to_thread(_read, await request.body(), resources.settings)
    terms = (await resources.terms.of(None)).terms
    async with resources.sessions.begin() as session:
        await take_in(session, arrival, terms.sla)
    return Kept()


def _read(body: bytes, settings: Settings) -> Arrival:
    return arrival_of(read_mail(body), settings)
