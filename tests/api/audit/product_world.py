"""What the requests about products are about: a partner with parts, a contract, a card, a file."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store import partner_parts as parts
from models.store.rate_imports import digest_of, keep_import
from models.tables.partners import RateCard
from tests.support import office as factories

SHEET = "Season,From,To,Price,Currency\nAll year,2027-01-01,2027-12-31,65.00,USD\n"


async def product_world(session: AsyncSession) -> dict[str, str]:
    """A partner of its own, with everything that requests change or take away."""
    partner = await factories.supplier(session, "Nhà nghỉ Hoa Sen")
    card = await session.scalar(select(RateCard).where(RateCard.partner_id == partner.id))
    assert card is not None
    assert card.contract_id is not None
    contact_id, licence_id, flag_id = new_id("pcontact"), new_id("licence"), new_id("riskflag")
    await parts.add_contact(
        session, contact_id, partner.id, name="Mrs Hoa", role="", email=None,
        phone="+842438281234", by="tests",
    )  # fmt: skip
    await parts.add_licence(
        session, licence_id, partner.id, name="Permit", number="1", expires_on=date(2027, 1, 1),
        by="tests",
    )  # fmt: skip
    await parts.raise_risk(
        session, flag_id, partner.id, kind="QUALITY", reason="Late twice", by="tests"
    )
    import_id, content = new_id("rateimport"), SHEET.encode()
    await keep_import(
        session, import_id, card.id, file_name="rates.csv", content=content, by="tests"
    )
    return {
        "partner_id": partner.id,
        "partner_contact_id": contact_id,
        "licence_id": licence_id,
        "flag_id": flag_id,
        "contract_id": card.contract_id,
        "card_id": card.id,
        "import_id": import_id,
        "import_hash": digest_of(content, card.id),
    }
