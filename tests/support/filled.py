"""A database that is lived in: every table has rows, written by the stores wherever they can."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.relay.comparing import compare_new_customers
from api.seeding import seed
from models.database import create_engine, session_factory
from models.domain.auditing import Asker, AuditAction
from models.domain.customers import ChangeKind, FurtherContactKind
from models.domain.files import CheckedFile
from models.domain.links import LinkPurpose
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.quote_draft import DraftDay
from models.domain.reading import Device
from models.domain.rule_book import RuleTerms
from models.domain.staffed_hours import Shift
from models.domain.threads import InboundKind
from models.domain.trip_templates import content_of_days
from models.messages.ids import new_id
from models.settings import Environment, Settings
from models.store import (
    contacts_log,
    customer_facts,
    exchange_rates,
    logins,
    policies,
    rosters,
)
from models.store.attachments import add_attachment, digest_of
from models.store.audit import record_audit
from models.store.checkouts import add_checkout
from models.store.customer_changes import trace
from models.store.documents import keep_document
from models.store.exchange_tasks import open_exchange_task
from models.store.inbound import Arrival, take_in
from models.store.inbound_threads import reply_address_of
from models.store.invoices import create_invoice
from models.store.ledger import post_payment
from models.store.links import link_path
from models.store.merging import Pair, hold_pair, merge_customers
from models.store.messages import NewMessage, claim_message
from models.store.notes import add_note
from models.store.outbox import enqueue_start
from models.store.photos import NewPhoto, add_photo
from models.store.policy_rollouts import tell_more
from models.store.provider_events import store_event
from models.store.quote_companions import add_companion
from models.store.quote_pages import add_acceptance
from models.store.quote_questions import ask_question
from models.store.quote_visits import Beat, record_beat
from models.store.rate_imports import keep_import
from models.store.refunds import plan_refund
from models.store.remarks import add_remark
from models.store.rule_books import keep_rule_book, rule_book
from models.store.saved_views import create_view
from models.store.segments import create_segment
from models.store.sessions import Device as KnownDevice
from models.store.sessions import Login, open_session
from models.store.tasks import NewStaffTask, create_task
from models.store.triage import Sorter, file_on, lock_inbound
from models.store.trip_templates import TemplateHead, add_template
from models.tables.crm import Customer, Staff
from models.tables.drafting import QuoteClip, QuoteDraftState
from models.tables.operations import ChecklistItem
from models.tables.partners import RateCard
from models.tables.quote import QuoteApproval
from tests.support.office import add, booking, customer
from tests.support.trip import Trip, an_accepted_trip

NOW: Final = datetime.now(UTC)
DEVICE: Final = KnownDevice("203.0.113.7", "VN", "Firefox on Linux")


@dataclass
class Life:
    """What the chapters of the filling hang their rows on."""

    session: AsyncSession
    trip: Trip
    twin: Customer
    """Has the name and the number of the trip's customer, and another address."""

    @property
    def booking_id(self) -> str:
        """The trip's."""
        return self.trip.booking.id

    @property
    def owner(self) -> Staff:
        """Whose the trip is."""
        return self.trip.staff[0]


async def fill(url: str, folder: Path) -> None:
    """Seeds a migrated database and lives in it for a day.

    Args:
        url: `postgresql://...` of an empty database at the newest revision.
        folder: for the files that the seeding draws.
    """
    settings = Settings(environment=Environment.TEST, database_url=SecretStr(url), data_dir=folder)
    await seed(settings)
    engine = create_engine(settings)
    try:
        sessions = session_factory(engine)
        async with sessions.begin() as session:
            life = await _begin(session)
            for chapter in CHAPTERS:
                await chapter(life)
        async with sessions.begin() as session:
            assert await tell_more(session, at_most=100)
        assert await compare_new_customers(sessions, limit=100)
        async with sessions.begin() as session:
            await _merge(session)
    finally:
        await engine.dispose()


async def _begin(session: AsyncSession) -> Life:
    trip = await an_accepted_trip(session)
    long_ago = NOW - timedelta(days=3)
    twin = await customer(
        session, trip.customer.name, "elise@work.example", tags=["Ăn chay"], country="FR",
        created_at=long_ago,
    )  # fmt: skip
    await booking(session, twin, notes="Phở, chợ nổi và núi: 8 ngày, bitte vegetarisch. 🌿")
    trip.customer.created_at = trip.booking.created_at = long_ago
    return Life(session, trip, twin)


