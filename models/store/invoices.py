"""Invoices: those of instalments and those that staff draw by hand."""

from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.messages.ids import new_id
from models.tables.crm import SequenceNumber
from models.tables.finance import Invoice
from models.tables.integration import Document

INVOICE_NUMBERS = "invoice"


async def next_invoice_number(session: AsyncSession) -> str:
    """The next number without a gap, `ATP-000001`; it returns if the transaction fails."""
    statement = insert(SequenceNumber).values(name=INVOICE_NUMBERS, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=[SequenceNumber.name], set_={"value": SequenceNumber.value + 1}
    )
    number = await session.scalar(statement.returning(SequenceNumber.value))
    return f"ATP-{number:06d}"


async def list_invoices(session: AsyncSession, booking_id: str) -> list[Invoice]:
    """A booking's invoices by number."""
    statement = select(Invoice).where(Invoice.booking_id == booking_id)
    return list(await session.scalars(statement.order_by(Invoice.invoice_number)))


async def find_invoice(
    session: AsyncSession, invoice_id: str, booking_id: str | None = None, *, lock: bool = False
) -> Invoice:
    """An invoice by id; with `lock`, held until the transaction ends.

    Raises:
        NotFoundError: there is none, or it is another booking's.
    """
    statement = select(Invoice).where(Invoice.id == invoice_id)
    if booking_id is not None:
        statement = statement.where(Invoice.booking_id == booking_id)
    if lock:
        statement = statement.with_for_update()
    invoice = await session.scalar(statement)
    if invoice is None:
        raise NotFoundError("There is no such invoice.")
    return invoice


async def create_invoice(
    session: AsyncSession, *, booking_id: str, content: dict[str, Any]
) -> Invoice:
    """A new draft with the next number. `content`: its columns; amounts in minor units."""
    invoice = Invoice(
        id=new_id("inv"),
        booking_id=booking_id,
        invoice_number=await next_invoice_number(session),
        **content,
    )
    session.add(invoice)
    await session.flush()
    await session.refresh(invoice)
    return invoice


async def update_invoice(session: AsyncSession, invoice: Invoice, changes: dict[str, Any]) -> None:
    """Writes columns of an invoice and counts the change as its next version."""
    for name, value in changes.items():
        setattr(invoice, name, value)
    invoice.version += 1
    invoice.updated_at = await session.scalar(select(func.now())) or invoice.updated_at
    await session.flush()


async def invoice_document(session: AsyncSession, invoice: Invoice) -> Document:
    """The stored PDF of an invoice, drawn for its instalment.

    Raises:
        NotFoundError: none was drawn.
    """
    subjects = [invoice.id, invoice.instalment_id]
    document = await session.scalar(
        select(Document).where(Document.kind == "invoice", Document.subject_ref.in_(subjects))
    )
    if document is None:
        raise NotFoundError("No PDF was drawn for this invoice.")
    return document


async def invoice_of_instalment(session: AsyncSession, instalment_id: str) -> Invoice | None:
    """The invoice that was drawn for an instalment."""
    return await session.scalar(select(Invoice).where(Invoice.instalment_id == instalment_id))


async def mark_invoice_mailed(session: AsyncSession, instalment_id: str) -> None:
    """The invoice of an instalment went out to the customer; a paid one stays PAID."""
    await session.execute(
        update(Invoice)
        .where(Invoice.instalment_id == instalment_id, Invoice.sent_to_customer.is_(False))
        .values(
            status=case((Invoice.status == "DRAFT", "INVOICE_SENT"), else_=Invoice.status),
            sent_to_customer=True,
            sent_to_customer_at=func.now(),
            updated_at=func.now(),
        )
    )
