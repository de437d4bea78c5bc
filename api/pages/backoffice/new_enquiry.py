"""`/backoffice/enquiries`: an enquiry that somebody takes down by hand, or makes from a message."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, named, page, typed
from api.pages.backoffice.triage import seen_revision
from api.pages.rendering import idempotency_key
from api.pages.translation import N_, gettext
from api.pages.website import BUDGETS, DESTINATIONS, DURATIONS, LANGUAGES, STYLES, months_from
from api.resources import ApiResources
from api.staff.desk import Desk
from api.staff.new_booking import take_down
from api.staff.new_booking_form import EnquiryIn
from api.staff.opening import PageAsking, PageReading
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.store import staff, triage
from models.tables.inbound import InboundMessage

router = APIRouter(
    prefix="/backoffice/enquiries",
    include_in_schema=False,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
SECTION = "enquiries/new"
CONSENT = "consent_"
CHANNELS = {
    "phone": N_("By phone"),
    "email": N_("By e-mail"),
    "whatsapp": N_("By WhatsApp"),
    "sms": N_("By SMS"),
    "walk_in": N_("In person"),
}
ASKED_FOR = {"email": N_("E-mail"), "whatsapp": N_("WhatsApp")}
"""The channels for which a person is asked whether we may write about other trips."""
ANSWERS = {"": N_("Not asked"), "yes": N_("Yes"), "no": N_("No")}
LONGEST_NOTES = 5000
FIELDS = frozenset(EnquiryIn.model_fields) - {"consent"}


@router.get("/new")
async def show_form(
    request: Request, desk: PageReading, message: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """The empty form, or one with what a message in triage tells already."""
    entered = Typed(travelers="2")
    if message:
        desk.member.require(Permission.TRIAGE)
        async with desk.sessions() as session:
            entered = _told_by((await triage.find_inbound(session, message)).message)
    return await _form(request, desk, entered)


@router.post("")
async def take_enquiry(request: Request, desk: PageAsking, resources: ApiResources) -> Response:
    """Stores the enquiry and shows its booking; a refusal keeps what was typed."""
    entered = await typed(request)
    try:
        form = EnquiryIn.model_validate(_fields(entered))
        taken = await take_down(desk, resources, form, seen_revision(entered))
    except ValidationError as error:
        refusal = Refusal.of(InvalidInputError("Some of what was typed is missing or not right."))
        return await _form(request, desk, entered, refusal, sentences(error))
    except DomainError as error:
        return await _form(request, desk, entered, Refusal.of(error))
    said = "known" if taken.stored.replayed else "enquiry"
    return done(f"/backoffice/bookings/{taken.stored.booking_id}", said)


def _fields(entered: Typed) -> dict[str, Any]:
    """The form's fields as the API takes them."""
    fields: dict[str, Any] = {name: said for name, said in entered.items() if name in FIELDS}
    fields["notes"] = entered["notes"].replace("\r\n", "\n")
    consent = {channel: entered[f"{CONSENT}{channel}"] for channel in ASKED_FOR}
    return fields | {"consent": consent}


def _told_by(message: InboundMessage) -> Typed:
    """What a message tells of an enquiry; the rest is for the person who read it."""
    contact = "email" if message.channel == "EMAIL" else "phone"
    return Typed(
        {
            "channel": message.channel.lower(),
            "name": message.sender_name,
            contact: message.sender,
            "notes": (message.reply or message.body)[:LONGEST_NOTES],
            "travelers": "2",
            "inbound_id": message.id,
            "revision": str(message.revision),
        }
    )


async def _form(
    request: Request,
    desk: Desk,
    entered: Typed,
    refusal: Refusal | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        owners = {one.id: one.name for one in await staff.list_staff(session)}
    return page(
        request,
        desk,
        "new_enquiry.html",
        section=SECTION,
        refusal=refusal,
        typed=entered,
        form_key=entered["idempotency_key"] or idempotency_key(),
        errors=Typed(errors or {}),
        channel_options=_spoken(CHANNELS, gettext("Please choose")),
        destination_options=_plain(DESTINATIONS, gettext("Please choose")),
        style_options=_plain(STYLES, gettext("Please choose")),
        duration_options=_plain(DURATIONS, gettext("Please choose")),
        budget_options=_plain(BUDGETS, gettext("Not sure yet")),
        language_options=_plain(LANGUAGES, gettext("No preference")),
        month_options=[("", gettext("Please choose")), *months_from(datetime.now(UTC).date())],
        owner_options=named(owners, gettext("Nobody yet")),
        consents={channel: gettext(name) for channel, name in ASKED_FOR.items()},
        answers=[(answer, gettext(text)) for answer, text in ANSWERS.items()],
        longest_notes=LONGEST_NOTES,
    )


def _spoken(options: dict[str, str], first: str) -> list[tuple[str, str]]:
    return named({key: gettext(text) for key, text in options.items()}, first)


def _plain(words: tuple[str, ...], first: str) -> list[tuple[str, str]]:
    return named(dict(zip(words, words, strict=True)), first)
