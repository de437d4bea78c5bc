"""A quote by its link, for programs: to read, accept or decline."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header, Query, Request

from activities import speaking
from api import problems
from api.identity.doors import Door, opened
from api.pages.customer.link_page import LONGEST_KEY, visitor_of
from api.pages.customer.quote_language import language_for
from api.pages.customer.quote_state import quote_state
from api.problems import responses
from api.public.quote_answers import Answer, accept, decline, open_quote
from api.public.quote_changes import QuoteChangesOut, changes_out
from api.public.quote_choices import Choice
from api.public.quote_schemas import (
    AcceptedOut,
    AcceptIn,
    DeclinedOut,
    DeclineIn,
    QuoteOut,
    quote_out,
)
from api.resources import ApiResources, Transaction
from models.messages.ids import CommandId
from models.store.quote_comparison import changes_for_customers

router = APIRouter(
    prefix="/public/v1/quotes/{token}",
    tags=["quotes"],
    responses=responses(problems.NOT_FOUND),
)

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=LONGEST_KEY)]
"""The same key is the same answer; without one every request is a new one."""
Language = Annotated[str, Query(max_length=20, description="en, de, fr, es or vi.")]


@router.get("")
@opened(Door.LINK)
async def read_quote(
    request: Request, session: Transaction, token: str, lang: Language = ""
) -> QuoteOut:
    """The quote of a link, with its itinerary, price, validity, payment plan and state."""
    view = await open_quote(session, token)
    now = datetime.now(UTC)
    code = speaking.language_of(lang) or language_for(request, view.about)
    with speaking.speaking(code):
        return quote_out(view, quote_state(view, now), now)


@router.get("/changes")
@opened(Door.LINK)
async def read_changes(session: Transaction, token: str) -> QuoteChangesOut:
    """What changed since the version before; all is empty where this is the first."""
    view = await open_quote(session, token)
    return changes_out(await changes_for_customers(session, view.version))


@router.post("/accept", responses=responses(problems.CONFLICT))
@opened(Door.LINK)
async def accept_quote(
    request: Request, resources: ApiResources, token: str, body: AcceptIn, key: Key = None
) -> AcceptedOut:
    """Accepts the quote with what was chosen of it.

    409 when it is not open any more, or costs something else than was shown; the sentence says
    what to do.
    """
    answer = _answer(request, token, "accept", key)
    receipt = await accept(
        resources,
        answer,
        name=body.name,
        accepted_terms=body.terms_version,
        signature=body.signature,
        choice=Choice(body.choices, body.total_minor),
    )
    return AcceptedOut(
        first_instalment_id=receipt.first_instalment_id,
        amount_minor=receipt.amount_minor,
        currency=receipt.currency,
    )


@router.post("/decline", responses=responses(problems.CONFLICT))
@opened(Door.LINK)
async def decline_quote(
    request: Request, resources: ApiResources, token: str, body: DeclineIn, key: Key = None
) -> DeclinedOut:
    """Declines the quote. 409 when it is not open any more; the sentence says what to do."""
    answer = _answer(request, token, "decline", key)
    await decline(resources, answer, reason=body.reason, category=body.category)
    return DeclinedOut()


def _answer(request: Request, token: str, action: str, key: str | None) -> Answer:
    visitor = visitor_of(request)
    command_id = CommandId(f"{action}:{key or uuid4()}")
    return Answer(token, command_id, visitor.ip_address, visitor.user_agent)
