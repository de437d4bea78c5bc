"""The worker: wires the adapters and serves the task queues until it is told to stop.

Three queues, so that stories, provider calls and documents are worked off apart; beside them the
relay, which brings stored facts to their workflows.
"""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.booking_records import BookingRecords
from activities.certifying import Certifying
from activities.discretion import Discretion
from activities.documents import Documents
from activities.exchange_rates import ExchangeRateFetching
from activities.heartbeats import Heartbeats
from activities.messaging import Messaging
from activities.operations import Operations
from activities.payments import Payments
from activities.providers.chromium import Chromium
from activities.providers.ecb import EcbRates
from activities.providers.postmark import PostmarkSender
from activities.providers.storage import DirectoryStore
from activities.providers.stripe import StripePayments
from activities.providers.twilio import TwilioSender
from activities.registry import activities_of
from activities.relay import Relay
from activities.schedules import keep_schedules
from api import logs
from api.worker_health import serve_health
from models.database import create_engine, session_factory
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS, queue
from models.settings import Settings
from models.temporal import wait_for_client
from workflows.registry import WORKFLOWS, workflow_runner

GRACE = timedelta(seconds=2)
STICKY = timedelta(seconds=5)
"""How long a story waits for the worker that has it in memory before any other may take it."""
CACHED_WORKFLOWS = 2_000
SDK_THREADS = 32


def build_workers(client: Client, settings: Settings, calls: dict[str, list[Any]]) -> list[Worker]:
    """One worker a queue; `calls` names the activities of each."""
    at_once = {BOOKINGS: 40, PROVIDERS: 20, DOCUMENTS: 2}
    return [
        Worker(
            client,
            task_queue=queue(settings.task_queue_prefix, name),
            workflows=WORKFLOWS if name == BOOKINGS else [],
            workflow_runner=workflow_runner(),
            activities=calls[name],
            max_concurrent_activities=at_once[name],
            max_cached_workflows=CACHED_WORKFLOWS if name == BOOKINGS else 0,
            graceful_shutdown_timeout=GRACE,
            interceptors=[Heartbeats(), Discretion()],
            sticky_queue_schedule_to_start_timeout=STICKY,
        )
        for name in (BOOKINGS, PROVIDERS, DOCUMENTS)
    ]


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Works until `stop` is set; what is under way gets a moment to end."""
    engine, renderer = create_engine(settings), Chromium(settings.chromium_path)
    sessions, documents = session_factory(engine), DirectoryStore(settings.data_dir / "documents")
    calls = activities_of(
        records=BookingRecords(sessions),
        operations=Operations(sessions),
        payments=Payments(sessions, StripePayments(settings), settings),
        messaging=Messaging(
            sessions,
            settings,
            mail=PostmarkSender(settings),
            texts=TwilioSender(settings),
            documents=documents,
        ),
        documents=Documents(sessions, renderer=renderer, store=documents),
        rates=ExchangeRateFetching(sessions, EcbRates(settings)),
    )
    client = await wait_for_client(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback(renderer.close)
        for worker in (workers := build_workers(client, settings, calls)):
            await stack.enter_async_context(worker)
        relay = asyncio.create_task(Relay(engine, client, settings).run())
        schedules = asyncio.create_task(keep_schedules(client, settings))
        signatures = Certifying(sessions, renderer=renderer, store=documents)
        certifying = asyncio.create_task(signatures.run())
        health = asyncio.create_task(serve_health(settings.worker_port, workers, relay))
        ended = asyncio.create_task(stop.wait())
        ends = {ended, relay, health, certifying}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in (tasks := (*ends, schedules)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    settings = Settings()
    logs.configure(settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(SDK_THREADS))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop)


if __name__ == "__main__":
    asyncio.run(main())
