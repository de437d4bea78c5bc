"""What a whole life may cost in Temporal: 400 events and a megabyte."""

from tests.support.histories import runs_of
from tests.support.travellers import Played

MOST_EVENTS = 400
MOST_BYTES = 1_000_000


async def test_a_whole_life_stays_within_its_history(played: Played) -> None:
    runs = await runs_of(played.stack, played.unbroken.booking_id)
    events = [event for run in runs for event in run.events]
    assert len(runs) == 1
    assert len(events) <= MOST_EVENTS
    assert sum(event.ByteSize() for event in events) <= MOST_BYTES


async def test_a_life_in_many_runs_stays_within_a_megabyte(played: Played) -> None:
    runs = await runs_of(played.stack, played.whole.booking_id)
    assert len(runs) > 1
    assert sum(event.ByteSize() for run in runs for event in run.events) <= MOST_BYTES
