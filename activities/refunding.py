"""Gives money back: planned and committed first, then asked of the provider until it is done."""

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finance_tasks import ask_finance
from activities.providers.ports import (
    PaymentProvider,
    PermanentProviderError,
    ProviderRefund,
    RefundRequest,
    RetryableProviderError,
)
from models.database import Sessions
from models.domain.cancellation import spread_refund
from models.domain.money import Money
from models.messages.payments import RefundBooking
from models.store import refunds
from models.store.progress import lock_booking
from models.tables.finance import Payment, Refund


class Refunding:
    """Carries out refunds; a refund's id is the provider's idempotency key."""

    def __init__(self, sessions: Sessions, provider: PaymentProvider) -> None:
        self._sessions = sessions
        self._provider = provider

    async def refund(self, command: RefundBooking) -> int:
        """Gives back so much for a cause, once; returns what went, in minor units.

        What the provider refuses for good is a task for finance and not counted.

        Raises:
            RetryableProviderError: some of it is still to be asked for; the rest is done.
        """
        asked_before, requests = await self._plan(command)
        faults: list[RetryableProviderError] = []
        for request in requests:
            try:
                await self._give_back(request, asked_before=asked_before)
            except RetryableProviderError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
        async with self._sessions.begin() as session:
            made = await refunds.refunds_of(session, command.booking_id, command.cause)
        return sum(refund.amount_minor for refund in made if refund.status == "DONE")

    async def _plan(self, command: RefundBooking) -> tuple[bool, list[RefundRequest]]:
        """Whether the plan is an old one, and what is still to be asked of the provider."""
        async with self._sessions.begin() as session:
            await lock_booking(session, command.booking_id)
            planned = await refunds.refunds_of(session, command.booking_id, command.cause)
            asked_before = bool(planned)
            if not planned:
                planned = await self._spread(session, command)
            waiting = [refund for refund in planned if refund.status == "REQUESTED"]
            return asked_before, [await _request(session, refund) for refund in waiting]

    async def _spread(self, session: AsyncSession, command: RefundBooking) -> list[Refund]:
        payments = await refunds.refundable_payments(session, command.booking_id)
        held = [(each.id, each.amount_minor - each.refunded_minor) for each in payments]
        parts = spread_refund(command.refund_minor, held)
        by_id = {each.id: each for each in payments}
        short = command.refund_minor - sum(amount for _, amount in parts)
        if short > 0:
            currency = payments[0].currency if payments else ""
            title = f"{Money(short, currency)} can't be given back: no payment holds it any more"
            await ask_finance(session, command.booking_id, f"refund_short:{command.cause}", title)
        return [
            await refunds.plan_refund(
                session, by_id[payment_id], cause=command.cause, amount_minor=amount
            )
            for payment_id, amount in parts
        ]

    async def _give_back(self, request: RefundRequest, *, asked_before: bool) -> None:
        try:
            made = await self._ask(request, asked_before=asked_before)
        except PermanentProviderError as refusal:
            await self._hand_over(request, refusal.code)
            return
        if made.failed:
            await self._hand_over(request, "failed")
            return
        async with self._sessions.begin() as session:
            await lock_booking(session, request.booking_id)
            refund = await session.get_one(Refund, request.refund_id, with_for_update=True)
            await refunds.refund_done(session, refund, made.provider_refund_id)

    async def _ask(self, request: RefundRequest, *, asked_before: bool) -> ProviderRefund:
        """Looks first for what an earlier try may have made: keys are forgotten after a day."""
        found = await self._provider.find_refund(request) if asked_before else None
        return found or await self._provider.refund(request)

    async def _hand_over(self, request: RefundRequest, code: str) -> None:
        amount = Money(request.amount_minor, request.currency)
        async with self._sessions.begin() as session:
            await lock_booking(session, request.booking_id)
            refund = await session.get_one(Refund, request.refund_id, with_for_update=True)
            await refunds.refund_failed(session, refund)
            title = f"Give {amount} back by hand: the provider refuses ({code})"
            await ask_finance(session, request.booking_id, f"refund:{refund.id}", title)


async def _request(session: AsyncSession, refund: Refund) -> RefundRequest:
    payment = await session.get_one(Payment, refund.payment_id)
    return RefundRequest(
        refund_id=refund.id,
        booking_id=refund.booking_id,
        provider_payment_id=payment.provider_payment_id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
    )
