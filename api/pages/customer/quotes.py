"""The page of a quote: to read, accept, decline or have changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from activities import speaking
from activities.quote_facts import quote_facts
from api.identity.doors import Door, opened
from api.pages.customer.link_page import (
    Form,
    LinkForm,
    back_to,
    link_page,
    visitor_of,
)
from api.pages.customer.quote_language import SPEAKING, language_for, remember_language
from api.pages.customer.quote_state import QuoteState, answerable, quote_state
from api.pages.quote_changes import told_changes
from api.public.quote_answers import (
    Answer,
    OpenedQuote,
    accept,
    ask,
    beat,
    decline,
    decline_reason,
    open_link,
    open_quote,
    request_change,
)
from api.public.quote_choices import choice_in, shown_with
from api.public.quote_options import Option, options_beside
from api.public.quote_sharing import share, shared_links, withdraw
from api.public.tour_feed import cover_photo
from api.resources import ApiResources, Resources
from api.staff.documents import Storage, pdf_response
from models.domain.errors import DomainError, InvalidInputError, NotFoundError
from models.domain.links import LinkPurpose
from models.domain.reading import BEAT_SECONDS
from models.domain.signing import SignedKind
from models.messages.ids import CommandId
from models.messages.messaging import DocumentKind
from models.store.documents import find_drawn
from models.store.links import link_path
from models.store.payment_pages import first_open_instalment
from models.store.quote_pages import QuoteView
from models.store.quote_questions import questions_by

router = APIRouter(prefix="/quote/{token}", include_in_schema=False)

LONGEST_NAME = 200
LONGEST_TEXT = 4_000
LINK_LIFE = timedelta(days=60)


@router.get("")
@opened(Door.LINK)
async def show(request: Request, resources: ApiResources, token: str) -> Response:
    """The quote. Looking changes nothing: a mail scanner's fetch is no view."""
    return await _page(request, resources, token)


