"""Everything that the booking page shows, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.frame import named
from api.pages.formats import words
from api.pages.translation import N_, gettext
from api.staff import cursors
from api.staff.readable import with_names
from api.staff.timeline import cursor_of
from models.domain.deadlines import DeadlineKind
from models.domain.sharing import can_open
from models.domain.stages import ServiceOrderStatus
from models.domain.timeline_kinds import TimelineKind
from models.store import (
    attachments,
    contacts_log,
    deadlines,
    dossier,
    invoices,
    notes,
    quote_drafts,
    remarks,
    staff,
    tasks,
    timeline_pages,
    tours,
)
from models.store.bookings import BookingRow
from models.store.dossier import GuideOfferRow, ServiceOrderRow
from models.store.tasks import TaskRow
from models.store.timeline_pages import Line
from models.tables.crm import Staff
from models.tables.partners import Partner
from models.tables.quote import QuoteVersion

KINDS = {
    TimelineKind.MESSAGES: N_("Messages"),
    TimelineKind.NOTES: N_("Notes"),
    TimelineKind.CONTACTS: N_("Contacts"),
    TimelineKind.DECISIONS: N_("Decisions"),
    TimelineKind.FACTS: N_("From outside"),
    TimelineKind.TASKS: N_("Tasks"),
    TimelineKind.FILES: N_("Files"),
    TimelineKind.STEPS: N_("Workflow"),
}
"""What one can ask the timeline for, the most asked for first."""
DEADLINES = {
    DeadlineKind.SLA: (N_("Our next step"), "#stage"),
    DeadlineKind.QUOTE_EXPIRY: (N_("Quote expires"), "#quotes"),
    DeadlineKind.INSTALMENT: (N_("Payment"), "#money"),
    DeadlineKind.SUPPLIER_ANSWER: (N_("Supplier's answer"), "#suppliers"),
    DeadlineKind.GUIDE_ANSWER: (N_("Guide's answer"), "#guides"),
    DeadlineKind.CHECKLIST: (N_("Preparation"), "#checklist"),
    DeadlineKind.TASK: (N_("Task"), "#tasks"),
    DeadlineKind.DEPARTURE: (N_("Departure"), "#enquiry"),
}
"""What a deadline is called, and where on the page one does something about it."""
TROUBLED = frozenset({ServiceOrderStatus.DECLINED, ServiceOrderStatus.AT_RISK})
LOST_MESSAGES = ("bounced:", "undeliverable:", "unreachable:")
"""How the keys of tasks begin that a message made which nobody got."""
SOME_NOTES = 10
SOME_CONTACTS = 5


def chosen_kinds(texts: Sequence[str]) -> frozenset[TimelineKind]:
    """The kinds that an address names; what is no kind counts as not asked for."""
    return frozenset(TimelineKind(text) for text in texts if text in set(TimelineKind))


async def booking_context(
    session: AsyncSession, row: BookingRow, kinds: frozenset[TimelineKind]
) -> dict[str, Any]:
    """All of the page's facts."""
    booking_id = row.booking.id
    people = await staff.list_staff(session, active_only=False)
    versions = await quote_drafts.list_versions(session, booking_id)
    orders = await dossier.service_orders_of(session, booking_id)
    guides = await dossier.guide_offers_of(session, booking_id)
    documents = await dossier.documents_of(session, booking_id)
    names = _names(people, versions, orders, guides)
    partners = await dossier.active_partners(session)
    open_and_closed = await tasks.tasks_of_booking(session, booking_id)
    return {
        "versions": versions,
        "orders": orders,
        "alternatives": _alternatives(orders, partners),
        "staff_options": named(
            {one.id: one.name for one in people if one.active}, gettext("Nobody")
        ),
        "task_owners": named(_who_can_open(people, row), gettext("Nobody yet")),
        "mentionable": _mentionable(people, row),
        "tasks": open_and_closed,
        "attention": _attention(orders, open_and_closed),
        "account": await dossier.booking_account(session, booking_id),
        "invoices": await invoices.list_invoices(session, booking_id),
        "guides": guides,
        "checklist": await dossier.checklist_of(session, booking_id),
        "remarks": await remarks.remarks_of(session, booking_id),
        "documents": documents,
        "drawn": {document.subject_ref for document in documents if document.kind == "invoice"},
        "deadlines": await deadlines.deadlines_of(session, row.booking),
        "deadline_words": DEADLINES,
        "tour": await tours.find_title(session, row.booking.tour_id),
        "notes": await notes.notes_of(session, booking_id, limit=SOME_NOTES),
        "contacts": await contacts_log.contacts_of(session, booking_id, limit=SOME_CONTACTS),
        "files": await attachments.attachments_of(session, booking_id),
        "names": names,
        **await _timeline(session, booking_id, kinds, names),
    }


