"""For every message: who gets it, what it is about, where its link leads, which files go along."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.message_case import (
    ACCOUNTANT,
    ADMIN,
    MANAGER,
    QUOTE_EXPLAINS_FOR,
    TRIP_EXPLAINS_FOR,
    Case,
    Writing,
    in_role,
    outsider,
    owner_or_managers,
    staff_member,
)
from models.domain.clock import start_of_day
from models.domain.links import LinkPurpose
from models.messages.messaging import DocumentKind, SendMessage, Template
from models.settings import Settings
from models.store import message_facts as stored
from models.store.reminders import about_reminder
from models.tables.quote import QuoteVersion

SEVERAL = 2


async def to_customer(case: Case) -> Writing:
    """About the booking itself."""
    return Writing((case.customer,), case.facts())


async def clock_warning(case: Case) -> Writing:
    """A stage's clock runs out soon."""
    return Writing(await owner_or_managers(case), case.facts(stage=_stage_of(case)))


async def clock_breach(case: Case) -> Writing:
    """A stage's clock has run out."""
    return Writing(await in_role(case, MANAGER), case.facts(stage=_stage_of(case)))


def _stage_of(case: Case) -> str:
    """The stage that the occasion `NEW:1` names, in words."""
    return case.send.occasion.partition(":")[0].replace("_", " ").lower() or "current"


async def quote(case: Case) -> Writing:
    """About a version of the quote."""
    version = await stored.quote_version(case.session, case.send.subject_ref)
    link = await case.link(LinkPurpose.QUOTE, version.id, _explained_until(version))
    options = await _options(case)
    return Writing((case.customer,), case.facts(quote=version, link=link, options=options))


async def _options(case: Case) -> list[tuple[object, str]]:
    """The offers to choose from with their links; none where there is only one."""
    versions = await stored.open_options(case.session, case.send.booking_id)
    if len(versions) < SEVERAL:
        return []
    return [
        (one, await case.link(LinkPurpose.QUOTE, one.id, _explained_until(one))) for one in versions
    ]


def _explained_until(version: QuoteVersion) -> datetime:
    return (version.valid_until or datetime.now(UTC)) + QUOTE_EXPLAINS_FOR


async def approval_wanted(case: Case) -> Writing:
    """A draft that waits for a manager; the admins hear of it when none decided in time."""
    version = await stored.quote_version(case.session, case.send.subject_ref)
    step = case.send.occasion.partition(":")[0]
    people = await in_role(case, ADMIN if step == "over" else MANAGER)
    return Writing(people, case.facts(quote=version, step=step))


async def quote_with_pdf(case: Case) -> Writing:
    """A version of the quote and its PDF."""
    writing = await quote(case)
    documents = await case.document(DocumentKind.QUOTE, case.send.subject_ref)
    return Writing(writing.people, writing.facts, documents)


async def _instalment_facts(case: Case) -> dict[str, object]:
    about = await stored.about_instalment(case.session, case.send.subject_ref)
    instalment = about.instalment
    until = max(start_of_day(about.quote.return_on), datetime.now(UTC)) + TRIP_EXPLAINS_FOR
    return case.facts(
        instalment=instalment,
        invoice=about.invoice,
        quote=about.quote,
        open_minor=about.open_minor,
        overdue="+" in case.send.occasion and not case.send.occasion.endswith("+0"),
        link=await case.link(LinkPurpose.PAYMENT, instalment.id, until),
    )


async def instalment(case: Case) -> Writing:
    """About an instalment, with its payment page."""
    return Writing((case.customer,), await _instalment_facts(case))


async def instalment_with_invoice(case: Case) -> Writing:
    """An instalment with its invoice."""
    documents = await case.document(DocumentKind.INVOICE, case.send.subject_ref)
    return Writing((case.customer,), await _instalment_facts(case), documents)


async def overdue_payment(case: Case) -> Writing:
    """An instalment that is overdue: finance, or the managers who decide."""
    role = MANAGER if case.send.occasion == "manager" else ACCOUNTANT
    return Writing(await in_role(case, role), await _instalment_facts(case))


async def receipt(case: Case) -> Writing:
    """A payment with its receipt."""
    about = await stored.about_payment(case.session, case.send.subject_ref)
    following = about.next_instalment
    facts = case.facts(
        payment=about.payment,
        parts=about.parts,
        next_instalment=following,
        next_due_on=None if following is None else following.due_on,
        link=await case.trip_link(),
    )
    documents = await case.document(DocumentKind.RECEIPT, case.send.subject_ref)
    return Writing((case.customer,), facts, documents)


