"""`POST /public/v1/bookings`: an enquiry from the website; stored before it is answered."""

from dataclasses import dataclass
from http import HTTPStatus

import orjson
import psycopg
from fastapi import APIRouter, Request, Response
from psycopg_pool import PoolTimeout

from activities.providers import turnstile
from activities.providers.ports import RetryableProviderError
from api import problems
from api.identity.doors import Door, opened
from api.problems import Problem
from api.public.enquiry_answers import (
    KEY_HEADER,
    LONGEST_KEY,
    REQUEST,
    RESPONSES,
    accepted,
    replayed,
)
from api.public.enquiry_form import EnquiryForm, read_form, refuse_email
from api.public.origin import Origin, origin_of
from api.resources import Resources, resources_of
from models.contacts import compared_email, e164
from models.domain.enquiry import content_fingerprint
from models.store.intake import Enquiry, StoredEnquiry, Terms, store_enquiry

router = APIRouter(prefix="/public/v1", tags=["public"])


@dataclass(frozen=True)
class Submission:
    """What was sent, by whom."""

    form: EnquiryForm
    origin: Origin
    key: str | None


@router.post(
    "/bookings",
    status_code=HTTPStatus.CREATED,
    responses=RESPONSES,
    openapi_extra=REQUEST,
    response_model=None,
)
@opened(Door.ANYONE)
async def take_enquiry(request: Request) -> Response:
    """The website sends an enquiry. It becomes a booking once, whatever else is away."""
    resources = resources_of(request)
    sent = Submission(read_form(await _json(request)), origin_of(request), _key(request))
    enquiry = _enquiry(sent)
    if resources.settings.captcha_required:
        await _check_person(resources, sent, enquiry)
    offer = await resources.terms.of(enquiry.utm_campaign)
    stored = await store_safely(resources, enquiry, offer.terms)
    if stored.outbox_id is None:
        return replayed(stored)
    resources.fast_start.offer(stored.booking_id, stored.outbox_id)
    return accepted(stored, offer.promise)


async def _json(request: Request) -> object:
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Problem(problems.NOT_JSON) from None


def _key(request: Request) -> str | None:
    key = request.headers.get(KEY_HEADER, "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        sentence = f"{KEY_HEADER} must be at most {LONGEST_KEY} printable characters"
        raise Problem(problems.INVALID_INPUT, sentence)
    return key or None


def _enquiry(sent: Submission) -> Enquiry:
    form = sent.form
    try:
        email = compared_email(form.email)
    except ValueError:
        raise refuse_email() from None
    wishes = (
        form.destination,
        form.travel_month,
        form.duration,
        form.budget,
        form.notes,
        form.tour_id,
    )
    return Enquiry(
        name=form.name,
        email=form.email,
        email_normalised=email,
        phone=form.phone,
        phone_e164=e164(form.phone, sent.origin.country) if form.phone else None,
        language=form.language,
        destination=form.destination,
        styles=tuple(form.style),
        travel_month=form.travel_month,
        travelers=form.travelers,
        duration=form.duration,
        budget=form.budget,
        notes=form.notes,
        preferred_currency=form.preferred_currency,
        tour_id=form.tour_id,
        page_url=form.page_url,
        referrer=form.referrer,
        utm_source=form.utm_source,
        utm_medium=form.utm_medium,
        utm_campaign=form.utm_campaign,
        ip_address=sent.origin.address,
        ip_country_guess=sent.origin.country,
        idempotency_key=sent.key,
        content_fingerprint=content_fingerprint(
            email, styles=form.style, travelers=form.travelers, wishes=wishes
        ),
        consents=form.consent,
    )


async def _check_person(resources: Resources, sent: Submission, enquiry: Enquiry) -> None:
    """Refuses who did not solve the challenge; closed when nobody can tell."""
    if not sent.form.captcha_token:
        raise Problem(problems.CAPTCHA_FAILED)
    try:
        passed = await turnstile.passes(
            resources.http,
            resources.settings,
            token=sent.form.captcha_token,
            address=sent.origin.address,
            occasion=enquiry.content_fingerprint,
        )
    except RetryableProviderError as error:
        raise Problem(problems.UNAVAILABLE) from error
    if not passed:
        raise Problem(problems.CAPTCHA_FAILED)


async def store_safely(resources: Resources, enquiry: Enquiry, terms: Terms) -> StoredEnquiry:
    """Stores an enquiry; once more when the connection was dead, which is safe to repeat.

    Raises:
        Problem: the database does not answer.
    """
    try:
        async with resources.intake.connection() as connection:
            return await store_enquiry(connection, enquiry, terms)
    except PoolTimeout as error:
        raise Problem(problems.UNAVAILABLE) from error
    except psycopg.OperationalError:
        await resources.intake.check()
    try:
        async with resources.intake.connection() as connection:
            return await store_enquiry(connection, enquiry, terms)
    except psycopg.OperationalError as error:
        raise Problem(problems.UNAVAILABLE) from error
