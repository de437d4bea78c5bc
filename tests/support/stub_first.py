"""A booking that takes the first acceptance of a quote, really stored, and refuses all others."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from models.database import Sessions
from models.domain.stages import QuoteStatus
from models.messages.booking import AcceptQuote, QuoteAccepted
from models.tables.quote import QuoteAcceptance, QuoteVersion


@dataclass
class Taking:
    """The activity that stores which acceptance was taken."""

    sessions: Sessions

    @activity.defn
    async def take_acceptance(self, acceptance_id: str) -> None:
        """Marks an acceptance and its version as taken."""
        async with self.sessions.begin() as session:
            acceptance = await session.get_one(QuoteAcceptance, acceptance_id)
            acceptance.accepted = True
            version = await session.get_one(QuoteVersion, acceptance.quote_version_id)
            version.status = QuoteStatus.ACCEPTED


@workflow.defn(name="StubFirst")
class StubFirst:
    """The first who accepts wins; as with ours, answers are taken one after the other."""

    def __init__(self) -> None:
        self._taken = self._stored = False

    @workflow.run
    async def run(self) -> None:
        """Waits for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def accept_quote(self, command: AcceptQuote) -> QuoteAccepted:
        """Takes one acceptance."""
        if self._taken:
            await workflow.wait_condition(lambda: self._stored)
            raise ApplicationError("Accepted already.", type="QUOTE_NOT_OPEN", non_retryable=True)
        self._taken = True
        await workflow.execute_activity(
            "take_acceptance",
            command.acceptance_id,
            start_to_close_timeout=timedelta(seconds=20),
        )
        self._stored = True
        return QuoteAccepted(
            quote_version_id=command.quote_version_id,
            first_instalment_id="inst_1",
            amount_minor=100,
            currency="USD",
        )
