"""The fetching of exchange rates: started by a schedule, ends within an hour or so, never fails."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from models.messages.exchange import FetchExchangeRates, RatesFetched
from models.messages.workflow_names import EXCHANGE_RATES
from workflows import calls


@workflow.defn(name=EXCHANGE_RATES)
class ExchangeRates:
    """Asks a source for its newest rates; when nobody answers, somebody gets a task."""

    @workflow.run
    async def run(self, fetch: FetchExchangeRates) -> None:
        """From the schedule: one fetch, tried until it is answered or the patience is over."""
        try:
            fetched = await calls.fetch_exchange_rates(fetch)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            await calls.report_no_exchange_rates(fetch)
            workflow.set_current_details(f"{fetch.source} did not answer; somebody was told.")
        else:
            workflow.set_current_details(_told(fetch, fetched))


def _told(fetch: FetchExchangeRates, fetched: RatesFetched) -> str:
    """What operators read in the Temporal UI."""
    lines = [f"**{fetch.source}**: {fetched.outcome.lower()}, {fetched.stored} new"]
    if fetched.quoted_on:
        lines.append(f"Rates of {fetched.quoted_on}")
    if fetched.jumped:
        lines.append(f"Wait for a person: {', '.join(fetched.jumped)}")
    return "\n\n".join(lines)
