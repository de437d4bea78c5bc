"""The fetching of rates: tried again, then told and ended well; scheduled once, never twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleHandle,
    ScheduleOverlapPolicy,
)
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.schedules import (
    CATCH_UP,
    exchange_rates_schedule,
    keep_schedules,
    put_exchange_rates_schedule,
)
from models.messages.exchange import FetchExchangeRates, FetchOutcome, RatesFetched
from models.messages.task_queues import BOOKINGS, PROVIDERS
from models.messages.workflow_names import EXCHANGE_RATES
from models.settings import Settings
from workflows.registry import WORKFLOWS, workflow_runner


class Source:
    """The activities; `failures` come before the first answer."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.fetched = self.reported = 0

    @activity.defn
    async def fetch_exchange_rates(self, _fetch: FetchExchangeRates) -> RatesFetched:
        self.fetched += 1
        if self.failures:
            raise self.failures.pop(0)
        return RatesFetched(outcome=FetchOutcome.KNOWN)

    @activity.defn
    async def report_no_exchange_rates(self, _fetch: FetchExchangeRates) -> None:
        self.reported += 1


@asynccontextmanager
async def serving(client: Client, source: Source, prefix: str) -> AsyncIterator[str]:
    """The queue of workers of an installation with this prefix."""
    async with (
        Worker(
            client,
            task_queue=prefix + BOOKINGS,
            workflows=WORKFLOWS,
            workflow_runner=workflow_runner(),
            activities=[source.report_no_exchange_rates],
            max_cached_workflows=0,
        ),
        Worker(client, task_queue=prefix + PROVIDERS, activities=[source.fetch_exchange_rates]),
    ):
        yield prefix + BOOKINGS


async def fetch(client: Client, source: Source) -> None:
    prefix = f"{uuid4()}-"
    async with serving(client, source, prefix) as queue:
        await client.execute_workflow(
            EXCHANGE_RATES, FetchExchangeRates(), id=f"rates-{uuid4()}", task_queue=queue
        )


async def test_an_answer_ends_it(temporal_client: Client) -> None:
    source = Source()
    await fetch(temporal_client, source)
    assert (source.fetched, source.reported) == (1, 0)


async def test_a_source_that_is_away_for_a_moment_is_asked_again(temporal_client: Client) -> None:
    soon = ApplicationError("503", next_retry_delay=CATCH_UP * 0)
    source = Source(soon)
    await fetch(temporal_client, source)
    assert (source.fetched, source.reported) == (2, 0)


async def test_when_the_patience_is_over_somebody_is_told_and_the_run_ends_well(
    temporal_client: Client,
) -> None:
    source = Source(ApplicationError("nobody answers", non_retryable=True))
    await fetch(temporal_client, source)
    assert (source.fetched, source.reported) == (1, 1)


@pytest.fixture
def settings() -> Settings:
    return Settings(task_queue_prefix=f"{uuid4()}-")


@asynccontextmanager
async def scheduled(client: Client, settings: Settings) -> AsyncIterator[ScheduleHandle]:
    """The schedule, gone after the block."""
    await keep_schedules(client, settings)
    handle = client.get_schedule_handle(f"{settings.task_queue_prefix}exchange-rates")
    try:
        yield handle
    finally:
        await handle.delete()


async def test_the_schedule_runs_one_at_a_time_and_makes_up_for_what_was_missed(
    temporal_client: Client, settings: Settings
) -> None:
    async with scheduled(temporal_client, settings) as handle:
        found = (await handle.describe()).schedule
    assert found.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert found.policy.catchup_window == CATCH_UP
    assert found.spec.time_zone_name == "Europe/Berlin"
    assert len(found.spec.calendars) == 3


async def test_a_worker_that_starts_again_makes_no_second_schedule_and_leaves_a_pause(
    temporal_client: Client, settings: Settings
) -> None:
    async with scheduled(temporal_client, settings) as handle:
        await handle.pause(note="the bank moves")
        await put_exchange_rates_schedule(temporal_client, settings)
        found = await handle.describe()
    assert found.schedule.state.paused
    assert found.schedule.state.note == "the bank moves"
    assert (
        found.schedule.spec.time_zone_name == exchange_rates_schedule(settings).spec.time_zone_name
    )


async def test_a_new_installation_fetches_at_once(
    temporal_client: Client, settings: Settings
) -> None:
    source = Source()
    prefix = settings.task_queue_prefix
    async with (
        serving(temporal_client, source, prefix),
        scheduled(temporal_client, settings) as handle,
    ):
        started: list[str] = []
        while not started:
            recent = (await handle.describe()).info.recent_actions
            started = [
                one.action.workflow_id
                for one in recent
                if isinstance(one.action, ScheduleActionExecutionStartWorkflow)
            ]
        await temporal_client.get_workflow_handle(started[0]).result()
    assert source.fetched == 1
