"""What the requests about files, tasks, views, the roster and the policy are about."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.rule_book import RuleTerms
from models.messages.ids import new_id
from models.store.rule_books import keep_rule_book, rule_book
from models.store.tasks import task_hash
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, Task
from models.tables.desk import Attachment
from models.tables.exchange import ExchangeTask
from models.tables.integration import Document
from models.tables.rosters import PolicyDraft, StaffLeave
from models.tables.search import SavedView
from tests.support import office as factories
from tests.support.desk import Office

PDF = b"%PDF-1.4\n%%EOF\n"
A_LEAVE = date(2027, 6, 1)
WEEK = timedelta(days=7)


async def desk_world(office: Office, booking: Booking, ids: dict[str, str]) -> dict[str, str]:
    """Further names for paths and samples, beside those of `accepted_trip`."""
    async with office.resources.sessions.begin() as session:
        task = await session.get_one(Task, ids["task"])
        await factories.invoice_pdf(session, booking, ids["invoice"])
        keys = await session.scalars(
            select(Document.storage_key).where(Document.booking_id == booking.id)
        )
        world = {
            "task_hash": task_hash(task),
            "staff_id": office.linh.id,
            "version": "1",
            "draft_id": await _draft(session),
            "rate_task_id": await _rate_task(session),
            **await _rule(session),
        }
        stored = [*keys, f"files/{booking.id}"]
    for key in stored:
        await office.documents.write(key, PDF)
    return world


async def removable(
    session: AsyncSession, office: Office, booking: Booking, person: str
) -> dict[str, str]:
    """A file of a booking, a view of somebody and a leave: what requests take away."""
    return {
        "attachment_id": await _file(session, booking),
        "view_id": await _view(session, person),
        "leave_id": await _leave(session, office),
    }


async def _file(session: AsyncSession, booking: Booking) -> str:
    file = Attachment(
        id=new_id("file"),
        booking_id=booking.id,
        file_name="visa.pdf",
        media_type="application/pdf",
        size=len(PDF),
        sha256="0" * 64,
        storage_key=f"files/{booking.id}",
        uploaded_by="tests",
    )
    await factories.add(session, file)
    return file.id


async def _view(session: AsyncSession, person: str) -> str:
    view = SavedView(
        id=new_id("view"),
        owner_sub=person,
        owner_name=person.title(),
        name=new_id("name"),
        filters={"destination": "Vietnam"},
        sort="created_at_desc",
        command_id=new_id("command"),
    )
    await factories.add(session, view)
    return view.id


async def _leave(session: AsyncSession, office: Office) -> str:
    last = await session.scalar(select(func.max(StaffLeave.ends_on)))
    starts_on = (last or A_LEAVE) + WEEK
    leave = StaffLeave(
        id=new_id("leave"),
        staff_id=office.linh.id,
        starts_on=starts_on,
        ends_on=starts_on + WEEK,
        created_by="tests",
    )
    await factories.add(session, leave)
    return leave.id


async def _draft(session: AsyncSession) -> str:
    in_force = await session.get_one(PolicyVersion, 1)
    draft = PolicyDraft(
        id=new_id("draft"),
        based_on=1,
        body={**in_force.body, "reopen_days": 91},
        created_by="tests",
    )
    await factories.add(session, draft)
    return draft.id


async def _rate_task(session: AsyncSession) -> str:
    task = ExchangeTask(id=new_id("fxtask"), key=new_id("key"), title="Look at the rate of USD")
    await factories.add(session, task)
    return task.id


async def _rule(session: AsyncSession) -> dict[str, str]:
    """One more pricing rule, and the book that it stands in."""
    rule_id, terms = new_id("prule"), RuleTerms("All", Markup(MarkupKind.MARKUP, Decimal(20)))
    book = (await rule_book(session)).added(rule_id, terms)
    await keep_rule_book(session, book, by="tests", command_id=rule_id)
    return {"pricing_rule_id": rule_id, "rule_book": str(book.version)}
