"""Every message: who gets it, what it says, that it carries its link and no loose ends."""

import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.composing import Channel, ComposedMessage, compose
from models.database import create_engine, session_factory
from models.domain.errors import NotFoundError
from models.messages.ids import BookingId, new_id
from models.messages.messaging import SendMessage, Template
from models.settings import Settings
from models.store.reminders import subject_of as reminder_of
from models.tables.crm import BookingActivity
from models.tables.inbound import ReplyThread
from models.tables.integration import Document, Link
from models.tables.quote import QuoteVersion
from tests.support.trip import DEPOSIT, TOTAL, Trip, a_quote, a_task, an_accepted_trip, store

QUOTE_MESSAGES = {
    Template.QUOTE_SENT,
    Template.QUOTE_REMINDER_UNVIEWED,
    Template.QUOTE_REMINDER_EXPIRING,
    Template.APPROVAL_WANTED,
}
INSTALMENT_MESSAGES = {Template.INVOICE, Template.PAYMENT_REMINDER, Template.PAYMENT_OVERDUE}
ORDER_MESSAGES = {
    Template.SERVICE_REQUEST,
    Template.SERVICE_REQUEST_REMINDER,
    Template.SERVICE_RELEASED,
}
GUIDE_MESSAGES = {Template.GUIDE_OFFER, Template.GUIDE_RELEASED}
LINKS = {
    **dict.fromkeys(QUOTE_MESSAGES, "/quote/"),
    Template.APPROVAL_WANTED: "/backoffice/bookings/",
    Template.INVOICE: "/pay/",
    Template.PAYMENT_REMINDER: "/pay/",
    Template.RECEIPT: "/trip/",
    Template.SERVICE_REQUEST: "/supplier/",
    Template.SERVICE_REQUEST_REMINDER: "/supplier/",
    Template.GUIDE_OFFER: "/guide/",
    Template.BOOKING_CONFIRMED: "/trip/",
    Template.WELCOME: "/trip/",
    Template.REVIEW_REQUEST: "/trip/",
    Template.SLA_WARNING: "/backoffice/bookings/",
    Template.SLA_BREACH: "/backoffice/bookings/",
    Template.PAYMENT_OVERDUE: "/backoffice/bookings/",
    Template.TASK_REMINDER: "/backoffice/bookings/",
}
SHOWN_IN = os.environ.get("ATP_SHOW_MESSAGES_IN")
"""A folder where a person wants to look at the messages."""


@pytest_asyncio.fixture
async def session(database_url: str) -> AsyncIterator[AsyncSession]:
    """A transaction that is undone."""
    engine = create_engine(Settings.model_validate({"DATABASE_URL": database_url}))
    async with session_factory(engine)() as open_session:
        yield open_session
        await open_session.rollback()
    await engine.dispose()


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate({"ATP_PUBLIC_URL": "https://trips.example.test"})


def subject_of(template: Template, trip: Trip) -> str:
    if template in QUOTE_MESSAGES:
        return trip.quote.id
    if template in INSTALMENT_MESSAGES:
        return trip.instalments[-1].id
    if template in ORDER_MESSAGES:
        return f"{trip.orders[0].id}:{trip.orders[0].attempt}"
    if template in GUIDE_MESSAGES:
        assert trip.assignment is not None
        return trip.assignment.id
    if template is Template.RECEIPT:
        assert trip.payment is not None
        return trip.payment.id
    of_a_task = trip.task if template is Template.TASK_REMINDER else None
    return reminder_of(of_a_task) if of_a_task else trip.booking.id


async def composed(
    session: AsyncSession, settings: Settings, trip: Trip, template: Template, occasion: str = ""
) -> list[ComposedMessage]:
    send = SendMessage(
        booking_id=BookingId(trip.booking.id),
        template=template,
        subject_ref=subject_of(template, trip),
        occasion=occasion,
    )
    found = await compose(session, settings, send)
    assert found is not None
    return found


