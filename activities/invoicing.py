"""The invoice of an instalment."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.clock import day_of
from models.domain.errors import NotFoundError
from models.domain.stages import InstalmentKind
from models.store.checkouts import Payable, lock_payable
from models.store.invoices import create_invoice, invoice_of_instalment
from models.tables.finance import Invoice

WORDS = {
    InstalmentKind.DEPOSIT: "Deposit",
    InstalmentKind.BALANCE: "Balance",
    InstalmentKind.FULL: "Payment in full",
}


async def draw_invoice(session: AsyncSession, instalment_id: str) -> Invoice:
    """The one invoice of an instalment, drawn when it is first asked for.

    It is a DRAFT until its message went out; who sends that marks it INVOICE_SENT.

    Raises:
        NotFoundError: there is no such instalment.
    """
    payable = await lock_payable(session, instalment_id)
    if payable is None:
        raise NotFoundError("There is no such instalment.")
    drawn = await invoice_of_instalment(session, instalment_id)
    if drawn is not None:
        return drawn
    return await create_invoice(
        session,
        booking_id=payable.instalment.booking_id,
        content=_content(payable),
    )


def instalment_words(payable: Payable) -> str:
    """What an instalment is for, as the customer reads it."""
    return f"{WORDS[InstalmentKind(payable.instalment.kind)]}: {payable.title}"


def _content(payable: Payable) -> dict[str, object]:
    instalment = payable.instalment
    due = instalment.amount_minor - instalment.paid_minor
    item = {
        "id": instalment.id,
        "description": instalment_words(payable),
        "quantity": 1,
        "unit_amount_cents": instalment.amount_minor,
        "total_amount_cents": instalment.amount_minor,
    }
    return {
        "instalment_id": instalment.id,
        "currency": instalment.currency,
        "issue_date": day_of(datetime.now(UTC)),
        "due_date": instalment.due_on,
        "title": payable.title,
        "notes": f"Booking {payable.reference}",
        "items": [item],
        "total_amount_cents": instalment.amount_minor,
        "due_amount_cents": due,
        "status": "DRAFT" if due else "PAID",
    }
