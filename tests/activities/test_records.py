"""What workflows write into the tables: once each, never backwards, never past a rule."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from temporalio.exceptions import ApplicationError

from activities.booking_records import BookingRecords
from activities.operations import Operations
from models.database import Sessions
from models.domain.checklist import draw_checklist
from models.domain.payment_plan import draw_plan
from models.domain.policy import Policy
from models.domain.stages import (
    ChecklistStatus,
    DeclineReason,
    GuideAssignmentStatus,
    ServiceOrderStatus,
    Stage,
    TripStatus,
)
from models.messages.booking import BookingStart
from models.messages.ids import (
    AcceptanceId,
    BookingId,
    GuideId,
    QuoteLineId,
    QuoteVersionId,
    RemarkId,
    ServiceOrderId,
    StaffId,
    new_id,
)
from models.messages.operations import (
    CreateServiceOrders,
    DrawChecklist,
    OfferTrip,
    RankGuides,
    RecordChecklistItem,
    RecordGuideAnswer,
    RecordServiceOrder,
)
from models.messages.quoting import RecordQuoteAccepted, RecordQuoteClosed, RecordQuoteSent
from models.messages.records import NewTask, RecordProgress, TimelineLine
from models.tables.crm import Booking, BookingActivity, Remark, Task
from models.tables.finance import Instalment
from models.tables.guides import Guide, GuideAssignment
from models.tables.operations import ChecklistItem, ServiceOrder
from models.tables.quote import QuoteAcceptance, QuoteLine, QuoteVersion
from tests.support import office

NOW = datetime.now(UTC)


class World:
    """A booking with one draft, and the activities that write it."""

    def __init__(self, sessions: Sessions, booking: Booking, quote: QuoteVersion) -> None:
        self.sessions = sessions
        self.booking = BookingId(booking.id)
        self.quote = QuoteVersionId(quote.id)
        self.records = BookingRecords(sessions)
        self.operations = Operations(sessions)

    def progress(self, seq: int, *lines: TimelineLine, **facts: Any) -> RecordProgress:
        usual: dict[str, Any] = {"stage": Stage.NEW, "trip_status": TripStatus.PENDING}
        return RecordProgress(booking_id=self.booking, seq=seq, timeline=lines, **usual | facts)

    async def drafted(self, version: int) -> QuoteVersionId:
        """Another version, as a draft."""
        async with self.sessions.begin() as session:
            booking = await session.get_one(Booking, self.booking)
            hotel = await office.supplier(session, f"Lotus House {version}")
            draft, _ = await office.quote(session, booking, hotel, version=version)
        return QuoteVersionId(draft.id)

    async def version(self, quote: QuoteVersionId) -> QuoteVersion:
        """A version as it is stored."""
        async with self.sessions() as session:
            return await session.get_one(QuoteVersion, quote)

    async def sent(
        self,
        seq: int = 1,
        *,
        quote: QuoteVersionId | None = None,
        beside: bool = False,
        replaces: QuoteVersionId | None = None,
    ) -> None:
        record = RecordQuoteSent(
            quote_version_id=quote or self.quote,
            beside=beside,
            replaces=replaces,
            valid_until=NOW + timedelta(days=14),
            today=date(2026, 11, 1),
            progress=self.progress(seq, stage=Stage.PROPOSAL_SENT),
        )
        await self.records.record_quote_sent(record)

    async def accepted(self) -> None:
        await self.sent()
        await self.records.record_quote_accepted(self.acceptance(2))

    def acceptance(self, seq: int) -> RecordQuoteAccepted:
        plan = draw_plan(247_000, office.DEPARTURE, NOW, Policy(version=1))
        facts = {"departure_on": office.DEPARTURE, "return_on": office.RETURN}
        return RecordQuoteAccepted(
            quote_version_id=self.quote,
            acceptance_id=AcceptanceId("accept_1"),
            plan=plan,
            progress=self.progress(seq, stage=Stage.INVOICE_SENT, **facts),
        )

    async def stored(self) -> Booking:
        async with self.sessions() as session:
            return await session.get_one(Booking, self.booking)

    async def count(self, table: type, *conditions: Any) -> int:
        async with self.sessions() as session:
            found = await session.scalar(select(func.count()).select_from(table).where(*conditions))
            return found or 0


@pytest.fixture
async def world(sessions: Sessions) -> World:
    async with sessions.begin() as session:
        of = await office.customer(session)
        booking = await office.booking(session, of, language="French")
        hotel = await office.supplier(session, "Maison de Hanoi")
        quote, _ = await office.quote(session, booking, hotel)
        await office.add(
            session,
            QuoteAcceptance(
                id="accept_1", quote_version_id=quote.id, name="Amélie", terms_version="2026-01"
            ),
        )
    return World(sessions, booking, quote)


async def refused(call: Any, code: str) -> None:
    with pytest.raises(ApplicationError) as refusal:
        await call
    assert refusal.value.type == code
    assert refusal.value.non_retryable


async def test_the_workflow_learns_its_booking_and_nothing_about_the_person(world: World) -> None:
    facts = await world.records.load_booking(BookingStart(booking_id=world.booking))
    assert (facts.destination, facts.policy.quote_valid_days) == ("Vietnam", 14)
    assert "Laurent" not in facts.model_dump_json()


async def test_an_unknown_booking_is_never_tried_again(world: World) -> None:
    unknown = BookingStart(booking_id=BookingId(new_id("booking")))
    await refused(world.records.load_booking(unknown), "NOT_FOUND")


async def test_a_late_write_never_overwrites_a_newer_one_but_its_line_is_kept(
    world: World,
) -> None:
    newer = world.progress(2, TimelineLine(type="B", detail="b"), stage=Stage.WON)
    older = world.progress(1, TimelineLine(type="A", detail="a"), stage=Stage.QUALIFIED)
    await world.records.record_progress(newer)
    await world.records.record_progress(older)
    await world.records.record_progress(newer)
    stored = await world.stored()
    assert (stored.stage, stored.projection_seq, stored.revision) == (Stage.WON, 2, 2)
    assert await world.count(BookingActivity) == 2


async def test_a_note_beside_a_decision_leaves_the_projection_alone(world: World) -> None:
    task = NewTask(key="call", title="Call back", owner_role="atp_staff")
    note = world.progress(5, stage=Stage.LOST, projects=False, new_tasks=(task,))
    await world.records.record_progress(note)
    await world.records.record_progress(note)
    assert (await world.stored()).stage == Stage.NEW
    assert await world.count(Task) == 1


async def test_only_the_first_of_two_who_saw_the_same_booking_changes_it(world: World) -> None:
    first = world.progress(1, TimelineLine(type="A", detail="a"), expected_revision=1)
    second = world.progress(2, TimelineLine(type="B", detail="b"), expected_revision=1)
    assert (await world.records.record_progress(first)).revision == 2
    await refused(world.records.record_progress(second), "BOOKING_HASH_MISMATCH")
    assert (await world.records.record_progress(first)).revision == 2
    assert await world.count(BookingActivity) == 1


async def test_tasks_follow_the_owner_and_end_with_their_stage(world: World) -> None:
    async with world.sessions.begin() as session:
        linh = await office.member(session, "Linh", "linh")
    task = NewTask(key="follow_up:NEW:1", title="Answer", owner_role="atp_staff")
    await world.records.record_progress(world.progress(1, new_tasks=(task,)))
    await world.records.record_progress(world.progress(2, staff_id=StaffId(linh.id)))
    assert await world.count(Task, Task.owner_id == linh.id) == 1
    done = world.progress(3, staff_id=StaffId(linh.id), done_tasks=("follow_up:NEW:1",))
    await world.records.record_progress(done)
    assert await world.count(Task, Task.status == "DONE") == 1


async def test_the_timeline_only_grows(world: World) -> None:
    line = TimelineLine(type="A", detail="a")
    await world.records.record_progress(world.progress(1, line))
    for change in ("UPDATE booking_activities SET detail = 'b'", "DELETE FROM booking_activities"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with world.sessions.begin() as session:
                await session.execute(text(change))


async def test_sending_freezes_a_draft_once_and_supersedes_the_one_before(world: World) -> None:
    await world.sent()
    await world.sent()
    async with world.sessions.begin() as session:
        booking = await session.get_one(Booking, world.booking)
        hotel = await office.supplier(session, "Lotus House")
        second, _ = await office.quote(session, booking, hotel, version=2)
    first, world.quote = world.quote, QuoteVersionId(second.id)
    await world.sent(seq=2)
    assert await world.count(QuoteVersion, QuoteVersion.status == "SUPERSEDED") == 1
    world.quote = first
    await refused(world.sent(seq=3), "QUOTE_NOT_SENDABLE")


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("no price", "DELETE FROM quote_lines"),
        ("in the past", "UPDATE quote_versions SET departure_on = '2026-10-01'"),
    ],
)
async def test_a_quote_that_makes_no_sense_is_not_sent(
    world: World, fault: str, change: str
) -> None:
    async with world.sessions.begin() as session:
        await session.execute(text(change))
    with pytest.raises(ApplicationError, match=fault):
        await world.sent()
    assert (await world.stored()).stage == Stage.NEW


async def test_an_acceptance_draws_its_payment_plan_once(world: World) -> None:
    await world.sent()
    first = await world.records.record_quote_accepted(world.acceptance(2))
    again = await world.records.record_quote_accepted(world.acceptance(2))
    assert first.instalments == again.instalments
    assert [part.amount_minor for part in first.instalments] == [74_100, 172_900]
    assert await world.count(Instalment) == 2
    assert await world.count(QuoteAcceptance, QuoteAcceptance.accepted) == 1
    assert (await world.stored()).departure_on == office.DEPARTURE


async def test_options_get_letters_and_a_successor_keeps_the_letter_of_its_own(
    world: World,
) -> None:
    second, third, fourth = [await world.drafted(version) for version in (2, 3, 4)]
    await world.sent()
    await world.sent(2, quote=second, beside=True)
    await world.sent(3, quote=third, replaces=world.quote)
    stored = [await world.version(quote) for quote in (world.quote, second, third)]
    assert [one.status for one in stored] == ["SUPERSEDED", "SENT", "SENT"]
    assert [one.option for one in stored] == ["A", "B", "A"]
    assert [one.replaces_id for one in stored] == [None, None, world.quote]
    await world.sent(4, quote=fourth)
    last = await world.version(fourth)
    assert (last.option, last.replaces_id) == ("A", third)
    assert await world.count(QuoteVersion, QuoteVersion.status == "SENT") == 1


async def test_a_third_option_never_takes_the_letter_of_an_ended_one(world: World) -> None:
    second, third = await world.drafted(2), await world.drafted(3)
    await world.sent()
    await world.sent(2, quote=second, beside=True)
    closed = RecordQuoteClosed(
        quote_version_id=second,
        status="DECLINED",
        reason=DeclineReason.PRICE,
        progress=world.progress(3),
    )
    await world.records.record_quote_closed(closed)
    await world.sent(4, quote=third, beside=True)
    assert (await world.version(third)).option == "C"
    assert (await world.version(second)).decline_reason == "PRICE"


async def test_accepting_one_option_closes_the_others_as_not_chosen(world: World) -> None:
    second, draft = await world.drafted(2), await world.drafted(3)
    await world.sent()
    await world.sent(2, quote=second, beside=True)
    await world.records.record_quote_accepted(world.acceptance(3))
    stored = [await world.version(quote) for quote in (world.quote, second, draft)]
    assert [one.status for one in stored] == ["ACCEPTED", "NOT_CHOSEN", "DRAFT"]


async def test_several_options_end_in_one_record(world: World) -> None:
    second = await world.drafted(2)
    await world.sent()
    await world.sent(2, quote=second, beside=True)
    closed = RecordQuoteClosed(
        quote_version_id=world.quote,
        others=(second,),
        status="EXPIRED",
        progress=world.progress(3),
    )
    await world.records.record_quote_closed(closed)
    assert await world.count(QuoteVersion, QuoteVersion.status == "EXPIRED") == 2


async def test_what_was_not_sent_can_not_be_accepted(world: World) -> None:
    await refused(world.records.record_quote_accepted(world.acceptance(1)), "QUOTE_NOT_OPEN")


async def test_an_expired_quote_is_closed(world: World) -> None:
    await world.sent()
    closed = RecordQuoteClosed(
        quote_version_id=world.quote, status="EXPIRED", progress=world.progress(2)
    )
    await world.records.record_quote_closed(closed)
    await refused(world.records.record_quote_accepted(world.acceptance(3)), "QUOTE_NOT_OPEN")


async def ordered(world: World) -> tuple[ServiceOrderId, QuoteLineId]:
    await world.accepted()
    order = CreateServiceOrders(booking_id=world.booking, quote_version_id=world.quote)
    created = await world.operations.create_service_orders(order)
    assert created == await world.operations.create_service_orders(order)
    return created.orders[0].service_order_id, created.guide_lines[0]


async def test_each_line_with_a_partner_becomes_one_service_order(world: World) -> None:
    await ordered(world)
    async with world.sessions() as session:
        (order,) = await session.scalars(select(ServiceOrder))
    assert (order.starts_on, order.ends_on) == (date(2027, 3, 2), date(2027, 3, 6))


async def test_a_service_orders_answers_are_written_in_order(world: World) -> None:
    order_id, _ = await ordered(world)
    async with world.sessions.begin() as session:
        remark = Remark(
            id="remark_1", booking_id=world.booking, author="supplier", kind="ref", body="HN-77"
        )
        await office.add(session, remark)
    facts = {"service_order_id": order_id, "booking_id": world.booking, "attempt": 1}
    risk = RecordServiceOrder(seq=2, status=ServiceOrderStatus.AT_RISK, **facts)
    yes = RecordServiceOrder(
        seq=3, status=ServiceOrderStatus.CONFIRMED, remark_id=RemarkId("remark_1"), **facts
    )
    await world.operations.record_service_order(risk)
    assert await world.count(Task, Task.status == "OPEN") == 1
    await world.operations.record_service_order(yes)
    await world.operations.record_service_order(risk)
    async with world.sessions() as session:
        stored = await session.get_one(ServiceOrder, order_id)
    assert (stored.status, stored.supplier_reference) == ("CONFIRMED", "HN-77")
    assert await world.count(Task, Task.status == "OPEN") == 0


async def test_the_checklist_is_stored_once_and_an_item_is_done_once(world: World) -> None:
    items = draw_checklist(office.DEPARTURE, NOW, Policy(version=1))
    drawn = DrawChecklist(booking_id=world.booking, items=items)
    await world.operations.draw_checklist(drawn)
    await world.operations.draw_checklist(drawn)
    assert await world.count(ChecklistItem) == len(items)
    for status in (ChecklistStatus.DONE, ChecklistStatus.WAIVED):
        record = RecordChecklistItem(
            booking_id=world.booking, key="final_documents", status=status, actor="staff_1"
        )
        await world.operations.record_checklist_item(record)
    assert await world.count(ChecklistItem, ChecklistItem.status == "DONE") == 1
    assert await world.count(ChecklistItem, ChecklistItem.status == "WAIVED") == 0


async def with_guides(world: World) -> None:
    async with world.sessions.begin() as session:
        for name, languages, rating in (
            ("near", ["French"], 4.0),
            ("best", ["French"], 4.9),
            ("mute", ["English"], 5.0),
        ):
            guide = Guide(
                id=f"guide_{name}",
                name=name,
                email=f"{name}@guides.example",
                languages=languages,
                destinations=["Vietnam"],
                styles=["Food"],
                rating=rating,
            )
            await office.add(session, guide)


async def test_guides_are_ranked_by_language_and_rating_and_asked_once(world: World) -> None:
    _, line = await ordered(world)
    await with_guides(world)
    question = RankGuides(booking_id=world.booking, quote_line_id=line)
    ranked = await world.operations.rank_guides(question)
    assert ranked.guide_ids == ("guide_best", "guide_near", "guide_mute")
    offer = OfferTrip(
        booking_id=world.booking,
        quote_line_id=line,
        guide_id=GuideId("guide_best"),
        answer_due_at=NOW,
    )
    assert await world.operations.offer_trip(offer) == await world.operations.offer_trip(offer)
    ranked = await world.operations.rank_guides(question)
    assert ranked.guide_ids == ("guide_near", "guide_mute")


async def test_nobody_free_is_a_task(world: World) -> None:
    _, line = await ordered(world)
    question = RankGuides(booking_id=world.booking, quote_line_id=line)
    assert (await world.operations.rank_guides(question)).guide_ids == ()
    assert await world.count(Task, Task.key == f"guide:{line}") == 1


async def test_a_guide_never_has_two_trips_on_one_day_whoever_clicks_first(world: World) -> None:
    _, line = await ordered(world)
    await with_guides(world)
    offers = []
    async with world.sessions.begin() as session:
        other = await session.scalar(select(QuoteLine.id).where(QuoteLine.id != line))
    for quote_line in (line, QuoteLineId(str(other))):
        offer = OfferTrip(
            booking_id=world.booking,
            quote_line_id=quote_line,
            guide_id=GuideId("guide_best"),
            answer_due_at=NOW,
        )
        offers.append((await world.operations.offer_trip(offer)).assignment_id)
    answers = await asyncio.gather(
        *(
            world.operations.record_guide_answer(
                RecordGuideAnswer(
                    booking_id=world.booking,
                    assignment_id=assignment,
                    status=GuideAssignmentStatus.ACCEPTED,
                )
            )
            for assignment in offers
        ),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, ApplicationError)]
    assert [refusal.type for refusal in refusals] == ["GUIDE_NOT_FREE"]
    assert await world.count(GuideAssignment, GuideAssignment.status == "ACCEPTED") == 1
