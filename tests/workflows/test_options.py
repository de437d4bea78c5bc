"""Several live options of one booking: sent, reminded of, answered and left to expire."""

from dataclasses import replace

import pytest

from models.domain.errors import BookingClosedError, QuoteNotOpenError, QuoteNotSendableError
from models.domain.stages import Stage
from models.messages.messaging import Template
from models.messages.quoting import RecordQuoteClosed, RecordQuoteSent
from tests.support.fake_activities import FakeActivities
from tests.workflows.conftest import FAST, Play
from workflows.state import BookingState

SLOW = replace(FAST, seconds_per_day=2)


async def test_options_stand_beside_each_other_and_accepting_one_closes_the_others(
    play: Play,
) -> None:
    async with play(policy=SLOW) as played:
        await played.sends_quote(1)
        await played.sends_quote(2, beside=True)
        await played.sends_quote(3, beside=True)
        await played.fake.until(lambda: played.fake.sent().count("quote_sent") == 3)
        await played.accepts(2)
        for other in (1, 3):
            with pytest.raises(QuoteNotOpenError, match="accepted another option"):
                await played.accepts(other)
        with pytest.raises(QuoteNotOpenError, match="accepted this quote already"):
            await played.declines(2)


async def test_a_successor_supersedes_one_option_alone(play: Play) -> None:
    async with play(policy=SLOW) as played:
        await played.sends_quote(1)
        await played.sends_quote(2, beside=True)
        await played.sends_quote(3, replaces=1)
        with pytest.raises(QuoteNotOpenError, match="newer version has taken"):
            await played.accepts(1)
        with pytest.raises(QuoteNotSendableError, match="not open any more"):
            await played.sends_quote(4, replaces=1)
        await played.sends_quote(5)
        for over in (2, 3):
            with pytest.raises(QuoteNotOpenError, match="newer version has taken"):
                await played.accepts(over)
        await played.accepts(5)
        sent = [one for one in played.fake.asked if isinstance(one, RecordQuoteSent)]
        assert [(one.beside, bool(one.replaces)) for one in sent] == [
            (False, False),
            (True, False),
            (False, True),
            (False, False),
        ]


async def test_too_many_options_are_refused(play: Play) -> None:
    async with play(policy=SLOW) as played:
        for number in range(1, 6):
            await played.sends_quote(number, beside=True)
        with pytest.raises(QuoteNotSendableError, match="5 options are open"):
            await played.sends_quote(6, beside=True)
        await played.sends_quote(6, replaces=3)


async def test_declining_one_option_leaves_the_others_and_the_last_one_loses_the_booking(
    play: Play,
) -> None:
    async with play(policy=SLOW) as played:
        await played.sends_quote(1)
        await played.sends_quote(2, beside=True)
        assert (await played.declines(1)).stage is Stage.PROPOSAL_SENT
        with pytest.raises(QuoteNotOpenError, match="You have declined"):
            await played.accepts(1)
        assert (await played.declines(2)).stage is Stage.LOST
        closed = [one for one in played.fake.asked if isinstance(one, RecordQuoteClosed)]
        assert {one.reason for one in closed} == {"PRICE"}


def reminders(fake: FakeActivities) -> list[str]:
    return [message for message in fake.sent() if message.startswith("quote_reminder")]


async def test_options_are_reminded_of_in_one_mail_and_expire_with_one_task(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=1, quote_valid_days=8)) as played:
        for number in (1, 2, 3):
            await played.sends_quote(number, beside=True)
        await played.fake.until(lambda: played.fake.lines().count("QUOTE_EXPIRED") == 3)
        assert reminders(played.fake) == [
            Template.QUOTE_REMINDER_UNVIEWED,
            Template.QUOTE_REMINDER_EXPIRING,
        ]
        await played.fake.until(lambda: any("expired:" in key for key in played.fake.tasks()))
        assert len([key for key in played.fake.tasks() if key.startswith("expired:")]) == 1
        for number in (1, 2, 3):
            with pytest.raises(QuoteNotOpenError, match="has expired"):
                await played.accepts(number)


async def test_only_the_viewed_option_is_not_called_unviewed(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=0.5)) as played:
        await played.sends_quote(1)
        await played.sends_quote(2, beside=True)
        await played.handle.signal("quote_viewed", {"quote_version_id": played.quote_id(1)})
        await played.fake.until(lambda: bool(reminders(played.fake)))
        (about,) = [
            getattr(one, "subject_ref", "")
            for one in played.fake.asked
            if getattr(one, "template", "") == Template.QUOTE_REMINDER_UNVIEWED
        ]
        assert about == played.quote_id(2)


async def test_withdrawn_options_say_so_in_one_record(play: Play) -> None:
    async with play(policy=SLOW) as played:
        await played.sends_quote(1)
        await played.sends_quote(2, beside=True)
        await played.chooses(Stage.LOST)
        await played.fake.until(lambda: "QUOTE_WITHDRAWN" in played.fake.lines())
        (closed,) = [one for one in played.fake.asked if isinstance(one, RecordQuoteClosed)]
        assert (closed.status, closed.others) == ("WITHDRAWN", (played.quote_id(2),))
        with pytest.raises(QuoteNotOpenError, match="had to withdraw"):
            await played.accepts(1)


async def test_options_survive_continue_as_new(play: Play) -> None:
    async with play(policy=replace(FAST, seconds_per_day=1, history_limit=25)) as played:
        await played.sends_quote(1)
        await played.sends_quote(2, beside=True)
        await played.declines(1)
        await played.fake.until(lambda: bool(reminders(played.fake)))
        with pytest.raises(QuoteNotOpenError, match="You have declined"):
            await played.accepts(1)
        await played.accepts(2)
        now = await played.client.get_workflow_handle(played.fake.booking_id).describe()
        assert now.run_id != played.handle.first_execution_run_id


async def test_a_cancelled_booking_refuses_with_a_sentence_of_its_own(play: Play) -> None:
    async with play(policy=SLOW) as played:
        await played.sends_quote(1)
        await played.cancels()
        with pytest.raises(BookingClosedError):
            await played.accepts(1)


def test_a_state_of_before_there_were_options_is_read() -> None:
    facts = {
        "quote_version_id": "quote_1",
        "version": 1,
        "total_minor": 100,
        "currency": "USD",
        "departure_on": "2027-03-02",
        "return_on": "2027-03-10",
    }
    moment = "2026-11-01T00:00:00Z"
    quote = {"facts": facts, "sent_at": moment, "valid_until": moment}
    stored = {
        "booking_id": "booking_1",
        "created_at": moment,
        "destination": "Vietnam",
        "policy": {"version": 1},
        "stage_entered_at": moment,
        "quote": quote,
    }
    state = BookingState.model_validate(stored)
    assert [option.id for option in state.options] == ["quote_1"]
    assert BookingState.model_validate(state.model_dump()) == state
