"""A payment provider in memory that keeps Stripe's promises about keys, and fails on demand."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from activities.providers.ports import (
    CheckoutPage,
    CheckoutRequest,
    PermanentProviderError,
    ProviderError,
    ProviderRefund,
    RefundRequest,
)


@dataclass
class FakeProvider:
    """Remembers what it was asked; `faults` are raised by the next calls before they do anything.

    A fault of None lets a call through; `lost` ones do the work first and then fail.
    """

    pages: dict[str, CheckoutRequest] = field(default_factory=dict)
    refunds: dict[str, RefundRequest] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    faults: deque[ProviderError | None] = field(default_factory=deque)
    lost: deque[ProviderError | None] = field(default_factory=deque)
    page_life: timedelta = timedelta(hours=24)
    asked: list[str] = field(default_factory=list)

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutPage:
        """See PaymentProvider."""
        self._begin("open_checkout")
        known = self.pages.setdefault(request.checkout_id, request)
        if known != request:
            raise PermanentProviderError("fake", "idempotency_error")
        self._end()
        session_id = f"cs_{request.checkout_id}"
        expires_at = datetime.now(UTC) + self.page_life
        return CheckoutPage(session_id, f"https://pay.example/{session_id}", expires_at)

    async def expire_checkout(self, session_id: str) -> str:
        """See PaymentProvider."""
        self._begin("expire_checkout")
        return self.ended.setdefault(session_id, "EXPIRED")

    async def refund(self, request: RefundRequest) -> ProviderRefund:
        """See PaymentProvider."""
        self._begin("refund")
        self.refunds.setdefault(request.refund_id, request)
        self._end()
        return ProviderRefund(f"re_{request.refund_id}")

    async def find_refund(self, request: RefundRequest) -> ProviderRefund | None:
        """See PaymentProvider."""
        self._begin("find_refund")
        found = request.refund_id in self.refunds
        return ProviderRefund(f"re_{request.refund_id}") if found else None

    def _begin(self, what: str) -> None:
        self.asked.append(what)
        if self.faults and (fault := self.faults.popleft()):
            raise fault

    def _end(self) -> None:
        if self.lost and (fault := self.lost.popleft()):
            raise fault
