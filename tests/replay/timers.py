"""When every timer of every workflow rings, read off a fixed booking under the default policy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

from temporalio import workflow

from models.domain.checklist import draw_checklist
from models.domain.clock import start_of_day
from models.domain.payment_plan import reminders
from models.domain.policy import Policy
from models.domain.stages import GuideAssignmentStatus, InstalmentKind, Stage
from models.messages.ids import (
    BookingId,
    InstalmentId,
    QuoteLineId,
    QuoteVersionId,
    ServiceOrderId,
)
from models.messages.operations import GuideSearchStart, ServiceOrderStart
from models.messages.payments import PaymentCollectionStart
from models.messages.quoting import InstalmentFacts, QuoteFacts
from workflows.guide_search import GuideSearch
from workflows.payment_collection import PaymentCollection
from workflows.phases import preparing, quoting, travelling
from workflows.service_order import ServiceOrder
from workflows.state import BookingState, ChecklistEntry, LiveQuote, PendingApproval
from workflows.story import Story
from workflows.waiting import Alarm

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = Policy(version=1)
BOOKING = BookingId("booking_1")
TRIP = QuoteFacts(
    quote_version_id=QuoteVersionId("quote_1"),
    version=1,
    total_minor=100_000,
    currency="USD",
    departure_on=date(2026, 6, 1),
    return_on=date(2026, 6, 10),
)
DEPARTURE = start_of_day(TRIP.departure_on)
Timers = dict[str, str]


def all_timers() -> dict[str, Timers]:
    """By workflow and phase: each timer with the time from its anchor."""
    with _frozen():
        return {
            **{f"Booking, SLA of {stage}": _sla(stage) for stage in Stage},
            "Booking, quoting (from sending)": _quoting(),
            "Booking, approval (from asking)": _approving(),
            "Booking, preparing (from departure)": _preparing(),
            "Booking, travelling (from departure)": _travelling(),
            "PaymentCollection, deposit (from its due time)": _collection(InstalmentKind.DEPOSIT),
            "PaymentCollection, balance (from its due time)": _collection(InstalmentKind.BALANCE),
            "ServiceOrder (from the request)": _service_order(),
            "GuideSearch, found (from the search)": _guide_search(),
        }


@contextmanager
def _frozen() -> Iterator[None]:
    with patch.object(workflow, "now", lambda: EPOCH):
        yield


def _story(stage: Stage = Stage.NEW) -> Story:
    state = BookingState(
        booking_id=BOOKING,
        created_at=EPOCH,
        destination="Vietnam",
        policy=POLICY,
        stage=stage,
        stage_entered_at=EPOCH,
    )
    return Story(state)


def _from(anchor: datetime, alarms: Sequence[Alarm]) -> Timers:
    return {
        f"{alarm.key}{'' if alarm.ring else ' (ends the wait)'}": _words(alarm.at - anchor)
        for alarm in sorted(alarms, key=lambda alarm: (alarm.at, alarm.key))
    }


def _words(delta: timedelta) -> str:
    return f"{delta.total_seconds() / 3600:+g} h"


def _sla(stage: Stage) -> Timers:
    return _from(EPOCH, _story(stage).sla_alarms())


def _quoting() -> Timers:
    quote = LiveQuote(facts=TRIP, sent_at=EPOCH, valid_until=EPOCH + timedelta(days=14))
    story = _story(Stage.LOST)
    story.state.options.append(quote)
    return _from(EPOCH, quoting._alarms(story))


def _approving() -> Timers:
    story = _story(Stage.LOST)
    due = EPOCH + timedelta(hours=POLICY.approval_hours)
    asked = PendingApproval(number=1, asked_at=EPOCH, due_at=due)
    story.state.approvals[TRIP.quote_version_id] = asked
    return _from(EPOCH, story.sla_alarms())


def _preparing() -> Timers:
    story = _story(Stage.LOST)
    items = draw_checklist(TRIP.departure_on, EPOCH, POLICY)
    story.state.checklist = {item.key: ChecklistEntry(item=item) for item in items}
    return _from(DEPARTURE, preparing._alarms(story, TRIP))


def _travelling() -> Timers:
    return _from(DEPARTURE, travelling._alarms(_story(), TRIP))


def _collection(kind: InstalmentKind) -> Timers:
    due = EPOCH if kind is InstalmentKind.DEPOSIT else DEPARTURE - timedelta(days=45)
    facts = InstalmentFacts(
        instalment_id=InstalmentId("inst_1"),
        booking_id=BOOKING,
        kind=kind,
        amount_minor=100,
        currency="USD",
        due_at=due,
    )
    start = PaymentCollectionStart(instalment=facts, policy=POLICY, epoch=EPOCH, created_at=EPOCH)
    return _from(due, PaymentCollection(start)._alarms(reminders(due, EPOCH, POLICY)))


def _service_order() -> Timers:
    start = ServiceOrderStart(
        service_order_id=ServiceOrderId("so_1"),
        booking_id=BOOKING,
        departure_at=DEPARTURE,
        policy=POLICY,
        epoch=EPOCH,
    )
    return _from(EPOCH, ServiceOrder(start)._alarms())


def _guide_search() -> Timers:
    start = GuideSearchStart(
        booking_id=BOOKING,
        quote_line_id=QuoteLineId("line_1"),
        departure_at=DEPARTURE,
        home_at=start_of_day(TRIP.return_on) + timedelta(days=1),
        policy=POLICY,
        epoch=EPOCH,
    )
    search = GuideSearch(start)
    search._status = GuideAssignmentStatus.ACCEPTED
    answer = {"answer": _words(timedelta(hours=POLICY.guide_answer_hours))}
    return answer | _from(EPOCH, [*search._begins(), *search._is_home()])
