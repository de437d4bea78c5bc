"""The page of an instalment: what is due, and the way to the provider's payment page."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.doors import Door, opened
from api.middleware.security_headers import CSP, content_security_policy
from api.pages.customer.link_page import Form, LinkForm, back_to, link_page
from api.resources import ApiResources, Resources
from models.domain.errors import (
    BookingClosedError,
    DecisionUnavailableError,
    DomainError,
    PaymentNotPossibleError,
)
from models.domain.links import LinkPurpose
from models.domain.stages import InstalmentStatus, TripStatus
from models.messages.ids import InstalmentId
from models.messages.payments import CheckoutOpened, OpenCheckout
from models.settings import Settings
from models.store.links import find_link
from models.store.message_facts import (
    BookingAbout,
    InstalmentAbout,
    about_booking,
    about_instalment,
)
from models.store.payment_pages import checkout_url

router = APIRouter(prefix="/pay/{token}", include_in_schema=False)

PROVIDER_ORIGIN = "https://checkout.stripe.com"
CUSTOMER = "customer"


class PaymentState(StrEnum):
    """What the page says and offers."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PaymentView:
    """An instalment and its booking."""

    about: BookingAbout
    due: InstalmentAbout

    @property
    def state(self) -> PaymentState:
        """Where the instalment stands; whether money is on its way is not known here."""
        if self.due.instalment.status == InstalmentStatus.PAID:
            return PaymentState.PAID
        cancelled = self.about.booking.trip_status == TripStatus.CANCELLED
        if cancelled or self.due.instalment.status == InstalmentStatus.WITHDRAWN:
            return PaymentState.CANCELLED
        return PaymentState.OPEN


async def open_payment(session: AsyncSession, token: str) -> PaymentView:
    """The instalment of a link.

    Raises:
        LinkInvalidError: the link opens no payment.
    """
    link = await find_link(session, LinkPurpose.PAYMENT, token)
    about = await about_booking(session, link.booking_id)
    return PaymentView(about, await about_instalment(session, link.subject_ref))


@router.get("")
@opened(Door.LINK)
async def show(
    request: Request, resources: ApiResources, token: str, outcome: str = ""
) -> Response:
    """What is due. The provider's page leads back here with `outcome` success or cancelled."""
    return await _page(request, resources, token, outcome=outcome)


@router.get("/return")
@opened(Door.LINK)
async def come_back(request: Request, resources: ApiResources, token: str) -> Response:
    """Back from the provider's page: thank you, or the payment is still on its way."""
    return await _page(request, resources, token, outcome="success")


@router.post("")
@opened(Door.LINK)
async def pay(
    request: Request,
    resources: ApiResources,
    token: str,
    form: Form,
) -> Response:
    """The customer wants to pay now: on to the provider's page."""
    try:
        return back_to(await _open_checkout(resources, token, form))
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)


async def _open_checkout(resources: Resources, token: str, form: LinkForm) -> str:
    async with resources.sessions.begin() as session:
        view = await open_payment(session, token)
    if view.state is not PaymentState.OPEN:
        raise PaymentNotPossibleError("There is nothing to pay here any more.")
    instalment_id = InstalmentId(view.due.instalment.id)
    command = OpenCheckout(
        command_id=form.command_id("pay"), actor=CUSTOMER, instalment_id=instalment_id
    )
    try:
        opened = await resources.decisions.ask(
            instalment_id, "open_checkout", command, CheckoutOpened
        )
    except BookingClosedError as error:  # what it came to is about to be written
        raise DecisionUnavailableError from error
    async with resources.sessions.begin() as session:
        url = await checkout_url(session, opened.checkout_id)
    if url is None:
        raise PaymentNotPossibleError(
            "The payment page that was opened before has ended. Press the button once more."
        )
    return url


async def _page(
    request: Request,
    resources: Resources,
    token: str,
    *,
    outcome: str = "",
    form: LinkForm | None = None,
    error: DomainError | None = None,
) -> Response:
    async with resources.sessions.begin() as session:
        view = await open_payment(session, token)
    state = view.state
    if state is PaymentState.OPEN and outcome == "success":
        state = PaymentState.PROCESSING
    response = link_page(
        request,
        resources,
        token,
        "payment",
        form=form,
        error=error,
        view=view,
        state=state,
        outcome=outcome,
    )
    policy = content_security_policy(form_action=[payment_origin(resources.settings)])
    response.headers[CSP] = policy
    return response


def payment_origin(settings: Settings) -> str:
    """The origin of the provider's payment pages, to which our form may lead."""
    if settings.stripe_api_base.startswith(settings.sandbox_url):
        parts = urlsplit(settings.sandbox_url)
        return f"{parts.scheme}://{parts.netloc}"
    return PROVIDER_ORIGIN
