"""What people wrote to give a reason; it travels by id."""

from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import RemarkId, new_id
from models.tables.crm import Remark


async def add_remark(
    session: AsyncSession, booking_id: str, *, author: str, kind: str, body: str
) -> RemarkId:
    """Stores a remark; `author` is a staff id, `customer`, `supplier` or `guide`."""
    remark = Remark(id=new_id("remark"), booking_id=booking_id, author=author, kind=kind, body=body)
    session.add(remark)
    await session.flush()
    return RemarkId(remark.id)
