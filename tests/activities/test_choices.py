"""What a customer chose is what is agreed, paid, ordered and guided; nothing else, and once."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from temporalio.exceptions import ApplicationError

from activities.booking_records import BookingRecords
from activities.operations import Operations
from models.database import Sessions
from models.domain.payment_plan import draw_plan
from models.domain.policy import Policy
from models.domain.signing import signed_sha256
from models.domain.stages import Stage, TripStatus
from models.messages.ids import AcceptanceId, BookingId, QuoteVersionId
from models.messages.operations import CreateServiceOrders
from models.messages.quoting import (
    QuoteAcceptedRecorded,
    RecordQuoteAccepted,
    RecordQuoteSent,
)
from models.messages.records import RecordProgress
from models.store.quote_copies import copy_of
from models.store.quote_drafts import find_version
from models.tables.finance import Instalment
from models.tables.operations import ServiceOrder
from models.tables.quote import QuoteAcceptance, QuoteLine, QuoteVersion
from tests.support.choices import BALLOON, HOTELS, OFFERED, RIVERSIDE, VILLA, Offered, offer_choices

NOW = datetime.now(UTC)


class Accepting:
    """The activities that take an acceptance, and what they left behind."""

    def __init__(self, sessions: Sessions, offered: Offered) -> None:
        self.sessions, self.offered = sessions, offered
        self.booking = BookingId(offered.trip.booking.id)
        self.quote = QuoteVersionId(offered.trip.quote.id)

    async def written(self, name: str, *chosen: QuoteLine) -> None:
        """Evidence as the API writes it before the booking decides."""
        async with self.sessions.begin() as session:
            session.add(
                QuoteAcceptance(
                    id=f"accept_{name}", quote_version_id=self.quote, name=name,
                    terms_version="2026-11.1", choices=sorted(line.id for line in chosen),
                    document_sha256="0" * 64,
                )
            )  # fmt: skip

    async def accept(self, name: str, seq: int = 1) -> QuoteAcceptedRecorded:
        """The workflow's activity, with the plan of what was offered."""
        plan = draw_plan(OFFERED, self.offered.trip.quote.departure_on, NOW, Policy(version=1))
        record = RecordQuoteAccepted(
            quote_version_id=self.quote,
            acceptance_id=AcceptanceId(f"accept_{name}"),
            plan=plan,
            progress=RecordProgress(
                booking_id=self.booking, seq=seq, timeline=(),
                stage=Stage.INVOICE_SENT, trip_status=TripStatus.PENDING,
            ),
        )  # fmt: skip
        return await BookingRecords(self.sessions).record_quote_accepted(record)

    async def version(self) -> QuoteVersion:
        async with self.sessions() as session:
            return await session.get_one(QuoteVersion, self.quote)

    async def chosen(self) -> set[str]:
        """The descriptions of the choices that count."""
        a_choice = QuoteLine.optional | (QuoteLine.alternative != "")
        async with self.sessions() as session:
            found = await session.scalars(
                select(QuoteLine.description).where(
                    QuoteLine.quote_version_id == self.quote, QuoteLine.chosen, a_choice
                )
            )
            return set(found)


@pytest.fixture
async def accepting(sessions: Sessions) -> Accepting:
    async with sessions.begin() as session:
        return Accepting(sessions, await offer_choices(session))


async def test_what_is_chosen_is_the_price_and_its_payment_plan(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.villa, offered.balloon)
    first = await accepting.accept("elise")
    total = OFFERED - RIVERSIDE + VILLA + BALLOON
    assert (await accepting.version()).total_minor == total
    assert await accepting.chosen() == {"Villa with a garden", "Balloon at sunrise"}
    plan = draw_plan(total, offered.trip.quote.departure_on, NOW, Policy(version=1))
    assert [one.amount_minor for one in first.instalments] == [one.amount_minor for one in plan]
    assert [one.due_at for one in first.instalments] == [one.due_at for one in plan]
    async with accepting.sessions() as session:
        stored = await session.scalar(select(func.sum(Instalment.amount_minor)))
    assert stored == total


async def test_taking_it_again_changes_nothing(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.villa, offered.evening)
    first = await accepting.accept("elise")
    assert await accepting.accept("elise") == first
    await accepting.written("martin", offered.riverside)
    assert (await accepting.accept("martin")).instalments == first.instalments
    assert await accepting.chosen() == {"Villa with a garden", "Guide for an evening"}
    async with accepting.sessions() as session:
        assert not (await session.get_one(QuoteAcceptance, "accept_martin")).accepted


async def test_only_what_is_chosen_is_ordered_and_guided_and_once(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.villa)
    await accepting.accept("elise")
    request = CreateServiceOrders(booking_id=accepting.booking, quote_version_id=accepting.quote)
    operations = Operations(accepting.sessions)
    created = await operations.create_service_orders(request)
    assert await operations.create_service_orders(request) == created
    async with accepting.sessions() as session:
        ordered = set(await session.scalars(select(ServiceOrder.quote_line_id)))
    assert offered.villa.id in ordered
    assert not ordered & {offered.riverside.id, offered.balloon.id}
    assert offered.evening.id not in created.guide_lines
    assert len(created.guide_lines) == 1


