"""Money that arrives when its booking's story has ended: kept, and handed to finance."""

from temporalio import workflow

from models.messages.payments import ApplyPaymentEvent
from workflows import calls


@workflow.defn
class LatePayment:
    """Applies one event of a provider to the held balance of a booking that has ended."""

    @workflow.run
    async def run(self, event: ApplyPaymentEvent) -> None:
        """Holds the money; the activity opens the task for finance."""
        await calls.apply_payment_event(event)
