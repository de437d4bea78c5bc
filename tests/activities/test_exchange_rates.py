"""What is fetched is added once; what can't be true waits for a person, and the old rate stays."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx2
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from activities.exchange_rates import ExchangeRateFetching
from activities.providers.ecb import EcbRates
from activities.providers.ports import PermanentProviderError, RetryableProviderError
from models.database import Sessions
from models.domain.exchange import TRADED, RatesOfDay, RateSource
from models.messages.exchange import FetchExchangeRates, FetchOutcome, RatesFetched
from models.messages.ids import new_id
from models.settings import Settings
from models.store.exchange_rates import last_rates, rates_in_force, set_by_hand
from models.store.exchange_tasks import finish_exchange_task, open_exchange_tasks
from models.tables.exchange import ExchangeRateFact

TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)
FETCH = FetchExchangeRates()


class Source:
    """A source that says what a test lets it say."""

    def __init__(self) -> None:
        self.answer: RatesOfDay | Exception = RatesOfDay(TODAY, {})

    def says(self, quoted_on: date = TODAY, **per_euro: str) -> None:
        self.answer = RatesOfDay(
            quoted_on, {currency: Decimal(rate) for currency, rate in per_euro.items()}
        )

    async def latest(self) -> RatesOfDay:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Desk:
    """The activities, their source, and what came of them."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.source = Source()
        self.activities = ExchangeRateFetching(sessions, self.source)

    async def fetch(self) -> RatesFetched:
        return await self.activities.fetch_exchange_rates(FETCH)

    async def by_hand(self, currency: str, rate: str, quoted_on: date = TODAY) -> None:
        async with self.sessions.begin() as session:
            await set_by_hand(
                session,
                new_id("fx"),
                currency=currency,
                per_euro=Decimal(rate),
                quoted_on=quoted_on,
                by="staff_1",
                reason="The bank's counter",
            )

    async def rate(self, currency: str, at: datetime | None = None) -> Decimal:
        async with self.sessions() as session:
            return (await rates_in_force(session, [currency], at)).per_euro(currency)

    async def count(self) -> int:
        async with self.sessions() as session:
            return await session.scalar(select(func.count()).select_from(ExchangeRateFact)) or 0

    async def tasks(self) -> list[str]:
        async with self.sessions() as session:
            return [task.key for task in await open_exchange_tasks(session)]


@pytest.fixture
def rates(sessions: Sessions) -> Desk:
    return Desk(sessions)


async def test_a_file_is_stored_with_source_and_day_and_again_adds_nothing(rates: Desk) -> None:
    rates.source.says(USD="1.0842", THB="36.875")
    first = await rates.fetch()
    assert (first.outcome, first.quoted_on, first.stored) == (FetchOutcome.STORED, TODAY, 2)
    again = await rates.fetch()
    assert (again.outcome, again.stored) == (FetchOutcome.KNOWN, 0)
    assert await rates.count() == 2
    async with rates.sessions() as session:
        fact = (await rates_in_force(session, ["USD"])).by_currency["USD"]
    assert (fact.source, fact.quoted_on, fact.recorded_by) == (RateSource.ECB, TODAY, "system")
    assert fact.per_euro == Decimal("1.0842")


async def test_the_next_day_is_another_fact_and_the_one_before_stays(rates: Desk) -> None:
    rates.source.says(YESTERDAY, USD="1.08")
    await rates.fetch()
    rates.source.says(USD="1.09")
    await rates.fetch()
    assert await rates.rate("USD") == Decimal("1.09")
    async with rates.sessions() as session:
        known = (await last_rates(session, 10))["USD"]
    assert [one.rate.per_euro for one in known] == [Decimal("1.09"), Decimal("1.08")]


async def test_an_older_file_that_comes_late_does_not_take_over(rates: Desk) -> None:
    rates.source.says(USD="1.09")
    await rates.fetch()
    rates.source.says(YESTERDAY, USD="1.08")
    await rates.fetch()
    assert await rates.rate("USD") == Decimal("1.09")


async def test_a_correction_of_the_same_day_counts_and_the_first_stays(rates: Desk) -> None:
    rates.source.says(USD="1.08")
    await rates.fetch()
    rates.source.says(USD="1.09")
    await rates.fetch()
    assert (await rates.rate("USD"), await rates.count()) == (Decimal("1.09"), 2)


async def test_of_one_day_what_a_person_set_counts_and_the_next_file_takes_over(
    rates: Desk,
) -> None:
    rates.source.says(YESTERDAY, USD="1.08")
    await rates.by_hand("USD", "1.10", YESTERDAY)
    await rates.fetch()
    assert await rates.rate("USD") == Decimal("1.10")
    rates.source.says(USD="1.09")
    await rates.fetch()
    assert await rates.rate("USD") == Decimal("1.09")


async def test_what_held_at_a_moment_can_be_asked_later(rates: Desk) -> None:
    await rates.by_hand("VND", "27000")
    async with rates.sessions() as session:
        moment: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    await rates.by_hand("VND", "28000")
    assert await rates.rate("VND", moment) == 27_000
    assert await rates.rate("VND") == 28_000


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE exchange_rates SET per_euro = 1",
        "DELETE FROM exchange_rates",
        "TRUNCATE exchange_rates",
    ],
)
async def test_no_fact_is_ever_changed_or_deleted(rates: Desk, change: str) -> None:
    await rates.by_hand("VND", "27000")
    with pytest.raises(IntegrityError, match="append-only"):
        async with rates.sessions.begin() as session:
            await session.execute(text(change))


