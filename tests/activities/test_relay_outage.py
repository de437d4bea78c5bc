"""Temporal is killed and returns: every booking has exactly one workflow."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.domain.search_attributes import SEARCH_ATTRIBUTES
from sandbox.stack.ports import find_free
from sandbox.stack.program import spawn, stop
from sandbox.stack.temporal import Temporal
from tests.sandbox.running import eventually
from tests.support.enquiries import open_door
from tests.support.relaying import listening, open_post, until


@contextmanager
def serving(temporal: Temporal, log: Path) -> Iterator[None]:
    """A Temporal server that is killed at the end of the block."""
    program = temporal.program()
    with log.open("ab") as output:
        process = spawn(program, output.fileno())
    try:
        eventually(program.healthy)
        yield
    finally:
        stop(process, signal.SIGKILL, 5.0)


async def test_bookings_taken_during_an_outage_get_their_workflow_afterwards(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    temporal = Temporal(
        port=find_free(), search_attributes=SEARCH_ATTRIBUTES, file=tmp_path / "temporal.db"
    )
    async with open_post(database_url, temporal.address) as post:
        prefix = post.settings.task_queue_prefix
        async with open_door(
            database_url, temporal_address=temporal.address, task_queue_prefix=prefix
        ) as door:
            relay = asyncio.create_task(post.relay.run())
            with serving(temporal, tmp_path / "log"):
                taken = [await door.send() for _ in range(3)]
            with caplog.at_level(logging.WARNING, "relay"):
                taken += [await door.send() for _ in range(25)]
                await asyncio.sleep(3)
            with serving(temporal, tmp_path / "log"):

                async def all_delivered() -> bool:
                    return all(row.delivered_at for row in await post.rows())

                assert await until(all_delivered)
                relay.cancel()
                ids = {answer.json()["booking_id"] for answer in taken}
                assert len(ids) == 28
                async with listening(post):
                    assert [await post.facts(booking_id) for booking_id in ids] == [[]] * 28
                    assert [await post.runs(booking_id) for booking_id in ids] == [1] * 28
    assert [record.getMessage() for record in caplog.records if record.name == "relay"] == [
        "Temporal does not answer; facts wait until it does"
    ]