async def timeline_context(
    session: AsyncSession, booking_id: str, kinds: frozenset[TimelineKind], before: str
) -> dict[str, Any]:
    """The timeline alone, from where a page before ended."""
    names = _names(
        await staff.list_staff(session, active_only=False),
        await quote_drafts.list_versions(session, booking_id),
        await dossier.service_orders_of(session, booking_id),
        await dossier.guide_offers_of(session, booking_id),
    )
    return await _timeline(session, booking_id, kinds, names, before)


async def _timeline(
    session: AsyncSession,
    booking_id: str,
    kinds: frozenset[TimelineKind],
    names: dict[str, str],
    before: str = "",
) -> dict[str, Any]:
    found = await timeline_pages.timeline_page(
        session, booking_id, kinds=kinds, after=cursor_of(before)
    )
    following = cursors.encode(found.next.at, found.next.id) if found.next else ""
    query = [("kind", kind.value) for kind in sorted(kinds)] + [("before", following)]
    return {
        "timeline": [_named(line, names) for line in found.lines],
        "older": f"/backoffice/bookings/{booking_id}/timeline?{urlencode(query)}"
        if following
        else "",
        "kinds": kinds,
        "kind_words": KINDS,
    }


def _names(
    people: Sequence[Staff],
    versions: Sequence[QuoteVersion],
    orders: Sequence[ServiceOrderRow],
    guides: Sequence[GuideOfferRow],
) -> dict[str, str]:
    """What ids in the lines of the timeline read as."""
    return (
        {one.id: one.name for one in people}
        | {one.id: gettext("version %(number)s", number=one.version) for one in versions}
        | {one.order.id: one.line.description for one in orders}
        | {one.assignment.id: one.guide.name for one in guides}
    )


def _named(line: Line, names: dict[str, str]) -> Line:
    who = names.get(line.actor) or words(line.actor_name)
    if line.type == "STAGE_CHANGED":
        stages = " → ".join(words(stage) for stage in line.detail.split(" -> "))
        return replace(line, detail=stages, actor_name=who)
    return replace(line, detail=with_names(line.detail, names), actor_name=who)


def _attention(
    orders: Sequence[ServiceOrderRow], rows: Sequence[TaskRow]
) -> list[tuple[str, str, str]]:
    """What went wrong and has no clock: in a word, about what, and where one mends it."""
    troubled = [
        (words(entry.order.status), f"{entry.line.description}, {entry.partner.name}", "#suppliers")
        for entry in orders
        if entry.order.status in TROUBLED
    ]
    lost = [
        (gettext("Not delivered"), row.task.title, "#tasks")
        for row in rows
        if row.task.status == tasks.OPEN and row.task.key.startswith(LOST_MESSAGES)
    ]
    return troubled + lost


def _who_can_open(people: Sequence[Staff], row: BookingRow) -> dict[str, str]:
    return {
        one.id: one.name
        for one in people
        if one.active and can_open(one.id, one.roles, row.booking.staff_id)
    }


def _mentionable(people: Sequence[Staff], row: BookingRow) -> list[tuple[str, str]]:
    """Names to mention with the people behind them: one for each who can open the booking."""
    able = _who_can_open(people, row)
    return [(one.usernames[0], one.name) for one in people if one.id in able and one.usernames]


def _alternatives(
    orders: Sequence[ServiceOrderRow], partners: Sequence[Partner]
) -> dict[str, list[tuple[str, str]]]:
    """Whom to ask instead: suppliers of the same kind, without the one who was asked."""
    return {
        entry.order.id: named(
            {
                partner.id: f"{partner.name}, {partner.city}"
                for partner in partners
                if partner.kind == entry.line.kind and partner.id != entry.partner.id
            },
            gettext("Choose a supplier"),
        )
        for entry in orders
    }