async def service_order(case: Case) -> Writing | None:
    """A request to a supplier; nobody gets one when another supplier was asked meanwhile."""
    order_id, _, attempt = case.send.subject_ref.partition(":")
    about = await stored.about_order(case.session, order_id)
    if str(about.order.attempt) != attempt:
        return None
    until = max(start_of_day(about.order.ends_on), datetime.now(UTC)) + TRIP_EXPLAINS_FOR
    link = await case.link(LinkPurpose.SERVICE_ORDER, case.send.subject_ref, until)
    facts = case.facts(order=about.order, line=about.line, quote=about.quote, link=link)
    return Writing((outsider(about.partner),), facts)


async def guide_offer(case: Case) -> Writing:
    """An offer to a guide."""
    about = await stored.about_offer(case.session, case.send.subject_ref)
    until = max(start_of_day(about.quote.return_on), datetime.now(UTC)) + TRIP_EXPLAINS_FOR
    link = await case.link(LinkPurpose.GUIDE_OFFER, about.assignment.id, until)
    facts = case.facts(assignment=about.assignment, line=about.line, quote=about.quote, link=link)
    return Writing((outsider(about.guide),), facts)


async def trip(case: Case) -> Writing:
    """About the trip, with its page; `quote` is None when none was accepted."""
    version = await stored.accepted_version(case.session, case.send.booking_id)
    return Writing((case.customer,), case.facts(quote=version, link=await case.trip_link()))


async def trip_with_vouchers(case: Case) -> Writing:
    """The confirmed trip and its vouchers."""
    writing = await trip(case)
    documents = await case.document(DocumentKind.VOUCHER, case.send.booking_id)
    return Writing(writing.people, writing.facts, documents)


async def run_sheet(case: Case) -> Writing:
    """The run sheet, to whoever answers for the booking and to the guides of the trip."""
    guides = await stored.guides_of_trip(case.session, case.send.booking_id)
    people = (*await owner_or_managers(case), *(outsider(guide) for guide in guides))
    version = await stored.accepted_version(case.session, case.send.booking_id)
    documents = await case.document(DocumentKind.RUN_SHEET, case.send.booking_id)
    return Writing(people, case.facts(quote=version), documents)


async def task_reminder(case: Case) -> Writing | None:
    """A task, to whoever owns it, else to its role; nobody when it is done or was put off."""
    about = await about_reminder(case.session, case.send.subject_ref)
    if about is None:
        return None
    people = (staff_member(about.owner),) if about.owner else ()
    return Writing(
        people or await in_role(case, about.task.owner_role), case.facts(task=about.task)
    )


async def cancellation(case: Case) -> Writing:
    """The cancelled booking, with what goes back."""
    about = await stored.about_cancellation(case.session, case.about)
    facts = case.facts(offer=about.offer, currency=about.currency)
    return Writing((case.customer,), facts)


WRITERS: dict[Template, Callable[[Case], Awaitable[Writing | None]]] = {
    Template.BOOKING_RECEIVED: to_customer,
    Template.SLA_WARNING: clock_warning,
    Template.SLA_BREACH: clock_breach,
    Template.QUOTE_SENT: quote_with_pdf,
    Template.QUOTE_REMINDER_UNVIEWED: quote,
    Template.QUOTE_REMINDER_EXPIRING: quote,
    Template.APPROVAL_WANTED: approval_wanted,
    Template.INVOICE: instalment_with_invoice,
    Template.PAYMENT_REMINDER: instalment,
    Template.PAYMENT_OVERDUE: overdue_payment,
    Template.RECEIPT: receipt,
    Template.SERVICE_REQUEST: service_order,
    Template.SERVICE_REQUEST_REMINDER: service_order,
    Template.SERVICE_RELEASED: service_order,
    Template.GUIDE_OFFER: guide_offer,
    Template.GUIDE_RELEASED: guide_offer,
    Template.BOOKING_CONFIRMED: trip_with_vouchers,
    Template.WELCOME: trip,
    Template.RUN_SHEET: run_sheet,
    Template.REVIEW_REQUEST: trip,
    Template.BOOKING_CANCELLED: cancellation,
    Template.TASK_REMINDER: task_reminder,
}


async def writing_of(
    session: AsyncSession, settings: Settings, send: SendMessage
) -> Writing | None:
    """What a message says and to whom; None when it has become pointless.

    Raises:
        NotFoundError: the booking or the subject is unknown.
    """
    about = await stored.about_booking(session, send.booking_id)
    return await WRITERS[send.template](Case(session, settings, send, about))