async def _tells_of_customers(life: Life) -> None:
    session, one, by = life.session, life.trip.customer, life.owner.id
    await customer_facts.add_contact(
        session, one, FurtherContactKind.EMAIL, "e.schaefer@home.example", by
    )
    companion = await customer_facts.add_companion(
        session, one, name="Martin Schäfer", relation="husband", born_on=date(1961, 2, 28),
        diet="no fish sauce", by=by,
    )  # fmt: skip
    passport = customer_facts.NewPassport(
        holder="Martin Schäfer", country="DE", number="C01X00T47", expires_on=date(2034, 5, 1),
        companion_id=companion.id,
    )  # fmt: skip
    await customer_facts.add_passport(session, one, passport, by)
    relative = await customer(session, "Jonas Schäfer", "jonas@home.example", phone_e164=None)
    await customer_facts.join_household(session, relative, one, by)
    await customer_facts.record_consent(
        session, one, channel="EMAIL", purpose="marketing", granted=True, source="website"
    )
    await trace(session, one.id, ChangeKind.EDITED, by, before={"diet": ""}, after={"diet": "-"})
    await create_segment(
        session, owner_sub="linh", owner_name="Linh", name="Vegetarier", shared=True,
        filters={"country": "FR"}, command_id=new_id("cmd"),
    )  # fmt: skip


async def _works_at_the_desk(life: Life) -> None:
    session, owner = life.session, life.owner
    await add_note(
        session, life.booking_id, author=owner.id, body="Đã gọi @linh.", mentions=["linh"]
    )
    wanted = NewStaffTask("Ask for passports", "both", owner.id, NOW, NOW + timedelta(hours=2))
    await create_task(session, life.booking_id, wanted, owner.id)
    contact = contacts_log.NewContact(
        contacts_log.ContactKind.CALL,
        contacts_log.Direction.OUT,
        "Élise",
        contacts_log.ContactResult.REACHED,
        "Wants a quiet room.",
        NOW,
    )
    await contacts_log.log_contact(session, life.booking_id, contact, owner.id)
    await add_attachment(
        session, life.booking_id, CheckedFile("vé máy bay.pdf", "application/pdf"),
        digest=digest_of(b"%PDF"), size=4, uploaded_by=owner.id,
    )  # fmt: skip
    await create_view(
        session, owner_sub="linh", owner_name="Linh", name="Mùa thu", shared=False,
        filters={"stage": "NEW"}, sort="-created_at", command_id=new_id("cmd"),
    )  # fmt: skip
    await add_remark(session, life.booking_id, author="supplier", kind="DECLINE", body="Full.")
    item = ChecklistItem(
        id=new_id("item"), booking_id=life.booking_id, key="visa", title="Visa",
        owner_role="atp_staff", due_at=NOW,
    )  # fmt: skip
    await add(session, item)


async def _hears_from_outside(life: Life) -> None:
    session = life.session
    await reply_address_of(session, "secret", "reply.example", life.booking_id)
    arrival = Arrival(
        provider="postmark", provider_message_id="one", channel="EMAIL", kind=InboundKind.PERSON,
        sender="mai@home.example", sender_compared="mai@home.example",
        recipient="trips@reply.example", body="Is the bay calm in May?", subject="A journey",
    )  # fmt: skip
    inbound_id = await take_in(session, arrival, None)
    await take_in(session, replace(arrival, provider_message_id="two"), None)
    assert inbound_id is not None
    message = await lock_inbound(session, inbound_id)
    await file_on(session, message, life.booking_id, Sorter(life.owner.id, None))
    await store_event(session, "postmark", "evt_1", "Delivery", {"tag": "x"}, life.booking_id)
    await enqueue_start(session, life.booking_id, "{}")
    sent = NewMessage(
        booking_id=life.booking_id, dedupe_key="quote_sent", template="quote_sent",
        channel="EMAIL", recipient=life.trip.customer.id, to_address="elise@home.example",
        subject_ref=life.trip.quote.id, subject="Your quote",
    )  # fmt: skip
    await claim_message(session, sent, even_if_cancelled=False)
    expires_at = NOW + timedelta(days=14)
    await link_path(
        session, "secret", purpose=LinkPurpose.TRIP, booking_id=life.booking_id,
        subject_ref=life.booking_id, expires_at=expires_at,
    )  # fmt: skip


async def _counts_money(life: Life) -> None:
    session, trip = life.session, life.trip
    await add_acceptance(
        session, trip.quote, name="Élise O'Connor-Schäfer", terms_version="2026-01",
        ip_address="203.0.113.9", user_agent="Safari",
    )  # fmt: skip
    await keep_document(
        session, booking_id=life.booking_id, kind="quote", subject_ref=trip.quote.id,
        storage_key="one.pdf", sha256="0" * 64, size=3,
    )  # fmt: skip
    asked = QuoteApproval(
        id=new_id("approval"), booking_id=life.booking_id, quote_version_id=trip.quote.id,
        status="APPROVED", content_sha256="0" * 64, asked_by="linh", due_at=NOW,
    )  # fmt: skip
    await add(session, asked)
    await add_checkout(session, trip.instalments[1], trip.instalments[1].amount_minor)
    content = {"currency": "USD", "issue_date": NOW.date(), "due_date": NOW.date(), "title": "Visa"}
    amounts = {"items": [], "total_amount_cents": 5_000, "due_amount_cents": 5_000}
    await create_invoice(session, booking_id=life.booking_id, content=content | amounts)
    assert trip.payment is not None
    await post_payment(session, trip.payment)
    await plan_refund(session, trip.payment, cause="goodwill", amount_minor=1_000)


