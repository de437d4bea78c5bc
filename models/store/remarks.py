"""What people wrote to give a reason; it travels by id."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import RemarkId, new_id
from models.tables.crm import Remark

MOST_REMARKS = 50
SUPPLIER_REFERENCE = "supplier_reference"
"""Shown with its service order."""


async def remarks_of(session: AsyncSession, booking_id: str) -> list[Remark]:
    """Wishes, reasons and contact details, the newest first, at most 50; no bare references."""
    return list(
        await session.scalars(
            select(Remark)
            .where(Remark.booking_id == booking_id, Remark.kind != SUPPLIER_REFERENCE)
            .order_by(Remark.created_at.desc())
            .limit(MOST_REMARKS)
        )
    )


async def add_remark(
    session: AsyncSession, booking_id: str, *, author: str, kind: str, body: str
) -> RemarkId:
    """Stores a remark; `author` is a staff id, `customer`, `supplier` or `guide`."""
    remark = Remark(id=new_id("remark"), booking_id=booking_id, author=author, kind=kind, body=body)
    session.add(remark)
    await session.flush()
    return RemarkId(remark.id)
