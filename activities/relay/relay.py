"""The relay: sweeps outbox and inbox, and gives way while enquiries pour in."""

import asyncio
import logging
import time
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.providers.stripe_events import concerns_money, event_subjects
from activities.relay.batch import Batch
from activities.relay.calls import WorkflowCalls
from activities.relay.comparing import compare_new_customers
from activities.relay.delivering import Delivering
from models.database import session_factory
from models.settings import Settings
from models.store import outbox, provider_events
from models.store.payments import booking_of_provider_ids
from models.store.policy_rollouts import tell_more
from models.store.reminders import send_due_reminders

BATCH: Final = 50
IDLE_SECONDS: Final = 0.25
PATIENCE_SECONDS: Final = 3.0
LEASE_SECONDS: Final = 30.0
RUSH: Final = 15
"""More enquiries than this waiting from the last second are a rush."""
RUSH_SECONDS: Final = 0.5
"""Between two starts during a rush: the story that each begins costs far more than an enquiry."""
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 5.0
POLICY_AT_ONCE: Final = 10
"""Running bookings that wait at once to hear of a changed policy: payments pass between them."""
SECONDS_BETWEEN_LINES: Final = 60.0
SECONDS_BETWEEN_REMINDERS: Final = 5.0
SECONDS_BETWEEN_COMPARISONS: Final = 5.0
COMPARED_AT_ONCE: Final = 20
"""Customers who are held against the others in a sweep: staff can wait for suggestions."""
TEMPORAL, POSTGRES = "Temporal", "Postgres"

log = logging.getLogger("relay")


class Relay:
    """Runs beside a worker for as long as that lives; several of them share the work."""

    def __init__(self, engine: AsyncEngine, client: Client, settings: Settings) -> None:
        self._sessions = session_factory(engine)
        calls = WorkflowCalls(client, settings.task_queue_prefix, PATIENCE_SECONDS)
        self._delivering = Delivering(calls, self._sessions)
        self._pause = 0.0
        """Seconds between tries while somebody is away; 0 while all answer."""
        self._most = BATCH
        """Rows of a batch: one while Temporal is away, then ever more, so that it may recover."""
        self._last_line = -SECONDS_BETWEEN_LINES
        self._reminded = -SECONDS_BETWEEN_REMINDERS
        self._compared = -SECONDS_BETWEEN_COMPARISONS

    async def run(self) -> None:
        """Works until it is cancelled; a fault of the moment never ends it."""
        while True:
            try:
                pause = await self.sweep()
            except (SQLAlchemyError, OSError) as error:
                pause = self._back_off(f"{POSTGRES} ({type(error).__qualname__})")
            except Exception as error:  # noqa: BLE001 - the boundary, which reports
                log.error("the relay goes on after %s", type(error).__qualname__)  # noqa: TRY400 - a traceback's texts may name people
                pause = LONGEST_PAUSE_SECONDS
            await asyncio.sleep(pause)

    async def sweep(self) -> float:
        """Does what is due, up to a batch of each kind; returns how long to rest, in seconds.

        Signals go first: they are few, and people wait for what they bring.
        """
        await self._route_events()
        await self._send_reminders()
        await self._tell_policy()
        most = self._most
        signals, answers = await self._deliver_signals(most)
        rush = await self._is_rush()
        starts, answers_too = await self._deliver_starts(1 if rush else most)
        if not (answers and answers_too):
            self._most = 1
            return self._back_off(TEMPORAL)
        self._pause = 0.0
        self._most = min(most * 2, BATCH)
        if rush:
            return RUSH_SECONDS
        if max(signals, starts) >= most:
            return 0.0
        await self._compare_customers()
        return IDLE_SECONDS

    async def _route_events(self) -> None:
        async with self._sessions.begin() as session:
            for event in await provider_events.lock_unrouted(session, BATCH):
                if not concerns_money(event.payload):
                    await provider_events.set_aside(session, event)
                    continue
                subjects = event_subjects(event.payload)
                booking_id = event.booking_id or await booking_of_provider_ids(session, subjects)
                await provider_events.route_event(session, event, booking_id)

    async def _send_reminders(self) -> None:
        """Reminders of tasks; nobody minds the seconds by which they are late."""
        now = time.monotonic()
        if now - self._reminded >= SECONDS_BETWEEN_REMINDERS:
            self._reminded = now
            async with self._sessions.begin() as session:
                await send_due_reminders(session, BATCH)

    async def _tell_policy(self) -> None:
        """A few running bookings at a time hear of a changed policy."""
        async with self._sessions.begin() as session:
            await tell_more(session, POLICY_AT_ONCE)

    async def _compare_customers(self) -> None:
        """Who of the new customers may be somebody we know; only while nothing else waits."""
        now = time.monotonic()
        if now - self._compared >= SECONDS_BETWEEN_COMPARISONS:
            self._compared = now
            await compare_new_customers(self._sessions, COMPARED_AT_ONCE)

    async def _is_rush(self) -> bool:
        async with self._sessions() as session:
            return await outbox.count_arriving(session, RUSH + 1) > RUSH

    async def _deliver_signals(self, limit: int) -> tuple[int, bool]:
        async with self._sessions.begin() as session:
            rows = await outbox.claim_signals(session, limit, LEASE_SECONDS)
        return len(rows), await Batch(rows, self._delivering).deliver(self._sessions)

    async def _deliver_starts(self, limit: int) -> tuple[int, bool]:
        async with self._sessions.begin() as session:
            rows = await outbox.claim_starts(session, limit, LEASE_SECONDS)
        return len(rows), await Batch(rows, self._delivering).deliver(self._sessions)

    def _back_off(self, absent: str) -> float:
        """The next, longer pause; says once a minute who is away."""
        now = time.monotonic()
        if now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            log.warning("%s does not answer; facts wait until it does", absent)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        return self._pause