async def test_a_guide_is_searched_for_what_was_added(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.riverside, offered.evening)
    await accepting.accept("elise")
    request = CreateServiceOrders(booking_id=accepting.booking, quote_version_id=accepting.quote)
    created = await Operations(accepting.sessions).create_service_orders(request)
    assert offered.evening.id in created.guide_lines


async def test_an_acceptance_from_before_one_could_choose_is_as_offered(
    accepting: Accepting,
) -> None:
    await accepting.written("elise")
    async with accepting.sessions.begin() as session:
        (await session.get_one(QuoteAcceptance, "accept_elise")).choices = None
    await accepting.accept("elise")
    assert (await accepting.version()).total_minor == OFFERED
    assert await accepting.chosen() == {"Riverside house"}


async def test_of_two_with_other_choices_at_once_one_wins(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.villa)
    await accepting.written("martin", offered.riverside, offered.balloon)
    one, other = await asyncio.gather(accepting.accept("elise"), accepting.accept("martin"))
    assert one.instalments == other.instalments
    total = (await accepting.version()).total_minor
    async with accepting.sessions() as session:
        taken = list(await session.scalars(select(QuoteAcceptance).where(QuoteAcceptance.accepted)))
    assert len(taken) == 1
    assert taken[0].total_minor == total == sum(part.amount_minor for part in one.instalments)
    mine = {"Villa with a garden"} if taken[0].name == "elise" else {
        "Riverside house", "Balloon at sunrise"
    }  # fmt: skip
    assert await accepting.chosen() == mine


async def test_the_hash_of_what_is_signed_says_what_was_chosen(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.villa)
    await accepting.accept("elise")
    async with accepting.sessions() as session:
        taken = await session.get_one(QuoteAcceptance, "accept_elise")
    total = OFFERED - RIVERSIDE + VILLA
    facts = {"currency": "USD", "terms_version": "2026-11.1", "name": "elise"}
    mine = signed_sha256(
        document_sha256=None, choices=[offered.villa.id], total_minor=total, **facts
    )
    others = signed_sha256(
        document_sha256=None, choices=[offered.riverside.id], total_minor=total, **facts
    )
    assert taken.signed_sha256 == mine != others


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quote_lines SET chosen = true WHERE optional",
        "UPDATE quote_lines SET chosen = false WHERE alternative <> ''",
        "UPDATE quote_versions SET total_minor = 1, status = 'ACCEPTED'",
        "UPDATE quote_lines SET optional = false, chosen = true",
        "UPDATE quote_lines SET starts_at = '10:00'",
    ],
)
async def test_without_an_acceptance_nothing_of_a_sent_version_is_chosen(
    change: str, accepting: Accepting
) -> None:
    with pytest.raises(DBAPIError, match="was sent and can't change"):
        async with accepting.sessions.begin() as session:
            await session.execute(text(change))


async def test_of_a_set_there_are_never_two(accepting: Accepting) -> None:
    await accepting.written("elise", accepting.offered.villa)
    async with accepting.sessions.begin() as session:
        await session.execute(text("UPDATE quote_acceptances SET accepted = true"))
    with pytest.raises(DBAPIError, match="uq_quote_lines_one_chosen"):
        async with accepting.sessions.begin() as session:
            await session.execute(text("UPDATE quote_lines SET chosen = true"))


async def test_a_copy_of_what_was_agreed_includes_what_was_chosen(accepting: Accepting) -> None:
    offered = accepting.offered
    await accepting.written("elise", offered.villa, offered.balloon)
    await accepting.accept("elise")
    async with accepting.sessions() as session:
        full = await find_version(session, accepting.booking, accepting.quote)
    lines = {line.description: line for line in copy_of(full).lines}
    balloon = lines["Balloon at sunrise"]
    assert (balloon.optional, balloon.chosen, balloon.starts_at) == (
        False, False, offered.balloon.starts_at,
    )  # fmt: skip
    assert lines["Guide for an evening"].optional
    assert lines["Villa with a garden"].alternative == HOTELS
    assert lines["Villa with a garden"].chosen
    assert not lines["Riverside house"].chosen


async def test_a_choice_without_a_price_is_not_sent(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        offered = await offer_choices(session)
        draft = QuoteVersion(
            id="quote_draft", booking_id=offered.trip.booking.id, version=9, title="T",
            currency="USD", total_minor=100, departure_on=offered.trip.quote.departure_on,
            return_on=offered.trip.quote.return_on, travelers=2, created_by="tests",
        )  # fmt: skip
        session.add(draft)
        await session.flush()
        for position, (price, optional) in enumerate(((100, False), (0, True)), start=1):
            session.add(
                QuoteLine(
                    id=f"line_{position}", quote_version_id=draft.id, position=position, day=1,
                    kind="OTHER", description="One", quantity=1, unit_price_minor=price,
                    total_minor=price, optional=optional, chosen=not optional,
                    priced_from={"priced": not optional},
                )
            )  # fmt: skip
    record = RecordQuoteSent(
        quote_version_id=QuoteVersionId("quote_draft"), valid_until=NOW, today=NOW.date(),
        approver=True,
        progress=RecordProgress(
            booking_id=BookingId(offered.trip.booking.id), seq=1, timeline=(),
            stage=Stage.PROPOSAL_SENT, trip_status=TripStatus.PENDING,
        ),
    )  # fmt: skip
    with pytest.raises(ApplicationError, match="may choose has no price"):
        await BookingRecords(sessions).record_quote_sent(record)
