"""A workflow that takes what customers, suppliers and guides answer, in the place of ours."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from models.domain.stages import GuideAssignmentStatus, ServiceOrderStatus, Stage
from models.messages.booking import (
    AcceptQuote,
    BookingChanged,
    Command,
    DeclineQuote,
    QuoteAccepted,
    RequestChange,
)
from models.messages.ids import CheckoutId
from models.messages.operations import (
    AnswerOffer,
    ConfirmServiceOrder,
    DeclineServiceOrder,
    OfferAnswered,
    ServiceOrderAnswered,
)
from models.messages.payments import CheckoutOpened, OpenCheckout


@workflow.defn(name="StubAnswers")
class StubAnswers:
    """Remembers what it was asked; refuses everything with the code `refuse`, if that is set.

    `checkout_id` is what a payment page is answered with.
    """

    @workflow.init
    def __init__(self, refuse: str, checkout_id: str) -> None:
        self._asked: list[str] = []
        self._refuse = refuse
        self._checkout_id = checkout_id

    @workflow.run
    async def run(self, refuse: str, checkout_id: str) -> None:
        """Waits for ever."""
        del refuse, checkout_id
        await workflow.wait_condition(lambda: False)

    @workflow.query
    def asked(self) -> list[str]:
        """Every command as JSON, in order."""
        return self._asked

    def _take(self, command: Command) -> None:
        if self._refuse:
            raise ApplicationError(
                "The stub says what to do.", type=self._refuse, non_retryable=True
            )
        self._asked.append(command.model_dump_json())

    @workflow.update
    async def accept_quote(self, command: AcceptQuote) -> QuoteAccepted:
        """Takes an acceptance."""
        self._take(command)
        return QuoteAccepted(
            quote_version_id=command.quote_version_id,
            first_instalment_id="inst_1",
            amount_minor=100,
            currency="USD",
        )

    @workflow.update
    async def decline_quote(self, command: DeclineQuote) -> BookingChanged:
        """Takes a refusal."""
        self._take(command)
        return BookingChanged(revision=2, stage=Stage.LOST)

    @workflow.update
    async def request_change(self, command: RequestChange) -> BookingChanged:
        """Takes a wish."""
        self._take(command)
        return BookingChanged(revision=2, stage=Stage.NEGOTIATION)

    @workflow.update
    async def open_checkout(self, command: OpenCheckout) -> CheckoutOpened:
        """Opens a payment page."""
        self._take(command)
        return CheckoutOpened(checkout_id=CheckoutId(self._checkout_id))

    @workflow.update
    async def confirm(self, command: ConfirmServiceOrder) -> ServiceOrderAnswered:
        """Takes a confirmation."""
        self._take(command)
        return ServiceOrderAnswered(status=ServiceOrderStatus.CONFIRMED, attempt=command.attempt)

    @workflow.update
    async def decline(self, command: DeclineServiceOrder) -> ServiceOrderAnswered:
        """Takes a supplier's refusal."""
        self._take(command)
        return ServiceOrderAnswered(status=ServiceOrderStatus.DECLINED, attempt=command.attempt)

    @workflow.update
    async def answer(self, command: AnswerOffer) -> OfferAnswered:
        """Takes a guide's answer."""
        self._take(command)
        status = (
            GuideAssignmentStatus.ACCEPTED if command.accepted else GuideAssignmentStatus.DECLINED
        )
        return OfferAnswered(status=status)
