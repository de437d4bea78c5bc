"""Invoices as the existing back office knows them. Amounts are minor units."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.money import round_minor
from models.messages.ids import new_id
from models.tables.finance import Invoice

Text = Annotated[str, StringConstraints(max_length=4000)]
Amount = Annotated[int, Field(ge=0, le=10**12)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Percentage = Annotated[float, Field(ge=0, le=100)]


class InvoiceStatus(StrEnum):
    """Where an invoice stands."""

    DRAFT = "DRAFT"
    INVOICE_SENT = "INVOICE_SENT"
    PAID = "PAID"


class InvoiceItemIn(Incoming):
    """A line of an invoice; its total is worked out, whatever is sent."""

    id: str | None = None
    description: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    quantity: Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=4)] = Decimal(1)
    unit_amount_cents: Amount
    total_amount_cents: int | None = None

    def stored(self) -> dict[str, Any]:
        """The line as it is kept."""
        whole = self.quantity == self.quantity.to_integral_value()
        return {
            "id": self.id or new_id("item"),
            "description": self.description,
            "quantity": int(self.quantity) if whole else float(self.quantity),
            "unit_amount_cents": self.unit_amount_cents,
            "total_amount_cents": round_minor(self.quantity * self.unit_amount_cents),
        }


class InvoiceIn(Incoming):
    """A new invoice, or what changes on one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Deposit",
                    "currency": "USD",
                    "items": [
                        {"description": "Deposit", "quantity": 1, "unit_amount_cents": 45000}
                    ],
                }
            ]
        }
    )
    status: InvoiceStatus | None = None
    currency: Code | None = None
    issue_date: date | None = None
    due_date: date | None = None
    title: Annotated[str, StringConstraints(max_length=200)] | None = None
    notes: Text | None = None
    items: Annotated[tuple[InvoiceItemIn, ...], Field(max_length=100)] | None = None
    due_amount_cents: Amount | None = None
    vat_percentage: Percentage | None = None
    sent_to_customer: bool | None = None


class InvoiceOut(Outgoing):
    """An invoice."""

    id: str
    booking_id: str
    invoice_number: str
    version: int
    status: str
    currency: str
    issue_date: date
    due_date: date
    title: str
    notes: str
    items: list[dict[str, Any]]
    total_amount_cents: int
    due_amount_cents: int
    vat_percentage: float
    sent_to_customer: bool
    sent_to_customer_at: Moment | None
    pdf_url: str
    created_at: Moment
    updated_at: Moment


class InvoiceOne(Outgoing):
    """One invoice."""

    invoice: InvoiceOut


class InvoiceList(Outgoing):
    """A booking's invoices."""

    items: list[InvoiceOut]
    invoices: list[InvoiceOut]
    total: int


def invoice_out(invoice: Invoice) -> InvoiceOut:
    """A stored invoice as the API shows it."""
    columns = {
        name: getattr(invoice, name) for name in InvoiceOut.model_fields if name != "pdf_url"
    }
    return InvoiceOut(pdf_url=f"/api/v1/invoices/{invoice.id}/pdf", **columns)
