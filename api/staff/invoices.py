"""`/api/v1/bookings/{id}/invoices` and `/api/v1/invoices/{id}/pdf`."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.staff.documents import Storage, pdf_response
from api.staff.invoice_schemas import InvoiceIn, InvoiceList, InvoiceOne, InvoiceStatus, invoice_out
from api.staff.opening import Asking, Reading
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.clock import day_of
from models.domain.errors import InvalidInputError
from models.store import invoices
from models.store.audit import differing
from models.store.bookings import BookingRow
from models.tables.finance import Invoice

router = APIRouter(prefix="/api/v1", tags=["invoices"])

USUAL_DAYS_TO_PAY = 14
PLANNED = {"status", "currency", "due_date", "items", "due_amount_cents"}
"""What the payment plan decides on the invoice of an instalment."""


@router.get("/bookings/{booking_id}/invoices", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_invoices(booking_id: str, desk: Reading) -> InvoiceList:
    """A booking's invoices by number."""
    async with desk.booking(booking_id) as (session, _):
        found = await invoices.list_invoices(session, booking_id)
    items = [invoice_out(invoice) for invoice in found]
    return InvoiceList(items=items, invoices=items, total=len(items))


@router.post(
    "/bookings/{booking_id}/invoices",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def create_invoice(booking_id: str, invoice: InvoiceIn, desk: Asking) -> InvoiceOne:
    """Draws an invoice by hand; the same Idempotency-Key draws it once."""
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):

        async def create() -> str:
            drawn = await _draw(session, row, invoice)
            await desk.audit.record(
                session,
                AuditAction.INVOICE_CREATED,
                drawn.id,
                after=invoice_out(drawn).model_dump(mode="json"),
                booking_id=booking_id,
            )
            return drawn.id

        invoice_id = await desk.create_once(session, row, "INVOICE_CREATED", create)
        created = await invoices.find_invoice(session, invoice_id)
    return InvoiceOne(invoice=invoice_out(created))


@router.patch(
    "/bookings/{booking_id}/invoices/{invoice_id}",
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def change_invoice(
    booking_id: str, invoice_id: str, changes: InvoiceIn, desk: Asking
) -> InvoiceOne:
    """Changes what is sent; the payment plan's own figures on its invoices stay."""
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
        invoice = await invoices.find_invoice(session, invoice_id, booking_id, lock=True)
        if invoice.instalment_id and (planned := PLANNED & changes.model_fields_set):
            raise InvalidInputError(
                f"{', '.join(sorted(planned))}: this invoice belongs to the payment plan, "
                "which decides that."
            )
        seen = invoice_out(invoice).model_dump(mode="json")
        await invoices.update_invoice(session, invoice, _columns(changes, invoice))
        before, after = differing(seen, invoice_out(invoice).model_dump(mode="json"))
        await desk.audit.record(
            session,
            AuditAction.INVOICE_CHANGED,
            invoice_id,
            before=before,
            after=after,
            booking_id=booking_id,
        )
    return InvoiceOne(invoice=invoice_out(invoice))


@router.get(
    "/invoices/{invoice_id}/pdf",
    response_class=Response,
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)
async def invoice_pdf(invoice_id: str, desk: Reading, storage: Storage) -> Response:
    """The PDF that was drawn for an invoice."""
    async with desk.sessions() as session:
        invoice = await invoices.find_invoice(session, invoice_id)
    async with desk.booking(invoice.booking_id) as (session, _):
        document = await invoices.invoice_document(session, invoice)
    return await pdf_response(storage, document, f"{invoice.invoice_number}.pdf")


async def _draw(session: AsyncSession, row: BookingRow, invoice: InvoiceIn) -> Invoice:
    today = day_of(datetime.now(UTC))
    blank = {"title": "Invoice", "items": [], "total_amount_cents": 0, "due_amount_cents": 0}
    return await invoices.create_invoice(
        session,
        booking_id=row.booking.id,
        content={
            "currency": row.booking.preferred_currency or "USD",
            "issue_date": today,
            "due_date": today + timedelta(days=USUAL_DAYS_TO_PAY),
            **blank,
            **_columns(invoice, None),
        },
    )


def _columns(changes: InvoiceIn, invoice: Invoice | None) -> dict[str, Any]:
    """The columns that a request names, with the totals that follow from its items."""
    columns = changes.model_dump(exclude_none=True, exclude={"items"})
    total = invoice.total_amount_cents if invoice else 0
    if changes.items is not None:
        columns["items"] = [item.stored() for item in changes.items]
        total = sum(item["total_amount_cents"] for item in columns["items"])
        columns["total_amount_cents"] = total
        columns.setdefault("due_amount_cents", total)
    if columns.get("due_amount_cents", 0) > total:
        raise InvalidInputError("due_amount_cents: no more can be due than the invoice's total.")
    if changes.sent_to_customer and not (invoice and invoice.sent_to_customer_at):
        columns["sent_to_customer_at"] = datetime.now(UTC)
        columns.setdefault("status", InvoiceStatus.INVOICE_SENT)
    return columns
