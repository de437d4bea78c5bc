"""Workflows that note what the relay brings, in the place of the real ones."""

from temporalio import workflow

from models.messages.booking import BookingStart, QuoteViewed
from models.messages.payments import ApplyPaymentEvent, PaymentEvent
from models.messages.policy import PolicyChanged

END = "end"
"""A quote of this id, once viewed, ends the story."""


@workflow.defn(name="Booking")
class ListeningBooking:
    """Notes every fact in the order in which it comes."""

    def __init__(self) -> None:
        self._facts: list[str] = []

    @workflow.run
    async def run(self, _start: BookingStart) -> list[str]:
        """Waits until it is told to end."""
        await workflow.wait_condition(lambda: END in self._facts)
        return self._facts

    @workflow.signal
    async def payment_event(self, fact: PaymentEvent) -> None:
        """From the relay."""
        self._facts.append(str(fact.event_row))

    @workflow.signal
    async def quote_viewed(self, fact: QuoteViewed) -> None:
        """From the relay."""
        self._facts.append(fact.quote_version_id)

    @workflow.signal
    async def policy_changed(self, fact: PolicyChanged) -> None:
        """From the relay."""
        self._facts.append(f"policy {fact.version}")

    @workflow.query
    def facts(self) -> list[str]:
        """What it was told."""
        return self._facts


@workflow.defn(name="LatePayment")
class ListeningLatePayment:
    """Ends at once with what it was given."""

    @workflow.run
    async def run(self, event: ApplyPaymentEvent) -> str:
        """The booking, the event's row and whether the money is held."""
        return f"{event.booking_id} {event.event_row} {event.hold}"
