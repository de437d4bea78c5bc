"""Keyword factories for what staff see: bookings with all that hangs on them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain import rates as domain
from models.domain.rates import Basis, RateRow, Span
from models.domain.stages import ServiceKind
from models.messages.ids import new_id
from models.store.partner_contracts import ContractTerms, add_contract
from models.store.rate_cards import add_card
from models.tables.catalog import Tour
from models.tables.crm import Booking, BookingActivity, ConsentRecord, Customer, Staff, Task
from models.tables.finance import Instalment, Invoice, LedgerEntry, Payment, Refund
from models.tables.guides import Guide, GuideAssignment
from models.tables.integration import Document, Message
from models.tables.operations import ChecklistItem, ServiceOrder
from models.tables.partners import Partner, RateCard
from models.tables.quote import QuoteDay, QuoteLine, QuoteVersion

NOW = datetime.now(UTC)
DEPARTURE = date(2027, 3, 2)
RETURN = date(2027, 3, 10)


async def add(session: AsyncSession, *rows: Any) -> None:
    """Stores rows in this order."""
    for row in rows:
        session.add(row)
        await session.flush()


async def member(session: AsyncSession, name: str, username: str) -> Staff:
    """A member of staff."""
    staff = Staff(id=new_id("staff"), name=name, usernames=[username])
    await add(session, staff)
    return staff


async def customer(
    session: AsyncSession,
    name: str = "Amélie Laurent",
    email: str = "amelie@example.org",
    **more: Any,
) -> Customer:
    """A customer."""
    found = Customer(
        id=new_id("cust"),
        name=name,
        email=email,
        email_normalised=email.lower(),
        **{
            "phone": "+33 6 12 34 56 78",
            "phone_e164": "+33612345678",
            "language": "French",
            **more,
        },
    )
    await add(session, found)
    return found


async def booking(session: AsyncSession, of: Customer, **columns: Any) -> Booking:
    """A booking of a customer; unassigned and new unless said otherwise."""
    booking_id = new_id("booking")
    usual: dict[str, Any] = {
        "id": booking_id,
        "reference": f"ATP-{booking_id[-8:-4]}-{booking_id[-4:]}".upper(),
        "customer_id": of.id,
        "destination": "Vietnam",
        "styles": ["Culture", "Food"],
        "travel_month": "2027-03",
        "travelers": 2,
        "duration": "9-12 days",
        "budget": "$1,400-$2,200 / week",
        "content_fingerprint": booking_id,
        "policy_version": 1,
        "sla_due_at": NOW + timedelta(hours=1, minutes=47),
        "page_url": "https://asiatravelplan.example/tours/northern-vietnam",
        "utm_source": "newsletter",
        "utm_campaign": "spring",
    }
    found = Booking(**usual | columns)
    await add(session, found)
    return found


async def supplier(
    session: AsyncSession, name: str, kind: str = "HOTEL", **columns: Any
) -> Partner:
    """A supplier with one rate for 2027."""
    partner = Partner(
        id=new_id("partner"),
        name=name,
        kind=kind,
        email="desk@supplier.example",
        **{"city": "Hanoi", "destinations": ["Vietnam"], **columns},
    )
    await add(session, partner)
    await rate_card(session, partner)
    return partner


async def rate_card(session: AsyncSession, partner: Partner, **changes: Any) -> str:
    """The id of a card of USD 62.00 all through 2027, under a contract of its own."""
    terms = ContractTerms(
        title="Rates 2027", reference="", valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31),
        payment_terms="", notes="",
    )  # fmt: skip
    contract_id = new_id("contract")
    await add_contract(session, contract_id, partner.id, terms, "tests")
    whole_year = Span(terms.valid_from, terms.valid_to)
    is_hotel = partner.kind == "HOTEL"
    card = domain.RateCard(
        id=new_id("rate"), version=1, contract_id=contract_id, contract_version=1,
        partner_id=partner.id, kind=ServiceKind(partner.kind), basis=Basis.ROOM, nightly=True,
        service="Deluxe double, breakfast" if is_hotel else "Private service", currency="USD",
        validity=whole_year, rows=(RateRow("", 1, "All year", whole_year, 6200),),
    )  # fmt: skip
    card = replace(card, **changes)
    assert await add_card(session, card, by="tests")
    return card.id


async def hotel_with_rate(session: AsyncSession) -> tuple[str, str]:
    """The ids of a supplier and of its rate of USD 62.00."""
    partner = await supplier(session, "Maison de Hanoi")
    rate = await session.scalar(select(RateCard.id).where(RateCard.partner_id == partner.id))
    assert rate is not None
    return partner.id, rate


async def invoice_pdf(session: AsyncSession, of: Booking, invoice_id: str) -> None:
    """The row of an invoice's PDF."""
    document = Document(
        id=new_id("doc"),
        booking_id=of.id,
        kind="invoice",
        subject_ref=invoice_id,
        storage_key=f"{of.id}/{invoice_id}.pdf",
        sha256="0" * 64,
        size=13,
    )
    await add(session, document)


