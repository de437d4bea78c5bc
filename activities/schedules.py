"""The Temporal Schedules of an installation: made at the worker's start, and kept as they are here.

An operator's pause of a schedule stays, also when its times change here.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.exceptions import TemporalError

from models.messages.exchange import FetchExchangeRates
from models.messages.task_queues import BOOKINGS, queue
from models.messages.workflow_names import EXCHANGE_RATES
from models.settings import Settings

EXCHANGE_RATES_ID = "exchange-rates"
PAUSE_SECONDS = 5.0
CATCH_UP = timedelta(hours=12)
"""A run that was missed because Temporal was away is made up for so long."""
FRANKFURT = "Europe/Berlin"
TIMES = ((16, 15), (18, 15), (7, 15))
"""The bank publishes at about 16:00; twice more, for the days on which it is late."""
MONDAY, FRIDAY = 1, 5

log = logging.getLogger("schedules")


def exchange_rates_schedule(settings: Settings) -> Schedule:
    """When exchange rates are fetched; one fetch at a time."""
    weekdays = [ScheduleRange(MONDAY, FRIDAY)]
    return Schedule(
        action=ScheduleActionStartWorkflow(
            EXCHANGE_RATES,
            FetchExchangeRates(),
            id=f"{settings.task_queue_prefix}{EXCHANGE_RATES_ID}",
            task_queue=queue(settings.task_queue_prefix, BOOKINGS),
            static_summary="Fetch exchange rates",
        ),
        spec=ScheduleSpec(
            calendars=[
                ScheduleCalendarSpec(
                    hour=[ScheduleRange(hour)],
                    minute=[ScheduleRange(minute)],
                    day_of_week=weekdays,
                )
                for hour, minute in TIMES
            ],
            time_zone_name=FRANKFURT,
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
    )


async def keep_schedules(client: Client, settings: Settings) -> None:
    """Makes the schedules, or brings them up to date; tried until Temporal takes it."""
    while True:
        try:
            await put_exchange_rates_schedule(client, settings)
        except TemporalError as error:
            log.warning("the schedules can't be kept yet: %s", type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def put_exchange_rates_schedule(client: Client, settings: Settings) -> None:
    """Makes the schedule, with a first fetch at once; one that is there is brought up to date.

    Raises:
        TemporalError: Temporal does not take it now.
    """
    wanted = exchange_rates_schedule(settings)
    schedule_id = f"{settings.task_queue_prefix}{EXCHANGE_RATES_ID}"
    try:
        await client.create_schedule(schedule_id, wanted, trigger_immediately=True)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(schedule_id)
        await handle.update(lambda found: _updated(found, wanted))


def _updated(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    return ScheduleUpdate(replace(wanted, state=found.description.schedule.state))
