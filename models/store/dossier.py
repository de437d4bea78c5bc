"""What else hangs on a booking: its money, suppliers, guides, preparations, messages, documents."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.tables.crm import Remark
from models.tables.finance import Instalment, LedgerEntry, Payment, Refund
from models.tables.guides import Guide, GuideAssignment
from models.tables.integration import Document, Message
from models.tables.operations import ChecklistItem, ServiceOrder
from models.tables.partners import Partner
from models.tables.quote import QuoteLine

MOST = 100
"""Of what has no natural end, a booking's page shows no more."""


@dataclass(frozen=True)
class BookingAccount:
    """A booking's money, each list in the order of time; amounts in minor units."""

    instalments: list[Instalment]
    payments: list[Payment]
    refunds: list[Refund]
    ledger: list[LedgerEntry]

    @property
    def paid_minor(self) -> int:
        """What was paid towards the trip and not given back; held money is not in it."""
        return sum(p.amount_minor - p.refunded_minor for p in self.payments if not p.held)

    @property
    def currency(self) -> str | None:
        """The currency of the plan, else of the money that came."""
        planned = [instalment.currency for instalment in self.instalments]
        return next(iter([*planned, *(payment.currency for payment in self.payments)]), None)


async def booking_account(session: AsyncSession, booking_id: str) -> BookingAccount:
    """Plan, payments, refunds and ledger of a booking."""
    return BookingAccount(
        instalments=list(
            await session.scalars(
                select(Instalment)
                .where(Instalment.booking_id == booking_id)
                .order_by(Instalment.created_at, Instalment.position)
            )
        ),
        payments=list(
            await session.scalars(
                select(Payment)
                .where(Payment.booking_id == booking_id)
                .order_by(Payment.received_at, Payment.id)
            )
        ),
        refunds=list(
            await session.scalars(
                select(Refund)
                .where(Refund.booking_id == booking_id)
                .order_by(Refund.created_at, Refund.id)
            )
        ),
        ledger=list(
            await session.scalars(
                select(LedgerEntry)
                .where(LedgerEntry.booking_id == booking_id)
                .order_by(LedgerEntry.id)
            )
        ),
    )


@dataclass(frozen=True)
class ServiceOrderRow:
    """A service order with its supplier, what was ordered and what the supplier wrote."""

    order: ServiceOrder
    partner: Partner
    line: QuoteLine
    remark: str | None


async def service_orders_of(session: AsyncSession, booking_id: str) -> list[ServiceOrderRow]:
    """A booking's service orders in the order of the trip."""
    statement = (
        select(ServiceOrder, Partner, QuoteLine, Remark.body)
        .join(Partner, Partner.id == ServiceOrder.partner_id)
        .join(QuoteLine, QuoteLine.id == ServiceOrder.quote_line_id)
        .outerjoin(Remark, Remark.id == ServiceOrder.remark_id)
        .where(ServiceOrder.booking_id == booking_id)
        .order_by(ServiceOrder.starts_on, QuoteLine.position)
    )
    return [ServiceOrderRow(*row) for row in await session.execute(statement)]


async def find_service_order(
    session: AsyncSession, booking_id: str, service_order_id: str
) -> ServiceOrder:
    """A service order of a booking.

    Raises:
        NotFoundError: the booking has no such order.
    """
    order = await session.scalar(
        select(ServiceOrder).where(
            ServiceOrder.id == service_order_id, ServiceOrder.booking_id == booking_id
        )
    )
    if order is None:
        raise NotFoundError("This booking has no such service order.")
    return order


@dataclass(frozen=True)
class GuideOfferRow:
    """An offer to a guide and which service it is for."""

    assignment: GuideAssignment
    guide: Guide
    line: QuoteLine


async def guide_offers_of(session: AsyncSession, booking_id: str) -> list[GuideOfferRow]:
    """Every offer of a booking's trip to a guide, oldest first."""
    statement = (
        select(GuideAssignment, Guide, QuoteLine)
        .join(Guide, Guide.id == GuideAssignment.guide_id)
        .join(QuoteLine, QuoteLine.id == GuideAssignment.quote_line_id)
        .where(GuideAssignment.booking_id == booking_id)
        .order_by(GuideAssignment.offered_at)
    )
    return [GuideOfferRow(*row) for row in await session.execute(statement)]


async def checklist_of(session: AsyncSession, booking_id: str) -> list[ChecklistItem]:
    """A booking's preparations by due time."""
    statement = select(ChecklistItem).where(ChecklistItem.booking_id == booking_id)
    return list(
        await session.scalars(statement.order_by(ChecklistItem.due_at, ChecklistItem.title))
    )


async def messages_of(session: AsyncSession, booking_id: str) -> list[Message]:
    """The messages about a booking, the newest first; at most 100."""
    statement = select(Message).where(Message.booking_id == booking_id)
    return list(await session.scalars(statement.order_by(Message.created_at.desc()).limit(MOST)))


async def documents_of(session: AsyncSession, booking_id: str) -> list[Document]:
    """A booking's documents, the newest first; at most 100."""
    statement = select(Document).where(Document.booking_id == booking_id)
    return list(await session.scalars(statement.order_by(Document.created_at.desc()).limit(MOST)))


async def find_document(session: AsyncSession, booking_id: str, document_id: str) -> Document:
    """A document of a booking.

    Raises:
        NotFoundError: the booking has no such document.
    """
    document = await session.scalar(
        select(Document).where(Document.id == document_id, Document.booking_id == booking_id)
    )
    if document is None:
        raise NotFoundError("This booking has no such document.")
    return document


async def is_active_partner(session: AsyncSession, partner_id: str) -> bool:
    """Whether a supplier of this id can be asked."""
    statement = select(Partner.id).where(Partner.id == partner_id, Partner.active)
    return await session.scalar(statement) is not None


async def active_partners(session: AsyncSession) -> list[Partner]:
    """Suppliers that can be asked, by kind and name."""
    statement = select(Partner).where(Partner.active).order_by(Partner.kind, Partner.name)
    return list(await session.scalars(statement))