async def tour(session: AsyncSession) -> Tour:
    """A tour with days."""
    found = Tour(
        id=new_id("tour"),
        title="Northern Vietnam highlights",
        short_description="Old quarter, limestone bays and terraced rice fields.",
        duration_days=9,
        price_from=1290,
        rating=4.8,
        image="north.webp",
        seasonality="September to May",
        days=[
            {"place": "Hanoi", "title": "Arrival", "text": "Transfer and a walk by the lake."},
            {"place": "Hanoi", "title": "The old quarter", "text": "Street food with a cook."},
            {"place": "Ha Long Bay", "title": "On board", "text": "Two days among the islands."},
        ],
    )
    await add(session, found)
    return found


async def quote(
    session: AsyncSession, of: Booking, hotel: Partner, *, version: int = 1, status: str = "DRAFT"
) -> tuple[QuoteVersion, QuoteLine]:
    """A version of USD 2,470.00 with two days and two lines; the first line is the hotel's."""
    found = QuoteVersion(
        id=new_id("quote"),
        booking_id=of.id,
        version=version,
        status=status,
        title="Northern Vietnam in nine days",
        intro="A slow journey from the old quarter to the bay.",
        currency="USD",
        total_minor=247_000,
        departure_on=DEPARTURE,
        return_on=RETURN,
        travelers=2,
        created_by="tests",
        sent_at=None if status == "DRAFT" else NOW - timedelta(days=3),
        valid_until=None if status == "DRAFT" else NOW + timedelta(days=11),
    )
    line = QuoteLine(
        id=new_id("line"),
        quote_version_id=found.id,
        position=1,
        day=1,
        nights=4,
        kind="HOTEL",
        description="Deluxe double in the old quarter",
        partner_id=hotel.id,
        quantity=4,
        unit_price_minor=9_500,
        total_minor=38_000,
        cost_minor=24_800,
        cost_currency="USD",
    )
    guide = QuoteLine(
        id=new_id("line"),
        quote_version_id=found.id,
        position=2,
        day=1,
        kind="GUIDE",
        description="French-speaking guide",
        quantity=1,
        unit_price_minor=209_000,
        total_minor=209_000,
    )
    days = [
        QuoteDay(quote_version_id=found.id, day=1, place="Hanoi", title="Arrival", text="Transfer"),
        QuoteDay(quote_version_id=found.id, day=2, place="Hanoi", title="Old quarter", text="Food"),
    ]
    await add(session, found, line, guide, *days)
    return found, line


async def accepted_trip(
    session: AsyncSession, of: Booking, *, serial: str = "900001"
) -> dict[str, str]:
    """Everything that hangs on an accepted booking; returns the ids that tests name."""
    hotel = await supplier(session, "Maison de Hanoi")
    other = await supplier(session, "Lotus House")
    version, line = await quote(session, of, hotel, status="ACCEPTED")
    await quote(session, of, hotel, version=2)
    order = ServiceOrder(
        id=new_id("so"),
        booking_id=of.id,
        quote_line_id=line.id,
        partner_id=hotel.id,
        status="DECLINED",
        starts_on=DEPARTURE,
        ends_on=RETURN,
        cost_minor=24_800,
        cost_currency="USD",
        answer_due_at=NOW + timedelta(hours=3),
    )
    item = ChecklistItem(
        id=new_id("item"),
        booking_id=of.id,
        key="traveller_details",
        title="Traveller details and passports",
        owner_role="atp_staff",
        due_at=NOW + timedelta(days=20),
    )
    task = Task(
        id=new_id("task"),
        booking_id=of.id,
        key="follow_up:NEW",
        title="Call the customer back",
        owner_role="atp_staff",
        due_at=NOW + timedelta(minutes=20),
    )
    await add(session, order, item, task)
    document_id = await _papers(session, of, version)
    invoice_id = await _money(session, of, version, serial)
    await _guide(session, of, line)
    return {
        "hotel": hotel.id,
        "other": other.id,
        "version": version.id,
        "order": order.id,
        "task": task.id,
        "document": document_id,
        "invoice": invoice_id,
    }


