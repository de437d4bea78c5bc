"""Every refusal of an answer has its own sentence, told by the real booking through the door."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from temporalio.client import Client

from models.domain.links import LinkPurpose
from models.domain.stages import Stage
from tests.support.played import Played
from tests.support.playing import FAST, playing
from tests.support.trip import Trip
from tests.support.visitors import Visitors

SLOW = replace(FAST, seconds_per_day=2)
ACCEPT = {"name": "Élise O'Connor", "terms_version": "2026-11.1"}
Way = Callable[[Played, str], Awaitable[object]]


async def expired(played: Played, quote: str) -> None:
    del quote
    await played.fake.until(lambda: "QUOTE_EXPIRED" in played.fake.lines())


async def superseded(played: Played, quote: str) -> None:
    del quote
    await played.sends_quote(2)


async def declined(played: Played, quote: str) -> None:
    await played.declines(quote)


async def accepted(played: Played, quote: str) -> None:
    await played.accepts(quote)


async def other_accepted(played: Played, quote: str) -> None:
    del quote
    await played.sends_quote(2, beside=True)
    await played.accepts(2)


async def other_version(played: Played, quote: str) -> None:
    del quote
    await played.sends_quote(2)
    await played.accepts(2)


async def withdrawn(played: Played, quote: str) -> None:
    del quote
    await played.chooses(Stage.LOST)
    await played.fake.until(lambda: "QUOTE_WITHDRAWN" in played.fake.lines())


WAYS: list[tuple[Way, str]] = [
    (expired, "This quote has expired"),
    (superseded, "A newer version has taken the place"),
    (declined, "You have declined this quote"),
    (accepted, "You have accepted this quote already"),
    (other_accepted, "You have accepted another option"),
    (other_version, "Another version of this quote was accepted already"),
    (withdrawn, "We had to withdraw this quote"),
]


async def address(visitors: Visitors, trip: Trip) -> str:
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    return f"/public/v1/quotes/{path.rpartition('/')[2]}"


@pytest.mark.parametrize(("way", "sentence"), WAYS, ids=lambda one: getattr(one, "__name__", ""))
async def test_an_answer_that_comes_too_late_is_told_why(
    visitors: Visitors, quoted: Trip, temporal_client: Client, way: Way, sentence: str
) -> None:
    policy = replace(FAST, seconds_per_day=0.2, quote_valid_days=4) if way is expired else SLOW
    at = await address(visitors, quoted)
    async with (
        playing(temporal_client, policy, booking=quoted.booking.id) as played,
        visitors.program() as program,
    ):
        await played.sends_quote(quoted.quote.id)
        await way(played, quoted.quote.id)
        taken = await program.post(f"{at}/accept", json=ACCEPT)
        refused = await program.post(f"{at}/decline", json={"category": "PRICE"})
    for answer in (taken, refused):
        assert answer.status_code == 409
        assert answer.json()["code"] == "QUOTE_NOT_OPEN"
        assert sentence in answer.json()["error"]


@pytest.mark.parametrize("ended", [False, True])
async def test_a_cancelled_booking_tells_its_customer_so(
    visitors: Visitors, quoted: Trip, temporal_client: Client, ended: bool
) -> None:
    at = await address(visitors, quoted)
    async with (
        playing(temporal_client, SLOW, booking=quoted.booking.id) as played,
        visitors.program() as program,
    ):
        await played.sends_quote(quoted.quote.id)
        await played.cancels()
        if ended:
            await asyncio.wait_for(played.handle.result(), 30)
        await visitors.change(quoted.booking, trip_status="CANCELLED")
        refused = await program.post(f"{at}/accept", json=ACCEPT)
    assert refused.status_code == 409
    assert "This booking was cancelled" in refused.json()["error"]


async def test_a_booking_that_ended_tells_what_became_of_the_quote(
    visitors: Visitors, quoted: Trip, temporal_client: Client
) -> None:
    at = await address(visitors, quoted)
    policy = replace(FAST, reopen_days=1)
    async with (
        playing(temporal_client, policy, booking=quoted.booking.id) as played,
        visitors.program() as program,
    ):
        await played.sends_quote(quoted.quote.id)
        await played.declines(quoted.quote.id)
        await asyncio.wait_for(played.handle.result(), 30)
        await visitors.change(quoted.quote, status="DECLINED")
        refused = await program.post(f"{at}/accept", json=ACCEPT)
    assert "You have declined this quote" in refused.json()["error"]


async def test_a_reason_to_decline_is_counted_and_an_unknown_one_refused(
    visitors: Visitors, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    at = await address(visitors, quoted)
    async with visitors.program() as program:
        unknown = await program.post(f"{at}/decline", json={"category": "WEATHER"})
        taken = await program.post(f"{at}/decline", json={"category": "DATES"})
    assert (unknown.status_code, taken.status_code) == (422, 200)
    (asked,) = await visitors.asked(quoted.booking.id)
    assert '"reason":"DATES"' in asked
