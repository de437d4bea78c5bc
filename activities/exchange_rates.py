"""Keeps what a source says of exchange rates, and tells people of what they must look at."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.providers.ports import PermanentProviderError, RateProvider
from models.database import Sessions
from models.domain.exchange import (
    EURO,
    TRADED,
    Jump,
    RatesInForce,
    RatesOfDay,
    jumps,
    out_of_date,
)
from models.domain.policy import Policy
from models.messages.exchange import FetchExchangeRates, FetchOutcome, RatesFetched
from models.store.exchange_rates import rates_in_force, store_fetched
from models.store.exchange_tasks import (
    AWAY,
    REFUSED,
    STALE,
    end_exchange_tasks,
    open_exchange_task,
)
from models.store.policies import policy_in_force


class ExchangeRateFetching:
    """The source of exchange rates, and the tables that remember what it said."""

    def __init__(self, sessions: Sessions, provider: RateProvider) -> None:
        self._sessions = sessions
        self._provider = provider

    @activity.defn
    async def fetch_exchange_rates(self, fetch: FetchExchangeRates) -> RatesFetched:
        """Adds what is new; the same file again adds nothing. What can't be true is a task.

        Raises:
            RetryableProviderError: nobody answered, or not now.
        """
        try:
            rates = await self._provider.latest()
            _check_day(rates)
        except PermanentProviderError as refusal:
            return await self._refuse(fetch, refusal.code)
        async with self._sessions.begin() as session:
            return await self._keep(session, fetch, rates)

    @activity.defn
    async def report_no_exchange_rates(self, fetch: FetchExchangeRates) -> None:
        """Opens a task because a source is away, once while it is open; the old rates stay."""
        async with self._sessions.begin() as session:
            await open_exchange_task(
                session,
                AWAY,
                f"Exchange rates can't be fetched: {fetch.source} does not answer",
                "The rates of before hold. It is asked again at the next time of the schedule; "
                "rates can be set by hand.",
            )
            await _mind_the_old(session, await policy_in_force(session, None))

    async def _keep(
        self, session: AsyncSession, fetch: FetchExchangeRates, rates: RatesOfDay
    ) -> RatesFetched:
        policy = await policy_in_force(session, None)
        known = await rates_in_force(session, rates.per_euro)
        jumped = jumps(rates, known, policy.exchange_jump_percent)
        accepted = set(rates.per_euro) - {one.currency for one in jumped} - {EURO}
        stored = await store_fetched(session, fetch.source, rates, accepted)
        for jump in jumped:
            await _ask_about(session, fetch, rates, jump)
        await end_exchange_tasks(session, [AWAY, REFUSED])
        await _mind_the_old(session, policy)
        return RatesFetched(
            outcome=FetchOutcome.STORED if stored else FetchOutcome.KNOWN,
            quoted_on=rates.quoted_on,
            stored=stored,
            jumped=tuple(sorted(one.currency for one in jumped)),
        )

    async def _refuse(self, fetch: FetchExchangeRates, why: str) -> RatesFetched:
        async with self._sessions.begin() as session:
            await open_exchange_task(
                session,
                REFUSED,
                f"The exchange rates of {fetch.source} were refused",
                f"What was fetched can't be used: {why}. The rates of before hold.",
            )
            await end_exchange_tasks(session, [AWAY])
            await _mind_the_old(session, await policy_in_force(session, None))
        return RatesFetched(outcome=FetchOutcome.REFUSED)


def _check_day(rates: RatesOfDay) -> None:
    """A day later than any zone's today is none that anybody can have published.

    Raises:
        PermanentProviderError: it is such a day.
    """
    if rates.quoted_on > (datetime.now(UTC) + timedelta(days=1)).date():
        raise PermanentProviderError("rates", "its day is in the future")


async def _ask_about(
    session: AsyncSession, fetch: FetchExchangeRates, rates: RatesOfDay, jump: Jump
) -> None:
    await open_exchange_task(
        session,
        f"jump:{rates.quoted_on}:{jump.currency}",
        f"Look at the rate of {jump.currency}: it jumped by {jump.percent:.1f} %",
        f"{fetch.source} says {jump.after:f} for one euro on {rates.quoted_on}; "
        f"{jump.before:f} is in force and stays. If the new one is right, set it by hand.",
        ever=True,
    )


async def _mind_the_old(session: AsyncSession, policy: Policy) -> None:
    """Opens a task when rates that we trade with are out of date; ends it when none is."""
    known: RatesInForce = await rates_in_force(session, TRADED)
    today = datetime.now(UTC).date()
    if old := out_of_date(known, TRADED, today, policy.exchange_stale_days):
        await open_exchange_task(
            session,
            STALE,
            f"Set exchange rates: {', '.join(old)}",
            f"They are missing or older than {policy.exchange_stale_days} days.",
        )
    else:
        await end_exchange_tasks(session, [STALE])