@router.post("/seen")
@opened(Door.LINK)
async def seen(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """A person looks: so says the page's script after a moment in view, then again and again."""
    visitor = visitor_of(request)
    answer = Answer(token, CommandId(""), visitor.ip_address, visitor.user_agent)
    visit, resumed = form.fields.get("visit", ""), form.fields.get("resumed") == "yes"
    async with resources.sessions.begin() as session:
        await beat(session, answer, visit, resumed=resumed)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/pdf")
@opened(Door.LINK)
async def pdf(resources: ApiResources, storage: Storage, token: str) -> Response:
    """The PDF that was sent."""
    async with resources.sessions.begin() as session:
        view = await open_quote(session, token)
        document = await find_drawn(session, DocumentKind.QUOTE, view.version.id)
    if document is None:
        raise NotFoundError("The PDF of this quote is not drawn yet. Try again in a minute.")
    return await pdf_response(storage, document, f"{view.about.booking.reference}-quote.pdf")


@router.get("/signed")
@opened(Door.LINK)
async def signed_pdf(resources: ApiResources, storage: Storage, token: str) -> Response:
    """The PDF that was sent, with the certificate of its signature behind its pages."""
    async with resources.sessions.begin() as session:
        view = await open_quote(session, token)
        document = await find_drawn(session, SignedKind.SIGNED_QUOTE, view.version.id)
    if document is None:
        raise NotFoundError("The signed copy is not drawn yet. Try again in a minute.")
    return await pdf_response(storage, document, f"{view.about.booking.reference}-quote-signed.pdf")


@router.post("/accept")
@opened(Door.LINK)
async def accept_quote(
    request: Request, resources: ApiResources, token: str, form: Form
) -> Response:
    """The customer accepts."""
    try:
        if form.fields.get("terms") != "yes":
            raise InvalidInputError("Please read the terms and tick the box to accept them.")
        await accept(
            resources,
            _answer(request, token, form, "accept"),
            name=form.text("name", LONGEST_NAME),
            accepted_terms=form.text("terms_version", LONGEST_NAME),
            signature=form.fields.get("signature", ""),
            choice=choice_in(form.fields),
        )
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/quote/{token}")


@router.post("/choose")
@opened(Door.LINK)
async def choose(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The page with the total of what is ticked in it; nothing is kept, and it is no view."""
    return await _page(request, resources, token, form=form)


@router.post("/decline")
@opened(Door.LINK)
async def decline_quote(
    request: Request, resources: ApiResources, token: str, form: Form
) -> Response:
    """The customer declines."""
    try:
        reason = form.text("reason", LONGEST_TEXT)
        answer = _answer(request, token, form, "decline")
        category = decline_reason(form.fields.get("category", ""))
        await decline(resources, answer, reason=reason, category=category)
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/quote/{token}")


@router.post("/change")
@opened(Door.LINK)
async def ask_for_change(
    request: Request, resources: ApiResources, token: str, form: Form
) -> Response:
    """The customer asks for another version."""
    try:
        wish = form.text("wish", LONGEST_TEXT)
        await request_change(resources, _answer(request, token, form, "change"), wish=wish)
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/quote/{token}")


@router.post("/question")
@opened(Door.LINK)
async def ask_question(
    request: Request, resources: ApiResources, token: str, form: Form
) -> Response:
    """A reader asks something."""
    try:
        question = form.text("question", LONGEST_TEXT)
        await ask(resources, _answer(request, token, form, "question"), question)
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/quote/{token}#questions")


@router.post("/share")
@opened(Door.LINK)
async def share_quote(
    request: Request, resources: ApiResources, token: str, form: Form
) -> Response:
    """The customer makes a link for a companion."""
    try:
        name = form.text("companion", LONGEST_NAME)
        may_accept = form.fields.get("may_accept") == "yes"
        await share(resources, token, name=name, may_accept=may_accept)
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/quote/{token}#share")


@router.post("/unshare")
@opened(Door.LINK)
async def withdraw_link(
    request: Request, resources: ApiResources, token: str, form: Form
) -> Response:
    """The customer closes a companion's link."""
    try:
        await withdraw(resources, token, form.text("companion_id", LONGEST_NAME))
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/quote/{token}#share")


def _answer(request: Request, token: str, form: LinkForm, action: str) -> Answer:
    visitor = visitor_of(request)
    return Answer(token, form.command_id(action), visitor.ip_address, visitor.user_agent)


async def _page(
    request: Request,
    resources: Resources,
    token: str,
    *,
    form: LinkForm | None = None,
    error: DomainError | None = None,
) -> Response:
    """The page as the quote stands now; after a refusal with what was typed and why."""
    now = datetime.now(UTC)
    async with resources.sessions.begin() as session:
        quote = await open_link(session, token)
        view = shown_with(quote.view, form.fields if form else None)
        state = quote_state(view, now)
        onward = None if quote.companion else await _onward(session, resources, view, state)
        signed = await find_drawn(session, SignedKind.SIGNED_QUOTE, view.version.id)
        companion_id = quote.companion.id if quote.companion else None
        questions = await questions_by(session, view.version.booking_id, companion_id)
        shared = await shared_links(session, resources, quote)
        photo = await cover_photo(session, view.about.booking.tour_id)
        options = await _options(session, resources, quote, now)
        code = language_for(request, view.about)
        with speaking.speaking(code):
            changes = await told_changes(session, view.version)
    with speaking.speaking(code):
        response = link_page(
            request,
            resources,
            token,
            "quote",
            form=form,
            error=error,
            environment=SPEAKING,
            lang=code,
            languages=speaking.LANGUAGES,
            view=view,
            state=state,
            answerable=answerable(state) and quote.may_answer,
            plan_shown=answerable(state),
            photo=photo,
            signed=signed is not None,
            companion=quote.companion,
            questions=questions,
            shared=shared,
            changes=changes,
            options=options,
            site=resources.settings.public_url.rstrip("/"),
            beat_seconds=BEAT_SECONDS,
            onward=onward,
            plan=view.plan(now),
            **quote_facts(view),
        )
    remember_language(request, response)
    return response


async def _options(
    session: AsyncSession, resources: Resources, quote: OpenedQuote, now: datetime
) -> Sequence[Option]:
    """What the customer can choose between; a companion's link opens one quote alone."""
    if quote.companion is not None:
        return ()
    secret = resources.settings.link_secret.get_secret_value()
    return await options_beside(session, secret, quote.view, now + LINK_LIFE)


async def _onward(
    session: AsyncSession, resources: Resources, view: QuoteView, state: QuoteState
) -> str | None:
    """Where the customer goes from a quote that can't be answered any more."""
    booking_id = view.version.booking_id
    if state is QuoteState.SUPERSEDED and view.newest.id != view.version.id:
        purpose, subject = LinkPurpose.QUOTE, view.newest.id
    elif state is QuoteState.ACCEPTED:
        instalment = await first_open_instalment(session, booking_id)
        if instalment is None or instalment.position > 1:
            purpose, subject = LinkPurpose.TRIP, booking_id
        else:
            purpose, subject = LinkPurpose.PAYMENT, instalment.id
    else:
        return None
    secret = resources.settings.link_secret.get_secret_value()
    return await link_path(
        session,
        secret,
        purpose=purpose,
        booking_id=booking_id,
        subject_ref=subject,
        expires_at=datetime.now(UTC) + LINK_LIFE,
    )
