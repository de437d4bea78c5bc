"""What the requests about customers are about: what hangs on one, and somebody who is alike."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.matching import compared_passport, name_key
from models.messages.ids import new_id
from models.store.merging import MOVING
from models.tables.crm import Booking, Customer
from models.tables.customers import (
    Companion,
    CustomerContact,
    CustomerMerge,
    CustomerPassport,
    CustomerSuggestion,
    Household,
    Segment,
)
from tests.support import office as factories

NOTHING_MOVED: dict[str, list[str]] = {name: [] for name in (*MOVING, "merged", "email", "added")}
NUMBER = "12AB34567"


async def customer_world(session: AsyncSession, booking: Booking) -> dict[str, str]:
    """Somebody like the customer of a booking, with the same owner, and a record merged before."""
    customer = await session.get_one(Customer, booking.customer_id)
    alike = await factories.customer(session, customer.name, _address())
    await factories.booking(session, alike, staff_id=booking.staff_id)
    gone = await factories.customer(session, "A. Laurent", _address())
    gone.merged_into_id, gone.email_normalised = booking.customer_id, None
    one, other = sorted((booking.customer_id, alike.id))
    suggestion = CustomerSuggestion(
        id=new_id("match"),
        one_id=one,
        other_id=other,
        kind="SAME_PERSON",
        score=45,
        reasons=["SAME_NAME"],
    )
    merge = CustomerMerge(
        id=new_id("merge"),
        kept_id=booking.customer_id,
        absorbed_id=gone.id,
        moved=NOTHING_MOVED,
        filled=[],
        merged_by="tests",
    )
    await factories.add(session, suggestion, merge)
    return {"alike_id": alike.id, "suggestion_id": suggestion.id, "merge_id": merge.id}


async def parts(session: AsyncSession, customer_id: str, person: str) -> dict[str, str]:
    """What requests take from a customer, and a segment of somebody; a household is joined."""
    mail = _address()
    contact = CustomerContact(id=new_id("contact"), kind="EMAIL", value=mail, compared=mail)
    companion = Companion(id=new_id("companion"), name="Ida", name_key=name_key("Ida"))
    passport = CustomerPassport(
        id=new_id("passport"),
        holder="AMELIE LAURENT",
        country="FR",
        number=NUMBER,
        number_compared=compared_passport(NUMBER),
        expires_on=date(2031, 5, 1),
    )
    owned: tuple[CustomerContact | Companion | CustomerPassport, ...]
    owned = (contact, companion, passport)
    for part in owned:
        part.customer_id, part.created_by = customer_id, "tests"
    segment = Segment(
        id=new_id("segment"),
        owner_sub=person,
        owner_name=person.title(),
        name=new_id("name"),
        filters={"style": "Food"},
        command_id=new_id("command"),
    )
    await factories.add(session, contact, companion, passport, segment)
    await _live_together(session, customer_id)
    return {
        "contact_id": contact.id,
        "companion_id": companion.id,
        "passport_id": passport.id,
        "segment_id": segment.id,
    }


async def _live_together(session: AsyncSession, customer_id: str) -> None:
    household = Household(id=new_id("household"), created_by="tests")
    await factories.add(session, household)
    customer = await session.get_one(Customer, customer_id)
    customer.household_id = household.id
    await session.flush()


def _address() -> str:
    return f"{new_id('mail')}@home.example"