async def _keeps_house(life: Life) -> None:
    session, owner = life.session, life.owner
    today = NOW.date()
    await rosters.enter_leave(session, owner.id, today, today + timedelta(days=4), by=owner.id)
    await rosters.replace_shifts(session, owner.id, [Shift(0, time(9), time(17))])
    policy = replace(await policies.policy_in_force(session, None), quote_valid_days=21)
    draft_id = await policies.store_draft(session, policy, created_by=owner.id)
    await policies.put_in_force(session, draft_id, by=owner.id)
    login = Login("sub-linh", "linh", "Linh", "linh@x.example", frozenset({"atp_staff"}), "")
    session_id = await open_session(
        session, token_hash="a" * 64, csrf_secret="c", login=login, device=DEVICE
    )
    await logins.note_login(session, login, DEVICE, device_hash="b" * 64, session_id=session_id)
    await exchange_rates.set_by_hand(
        session, new_id("fx"), currency="VND", per_euro=Decimal("27473.628"), quoted_on=today,
        by=owner.id, reason="Tỷ giá của Vietcombank",
    )  # fmt: skip
    rule_id, terms = new_id("prule"), RuleTerms("Alles", Markup(MarkupKind.MARGIN, Decimal(20)))
    book = (await rule_book(session)).added(rule_id, terms)
    await keep_rule_book(session, book, by=owner.id, command_id=rule_id)
    await open_exchange_task(session, "stale", "Set exchange rates: KHR, LAK")
    asker = Asker(owner.id, "linh", ("atp_staff",), "req_1", "203.0.113.7")
    for action in (AuditAction.BOOKING_ASSIGNED, AuditAction.DATA_EXPORTED):
        await record_audit(session, asker, action, life.booking_id, after={"owner": "Nguyễn"})


async def _keeps_a_template(life: Life) -> None:
    head = TemplateHead("Northern loop", "Classic", "Việt Nam")
    content = content_of_days("North", "", [DraftDay("Hà Nội", "Arrival", "The old quarter.")])
    await add_template(
        life.session, new_id("template"), head, content, source="tour_1", by=life.owner.id
    )


async def _keeps_a_photo(life: Life) -> None:
    new = NewPhoto(
        new_id("photo"), "a" * 64, 1600, 900, "Tea hills", "Mộc Châu", "Lan", life.owner.id
    )
    await add_photo(life.session, new)


async def _checks_rates(life: Life) -> None:
    session = life.session
    card_id = await session.scalar(select(RateCard.id).order_by(RateCard.id).limit(1))
    assert card_id is not None
    await keep_import(
        session, new_id("rateimport"), card_id, file_name="giá 2027.csv", content=b"Row",
        by=life.owner.id,
    )  # fmt: skip


async def _is_drafted_by_hand(life: Life) -> None:
    quote, owner = life.trip.quote, life.owner
    state = QuoteDraftState(
        id=new_id("state"), quote_version_id=quote.id, revision=1, typed={"title": "Huế"},
        saved_by=owner.id,
    )  # fmt: skip
    clip = QuoteClip(
        actor=owner.id, booking_id=life.booking_id, quote_version_id=quote.id, typed={"days": []}
    )
    await add(life.session, state, clip)


async def _reads_its_quote(life: Life) -> None:
    session, quote_id = life.session, life.trip.quote.id
    companion = await add_companion(
        session, life.booking_id, name="Martin Schäfer", may_accept=True
    )
    beat = Beat(life.booking_id, quote_id, companion.id, "visit-1", Device.PHONE)
    await record_beat(session, beat)
    assert await ask_question(
        session, life.trip.booking, quote_version_id=quote_id, companion=companion, key="q-1",
        body="Gibt es ein Fahrrad für die Insel? 🚲",
    )  # fmt: skip


CHAPTERS: Final[tuple[Callable[[Life], Awaitable[None]], ...]] = (
    _tells_of_customers,
    _works_at_the_desk,
    _hears_from_outside,
    _counts_money,
    _keeps_house,
    _checks_rates,
    _keeps_a_template,
    _keeps_a_photo,
    _is_drafted_by_hand,
    _reads_its_quote,
)


async def _merge(session: AsyncSession) -> None:
    """Two records of one person become one; a row of each side hangs on the kept one."""
    kept = await customer(session, "Bình Phạm", "binh@home.example", phone_e164="+84901112233")
    gone = await customer(session, "Binh Pham", "binh@work.example", phone_e164="+84901112233")
    await booking(session, gone)
    pair = Pair(kept.id, kept.revision, gone.id, gone.revision)
    await merge_customers(session, await hold_pair(session, pair), "linh")