async def test_a_rate_of_zero_is_never_stored(rates: Desk) -> None:
    with pytest.raises(IntegrityError, match="per_euro_positive"):
        await rates.by_hand("VND", "0")


async def test_a_jump_is_not_taken_and_is_asked_about_once(rates: Desk) -> None:
    rates.source.says(YESTERDAY, USD="1.08", THB="36")
    await rates.fetch()
    rates.source.says(USD="2.16", THB="37")
    fetched = await rates.fetch()
    assert (fetched.jumped, fetched.stored) == (("USD",), 1)
    assert await rates.rate("USD") == Decimal("1.08")
    assert await rates.rate("THB") == 37
    jump = f"jump:{TODAY}:USD"
    assert jump in await rates.tasks()
    async with rates.sessions.begin() as session:
        task = next(one for one in await open_exchange_tasks(session) if one.key == jump)
        assert "it jumped by 100.0 %" in task.title
        assert "2.16 for one euro" in task.detail
        await finish_exchange_task(session, task.id, "staff_1")
    await rates.fetch()
    assert jump not in await rates.tasks()


async def test_a_level_that_a_person_has_confirmed_is_no_jump_any_more(rates: Desk) -> None:
    await rates.by_hand("USD", "1.08", YESTERDAY)
    await rates.by_hand("USD", "2.15", YESTERDAY)
    rates.source.says(USD="2.16")
    assert (await rates.fetch()).jumped == ()
    assert await rates.rate("USD") == Decimal("2.16")


async def test_a_file_that_can_not_be_used_is_one_task_and_the_old_rates_stay(
    rates: Desk,
) -> None:
    rates.source.says(YESTERDAY, USD="1.08")
    await rates.fetch()
    rates.source.answer = PermanentProviderError("ecb", "it is no XML, but perhaps a web page")
    for _ in range(2):
        assert (await rates.fetch()).outcome is FetchOutcome.REFUSED
    assert (await rates.tasks()).count("refused") == 1
    assert await rates.rate("USD") == Decimal("1.08")
    rates.source.says(USD="1.09")
    await rates.fetch()
    assert "refused" not in await rates.tasks()


async def test_a_day_of_the_future_is_refused(rates: Desk) -> None:
    rates.source.says(TODAY + timedelta(days=3), USD="1.08")
    assert (await rates.fetch()).outcome is FetchOutcome.REFUSED
    assert await rates.count() == 0


async def test_a_provider_that_is_away_is_left_to_the_retries(rates: Desk) -> None:
    rates.source.answer = RetryableProviderError("ecb", "503")
    with pytest.raises(RetryableProviderError):
        await rates.fetch()
    assert await rates.tasks() == []


async def test_after_the_retries_somebody_is_told_once_until_it_answers(rates: Desk) -> None:
    for _ in range(2):
        await rates.activities.report_no_exchange_rates(FETCH)
    assert (await rates.tasks()).count("away") == 1
    rates.source.says(USD="1.08")
    await rates.fetch()
    assert "away" not in await rates.tasks()


async def test_what_is_traded_and_old_or_missing_is_asked_for_until_it_is_set(
    rates: Desk,
) -> None:
    fetched = {one: Decimal(2) for one in TRADED if one not in {"VND", "LAK"}}
    rates.source.answer = RatesOfDay(TODAY, fetched)
    await rates.by_hand("LAK", "23000", TODAY - timedelta(days=8))
    await rates.fetch()
    async with rates.sessions() as session:
        (task,) = await open_exchange_tasks(session)
    assert (task.key, task.title) == ("stale", "Set exchange rates: VND, LAK")
    await rates.by_hand("LAK", "23100")
    await rates.by_hand("VND", "27000")
    await rates.fetch()
    assert await rates.tasks() == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("usual", FetchOutcome.STORED),
        ("web_page", FetchOutcome.REFUSED),
        ("zero", FetchOutcome.REFUSED),
    ],
)
async def test_the_stand_in_is_fetched_as_the_bank_would_be(
    sessions: Sessions, stand_ins: Settings, answer: str, outcome: FetchOutcome
) -> None:
    await _let_answer(stand_ins, answer)
    try:
        provider = EcbRates(_at(stand_ins))
        fetched = await ExchangeRateFetching(sessions, provider).fetch_exchange_rates(FETCH)
    finally:
        await _let_answer(stand_ins, "usual")
    assert fetched.outcome is outcome


async def test_the_stand_in_can_be_away(stand_ins: Settings) -> None:
    await _let_answer(stand_ins, "away")
    try:
        with pytest.raises(RetryableProviderError, match="503"):
            await EcbRates(_at(stand_ins)).latest()
    finally:
        await _let_answer(stand_ins, "usual")


def _at(stand_ins: Settings) -> Settings:
    url = f"{stand_ins.sandbox_url}/ecb/stats/eurofxref/eurofxref-daily.xml"
    return stand_ins.model_copy(update={"ecb_rates_url": url})


async def _let_answer(stand_ins: Settings, answer: str) -> None:
    async with httpx2.AsyncClient(base_url=stand_ins.sandbox_url) as http:
        (await http.post("/ecb/control", json={"answer": answer})).raise_for_status()