def show(message: ComposedMessage) -> None:
    if SHOWN_IN:
        name = f"{message.template}-{message.occasion.replace(':', '_')}"
        Path(SHOWN_IN, f"{name}.html").write_text(message.html or message.text)
        Path(SHOWN_IN, f"{name}.txt").write_text(f"{message.subject}\n\n{message.text}")


def check_readable(message: ComposedMessage, reference: str) -> None:
    assert reference in message.subject
    assert "\n" not in message.subject
    page = BeautifulSoup(message.html or "", "html.parser").get_text()
    for text in (message.subject, message.text, page):
        assert not re.search(r"None|undefined|\{\{|\{%|\S +[,.;](?=\s)", text), text
        assert not re.search(r"(?:&amp;|&#\d+;|&lt;)", text), text
    assert "\n\n\n\n" not in message.text


@pytest.mark.parametrize("template", list(Template))
async def test_every_message_reads_well_and_carries_its_link(
    template: Template, session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    await a_task(session, trip)
    occasion = "NEW:1" if template in {Template.SLA_WARNING, Template.SLA_BREACH} else ""
    messages = await composed(session, settings, trip, template, occasion)
    assert messages
    for message in messages:
        show(message)
        check_readable(message, trip.booking.reference)
        link = LINKS.get(template)
        for body in (message.text, message.html or message.text):
            assert (link is None) == ("https://trips.example.test/" not in body)
            assert link is None or f"https://trips.example.test{link}" in body


@pytest.mark.parametrize("template", sorted(set(Template) - ORDER_MESSAGES - {Template.RECEIPT}))
async def test_the_least_that_is_known_of_a_trip_is_enough(
    template: Template, session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session, minimal=True)
    await a_task(session, trip)
    for message in await composed(session, settings, trip, template):
        check_readable(message, trip.booking.reference)


async def test_messages_about_an_enquiry_need_no_quote(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await a_quote(session, minimal=True, status="SENT")
    for template in (
        Template.BOOKING_RECEIVED,
        Template.BOOKING_CONFIRMED,
        Template.WELCOME,
        Template.REVIEW_REQUEST,
        Template.BOOKING_CANCELLED,
    ):
        (message,) = await composed(session, settings, trip, template)
        check_readable(message, trip.booking.reference)
        assert message.recipient == trip.customer.id


async def test_the_promise_is_the_policys(session: AsyncSession, settings: Settings) -> None:
    trip = await a_quote(session)
    (message,) = await composed(session, settings, trip, Template.BOOKING_RECEIVED)
    assert "within 2 hours" in message.text
    assert re.findall(r"within (\S+ \S+?)\W", message.text) == ["2 hours"]


async def test_welcome_goes_to_the_phone_of_whoever_has_one(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    (message,) = await composed(session, settings, trip, Template.WELCOME)
    assert (message.channel, message.to_address) == (Channel.WHATSAPP, "+33612345678")
    assert message.html is None
    trip.customer.phone_e164 = None
    (message,) = await composed(session, settings, trip, Template.WELCOME)
    assert (message.channel, message.to_address) == (Channel.EMAIL, trip.customer.email)


async def test_staff_are_told_by_their_part(session: AsyncSession, settings: Settings) -> None:
    trip = await an_accepted_trip(session)
    owner, manager, accountant = (person.id for person in trip.staff)

    async def told(template: Template, occasion: str) -> list[str]:
        return [m.recipient for m in await composed(session, settings, trip, template, occasion)]

    assert await told(Template.SLA_WARNING, "NEW:1") == [owner]
    assert await told(Template.SLA_BREACH, "NEW:1") == [manager]
    assert await told(Template.APPROVAL_WANTED, "asked:1") == [manager]
    assert await told(Template.PAYMENT_OVERDUE, "finance") == [accountant]
    assert await told(Template.PAYMENT_OVERDUE, "manager") == [manager]
    trip.booking.staff_id = None
    await session.flush()
    assert await told(Template.SLA_WARNING, "NEW:1") == [manager]


async def test_a_tasks_reminder_goes_to_whoever_owns_it_by_now(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    owner, manager, accountant = (person.id for person in trip.staff)
    task = await a_task(session, trip)
    told = []
    for changes in ({}, {"owner_id": manager}, {"owner_id": None, "owner_role": "atp_accountant"}):
        for name, value in changes.items():
            setattr(task, name, value)
        await session.flush()
        told += await composed(session, settings, trip, Template.TASK_REMINDER)
    assert [message.recipient for message in told] == [owner, manager, accountant]
    assert "Ask for the passports" in told[0].text


@pytest.mark.parametrize(
    "change", [{"status": "DONE"}, {"remind_at": datetime(2031, 1, 1, tzinfo=UTC)}]
)
async def test_a_reminder_of_what_is_done_or_was_put_off_is_pointless(
    change: dict[str, object], session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    task = await a_task(session, trip)
    send = SendMessage(
        booking_id=BookingId(trip.booking.id),
        template=Template.TASK_REMINDER,
        subject_ref=reminder_of(task),
    )
    for name, value in change.items():
        setattr(task, name, value)
    await session.flush()
    assert await compose(session, settings, send) is None


async def test_the_run_sheet_goes_to_the_owner_and_the_guides_who_took_the_trip(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    assert trip.guide is not None
    assert trip.assignment is not None
    first = await composed(session, settings, trip, Template.RUN_SHEET)
    trip.assignment.status = "ACCEPTED"
    await session.flush()
    then = await composed(session, settings, trip, Template.RUN_SHEET)
    assert [m.recipient for m in first] == [trip.staff[0].id]
    assert [m.recipient for m in then] == [trip.staff[0].id, trip.guide.id]


async def test_an_earlier_supplier_gets_nothing_more(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    order = trip.orders[0]
    send = SendMessage(
        booking_id=BookingId(trip.booking.id),
        template=Template.SERVICE_REQUEST_REMINDER,
        subject_ref=f"{order.id}:1",
    )
    order.attempt = 2
    await session.flush()
    assert await compose(session, settings, send) is None


async def test_composing_again_gives_the_same_link(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await a_quote(session)
    first = await composed(session, settings, trip, Template.QUOTE_SENT)
    again = await composed(session, settings, trip, Template.QUOTE_REMINDER_UNVIEWED)
    links = {re.search(r"https://\S+/quote/\S+", m[0].text) for m in (first, again)}
    assert len({match and match.group() for match in links}) == 1
    assert await session.scalar(select(func.count()).select_from(Link)) == 1


async def test_a_customer_answers_to_the_bookings_own_address_and_nobody_else_does(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    inbound = settings.model_copy(update={"inbound_mail_domain": "reply.example.test"})
    (first,) = await composed(session, inbound, trip, Template.QUOTE_SENT)
    (second,) = await composed(session, inbound, trip, Template.INVOICE)
    (supplier,) = await composed(session, inbound, trip, Template.SERVICE_REQUEST)
    (without,) = await composed(session, settings, trip, Template.QUOTE_SENT)
    assert re.fullmatch(r"reply\+[a-z2-7]{32}@reply\.example\.test", first.reply_to)
    assert first.reply_to == second.reply_to
    assert (supplier.reply_to, without.reply_to) == ("", "")
    (thread,) = await session.scalars(select(ReplyThread))
    assert thread.booking_id == trip.booking.id
    assert thread.token_hash not in first.reply_to


async def test_documents_go_along_under_a_name_that_says_what_they_are(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await a_quote(session)
    document = Document(
        id=new_id("doc"), booking_id=trip.booking.id, kind="quote", subject_ref=trip.quote.id,
        storage_key="quote/x.pdf", sha256="0" * 64, size=1,
    )  # fmt: skip
    session.add(document)
    await session.flush()
    (message,) = await composed(session, settings, trip, Template.QUOTE_SENT)
    (attachment,) = message.attachments
    assert attachment.document_id == document.id
    assert attachment.storage_key == "quote/x.pdf"
    assert attachment.file_name == f"{trip.booking.reference}-quote.pdf"


@pytest.mark.parametrize(
    ("occasion", "word"), [("D-7", "reminder"), ("D+0", "reminder"), ("D+2", "overdue")]
)
async def test_a_reminder_knows_whether_it_is_late(
    occasion: str, word: str, session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    (message,) = await composed(session, settings, trip, Template.PAYMENT_REMINDER, occasion)
    show(message)
    assert f"Payment {word}" in message.subject
    assert f"USD {(TOTAL - DEPOSIT) / 100:,.2f}" in message.text


async def test_a_cancellation_says_what_goes_back_by_the_policy(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await an_accepted_trip(session)
    line = BookingActivity(
        id=new_id("act"),
        booking_id=trip.booking.id,
        type="BOOKING_CANCELLED",
        actor="staff",
        detail="",
    )
    session.add(line)
    await session.flush()
    (message,) = await composed(session, settings, trip, Template.BOOKING_CANCELLED)
    show(message)
    assert f"Goes back to you: USD {DEPOSIT / 100:,.2f}" in message.text
    assert "Cancellation fee" not in message.text


@pytest.mark.parametrize(
    "template",
    [Template.QUOTE_SENT, Template.QUOTE_REMINDER_UNVIEWED, Template.QUOTE_REMINDER_EXPIRING],
)
async def test_one_message_names_every_open_option_with_its_link(
    template: Template, session: AsyncSession, settings: Settings
) -> None:
    trip = await a_quote(session, option="A")
    second = await another_option(session, trip, "B")
    ended = await another_option(session, trip, "C", status="DECLINED")
    (message,) = await composed(session, settings, trip, template)
    show(message)
    check_readable(message, trip.booking.reference)
    for body in (message.text, message.html or ""):
        assert f"Option B: {second.title}" in body
        assert ended.title not in body
    assert message.text.count("/quote/") == 3


async def test_a_further_option_is_not_called_a_replacement(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await a_quote(session, option="A")
    trip.quote = await another_option(session, trip, "B")
    (message,) = await composed(session, settings, trip, Template.QUOTE_SENT)
    assert "another option for your trip, option B" in message.text
    assert "replaces" not in message.text
    assert message.subject.startswith("Another option")


async def another_option(
    session: AsyncSession, trip: Trip, letter: str, status: str = "SENT"
) -> QuoteVersion:
    """An offer beside the one of the trip."""
    first = trip.quote
    other = QuoteVersion(
        id=new_id("quote"), booking_id=trip.booking.id, version=ord(letter), status=status,
        title=f"The plan of {letter}", currency="USD", departure_on=first.departure_on,
        return_on=first.return_on, travelers=4, created_by="staff", option=letter,
        valid_until=first.valid_until,
    )  # fmt: skip
    await store(session, other)
    return other


async def test_what_people_typed_is_text_and_never_markup(
    session: AsyncSession, settings: Settings
) -> None:
    trip = await a_quote(session, title="Trip <script>alert(1)</script>")
    trip.customer.name = "<b>Eve</b> & co"
    await session.flush()
    (message,) = await composed(session, settings, trip, Template.QUOTE_SENT)
    assert "<script>alert" not in (message.html or "")
    assert "Dear <b>Eve</b> & co," in message.text


async def test_an_unknown_booking_is_refused(session: AsyncSession, settings: Settings) -> None:
    send = SendMessage(
        booking_id=BookingId("booking_none"), template=Template.WELCOME, subject_ref="booking_none"
    )
    with pytest.raises(NotFoundError):
        await compose(session, settings, send)
