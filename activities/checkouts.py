"""Payment pages: opened once at a time for an instalment, closed when nothing is to be paid."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finance_tasks import ask_finance
from activities.invoicing import instalment_words
from activities.providers.ports import (
    CheckoutRequest,
    PaymentProvider,
    PermanentProviderError,
    ProviderError,
    RetryableProviderError,
)
from models.database import Sessions
from models.domain.errors import NotFoundError, PaymentNotPossibleError
from models.domain.links import LinkPurpose
from models.domain.stages import InstalmentStatus, TripStatus
from models.settings import Settings
from models.store import checkouts
from models.store.checkouts import Payable
from models.store.links import link_path
from models.tables.finance import CheckoutSession

LINK_LIFE = timedelta(days=60)
IDEMPOTENCY_CONFLICT = "idempotency_error"


@dataclass(frozen=True)
class PlannedCheckout:
    """A page to open, or the one to reuse (`request` is None), and those to close before."""

    checkout_id: str
    request: CheckoutRequest | None
    stale: list[CheckoutSession]


class Checkouts:
    """Opens and closes payment pages at the provider."""

    def __init__(self, sessions: Sessions, provider: PaymentProvider, settings: Settings) -> None:
        self._sessions = sessions
        self._provider = provider
        self._settings = settings

    async def open(self, instalment_id: str) -> str:
        """The id of a page on which what the instalment still waits for can be paid.

        Raises:
            PaymentNotPossibleError: it is paid or withdrawn, or the provider refuses it.
            NotFoundError: there is no such instalment.
            RetryableProviderError: the provider did not answer.
        """
        async with self._sessions.begin() as session:
            plan = await self._plan(session, instalment_id)
        for stale in plan.stale:
            await self._replace(stale)
        if plan.request is not None:
            await self._open(plan.request)
        return plan.checkout_id

    async def expire(self, booking_id: str) -> None:
        """Closes every page of a booking that may still be paid; one that was paid is fine.

        Raises:
            RetryableProviderError: the provider did not answer for some of them.
        """
        async with self._sessions.begin() as session:
            pages = await checkouts.open_checkouts(session, booking_id=booking_id)
        faults: list[ProviderError] = []
        for page in pages:
            try:
                await self._end(page, await self._close(page))
            except RetryableProviderError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]

    async def _replace(self, stale: CheckoutSession) -> None:
        """Closes a page that fits no more.

        One that was paid stays as it is until its event is applied, so that nobody pays twice
        in the meantime.
        """
        if await self._close(stale) == "COMPLETE":
            raise PaymentNotPossibleError(
                "Your payment has just come in and is being recorded. Thank you!"
            )
        await self._end(stale, "EXPIRED")

    async def _plan(self, session: AsyncSession, instalment_id: str) -> PlannedCheckout:
        payable = await checkouts.lock_payable(session, instalment_id)
        if payable is None:
            raise NotFoundError("There is no such instalment.")
        check_payable(payable)
        due = payable.instalment.amount_minor - payable.instalment.paid_minor
        pages = await checkouts.open_checkouts(session, instalment_id=instalment_id)
        fitting = [page for page in pages if page.amount_minor == due]
        for page in fitting:
            if page.status == "OPEN" and await checkouts.is_fresh(session, page):
                return PlannedCheckout(page.id, None, [])
        opening = next((page for page in fitting if page.status == "OPENING"), None)
        stale = [page for page in pages if page is not opening]
        page = opening or await checkouts.add_checkout(session, payable.instalment, due)
        return PlannedCheckout(page.id, await self._request(session, page, payable), stale)

    async def _request(
        self, session: AsyncSession, page: CheckoutSession, payable: Payable
    ) -> CheckoutRequest:
        path = await link_path(
            session,
            self._settings.link_secret.get_secret_value(),
            purpose=LinkPurpose.PAYMENT,
            booking_id=page.booking_id,
            subject_ref=page.instalment_id,
            expires_at=max(payable.instalment.due_at, datetime.now(UTC)) + LINK_LIFE,
        )
        url = self._settings.public_url.rstrip("/") + path
        return CheckoutRequest(
            checkout_id=page.id,
            booking_id=page.booking_id,
            instalment_id=page.instalment_id,
            amount_minor=page.amount_minor,
            currency=page.currency,
            description=f"{instalment_words(payable)} ({payable.reference})",
            customer_email=payable.customer_email,
            success_url=f"{url}?outcome=success",
            cancel_url=f"{url}?outcome=cancelled",
        )

    async def _open(self, request: CheckoutRequest) -> None:
        try:
            opened = await self._provider.open_checkout(request)
        except PermanentProviderError as refusal:
            await self._give_up(request, refusal)
            raise
        async with self._sessions.begin() as session:
            wanted = await checkouts.checkout_opened(
                session,
                request.checkout_id,
                session_id=opened.session_id,
                url=opened.url,
                expires_at=opened.expires_at,
            )
        if not wanted:
            await self._provider.expire_checkout(opened.session_id)
            raise PaymentNotPossibleError("There is nothing to pay any more.")

    async def _give_up(self, request: CheckoutRequest, refusal: PermanentProviderError) -> None:
        """Ends a page that the provider refuses; raises what the caller is to do.

        When the customer's facts changed between two tries, the key fits no more: the next try
        takes a new one.
        """
        async with self._sessions.begin() as session:
            await checkouts.end_checkout(session, request.checkout_id, "EXPIRED")
            if refusal.code != IDEMPOTENCY_CONFLICT:
                title = f"No payment page can be opened ({refusal.code}): agree another way to pay"
                key = f"checkout_refused:{request.instalment_id}"
                await ask_finance(session, request.booking_id, key, title)
        if refusal.code == IDEMPOTENCY_CONFLICT:
            raise RetryableProviderError(refusal.provider, refusal.code) from None
        raise PaymentNotPossibleError(
            "This can't be paid online just now. Nothing was charged; we will write to you."
        ) from None

    async def _close(self, page: CheckoutSession) -> str:
        """Closes a page at the provider; returns EXPIRED, or COMPLETE when it was paid before."""
        if page.provider_session_id is None:
            return "EXPIRED"
        try:
            return await self._provider.expire_checkout(page.provider_session_id)
        except PermanentProviderError:
            return "EXPIRED"

    async def _end(self, page: CheckoutSession, status: str) -> None:
        async with self._sessions.begin() as session:
            await checkouts.end_checkout(session, page.id, status)


def check_payable(payable: Payable) -> None:
    """Refuses what is paid, withdrawn or cancelled.

    Raises:
        PaymentNotPossibleError: with what the customer reads.
    """
    if payable.instalment.status == InstalmentStatus.PAID:
        raise PaymentNotPossibleError("This has been paid already. Thank you!")
    cancelled = payable.trip_status == TripStatus.CANCELLED
    if cancelled or payable.instalment.status == InstalmentStatus.WITHDRAWN:
        raise PaymentNotPossibleError(
            "The booking was cancelled, so there is nothing to pay. "
            "Please write to us if you think that this is wrong."
        )