async def _papers(session: AsyncSession, of: Booking, version: QuoteVersion) -> str:
    document = Document(
        id=new_id("doc"),
        booking_id=of.id,
        kind="quote",
        subject_ref=version.id,
        storage_key=f"{of.id}/{version.id}.pdf",
        sha256="0" * 64,
        size=48_211,
    )
    message = Message(
        id=new_id("msg"),
        booking_id=of.id,
        dedupe_key=f"quote_sent:{version.id}",
        template="quote_sent",
        channel="EMAIL",
        recipient=of.customer_id,
        to_address="amelie@example.org",
        subject_ref=version.id,
        subject="Your quote for Vietnam",
        status="DELIVERED",
        sent_at=NOW,
    )
    consent = ConsentRecord(
        id=new_id("consent"),
        customer_id=of.customer_id,
        booking_id=of.id,
        channel="EMAIL",
        purpose="marketing",
        granted=True,
        source="website",
    )
    lines = [
        BookingActivity(id=new_id("act"), booking_id=of.id, type=kind, actor=actor, detail=detail)
        for kind, actor, detail in (
            ("BOOKING_CREATED", "website", "Enquiry from the website"),
            ("STAFF_CHANGED", of.staff_id or "system", f"nobody -> {of.staff_id}"),
            ("QUOTE_SENT", of.staff_id or "system", version.id),
            ("QUOTE_ACCEPTED", "customer", version.id),
        )
    ]
    await add(session, document, message, consent, *lines)
    return document.id


async def _money(session: AsyncSession, of: Booking, version: QuoteVersion, serial: str) -> str:
    deposit = Instalment(
        id=new_id("inst"),
        booking_id=of.id,
        quote_version_id=version.id,
        position=1,
        kind="DEPOSIT",
        amount_minor=74_100,
        paid_minor=74_100,
        currency="USD",
        due_at=NOW,
        due_on=NOW.date(),
        status="PAID",
    )
    payment = Payment(
        id=new_id("pay"),
        booking_id=of.id,
        provider="stripe",
        provider_payment_id=f"pi_3PqT8u2eZvKYlo2C1x{serial}",
        amount_minor=74_100,
        refunded_minor=1_000,
        currency="USD",
        received_at=NOW,
    )
    invoice = Invoice(
        id=new_id("inv"),
        booking_id=of.id,
        instalment_id=deposit.id,
        invoice_number=f"ATP-{serial}",
        currency="USD",
        issue_date=NOW.date(),
        due_date=NOW.date(),
        title="Deposit",
        items=[],
        total_amount_cents=74_100,
        due_amount_cents=0,
        status="PAID",
    )
    refund = Refund(
        id=new_id("refund"),
        booking_id=of.id,
        payment_id=payment.id,
        cause="goodwill",
        amount_minor=1_000,
        currency="USD",
        status="DONE",
    )
    await add(session, deposit, payment, invoice, refund)
    sides = [("stripe", 74_100), ("customer", -74_100)]
    session.add_all(
        LedgerEntry(
            posting_id=payment.id,
            booking_id=of.id,
            account=account,
            amount_minor=amount,
            currency="USD",
        )
        for account, amount in sides
    )
    await session.flush()
    return invoice.id


async def _guide(session: AsyncSession, of: Booking, line: QuoteLine) -> None:
    guide = Guide(
        id=new_id("guide"),
        name="Nguyễn Minh",
        email="minh@guide.example",
        languages=["French", "English"],
        destinations=["Vietnam"],
        rating=4.9,
    )
    offer = GuideAssignment(
        id=new_id("ga"),
        booking_id=of.id,
        quote_line_id=line.id,
        guide_id=guide.id,
        period=Range(DEPARTURE, RETURN + timedelta(days=1), bounds="[)"),
        answer_due_at=NOW + timedelta(hours=20),
    )
    await add(session, guide, offer)
