"""A stored booking with everything that messages, documents and pages can say about it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.base import Base
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, BookingActivity, Customer, Staff, Task
from models.tables.finance import Instalment, Invoice, Payment, PaymentAllocation
from models.tables.guides import Guide, GuideAssignment
from models.tables.operations import ServiceOrder
from models.tables.partners import Partner
from models.tables.quote import QuoteDay, QuoteLine, QuoteVersion

DEPARTURE = date(2030, 3, 14)
DAYS = (
    ("Hanoi", "Welcome to Hanoi", "Your driver meets you at the airport and takes you to town."),
    ("Hanoi", "Egg coffee and water puppets", "Lunch with a family on Phố Hàng Mã, then a show."),
    ("Ha Long Bay", "Aboard the Orchid", "Limestone towers and a kayak through the Luồn cave."),
    ("Ha Long Bay", "Sunrise and back to Hanoi", "Tai chi on deck, brunch on the way back."),
    ("Hoi An", "Lanterns of Hoi An", "A flight to Da Nang, the afternoon in the old town."),
    ("Hoi An", "Cooking in Trà Quế", "Herbs, rice paper and a boat through the water palms."),
)
INTRO = """Dear Élise, dear Martin,
six days from the lakes of Hanoi to the lanterns of Hội An, with a night on the water and time to
cook, walk and rest. Everything here can still be changed: just tell us."""
LINES = (
    # day, nights, kind, description, quantity, unit price, by a partner
    (1, 2, "HOTEL", "La Siesta Premium, deluxe room with breakfast", 2, 21_000, True),
    (1, 0, "TRANSPORT", "Private transfers in Hanoi, 7-seater", 2, 4_500, True),
    (2, 0, "GUIDE", "English-speaking guide, whole trip", 1, 54_000, False),
    (3, 1, "CRUISE", "Orchid Premium Cruise, two cabins, full board", 2, 39_000, True),
    (5, 0, "FLIGHT", "Hanoi to Da Nang, Vietnam Airlines, with 23 kg", 4, 8_900, False),
    (5, 2, "HOTEL", "Anantara Hội An, garden room with breakfast", 2, 36_050, True),
    (6, 0, "ACTIVITY", "Cooking class in Trà Quế village", 4, 4_800, True),
    (1, 0, "FEE", "Planning and 24-hour assistance", 1, 15_000, False),
)
TOTAL = sum(quantity * price for _, _, _, _, quantity, price, _ in LINES)
DEPOSIT = TOTAL * 30 // 100


@dataclass
class Trip:
    """What was stored; change and flush it to tell another story."""

    booking: Booking
    customer: Customer
    quote: QuoteVersion
    staff: list[Staff] = field(default_factory=list)
    lines: list[QuoteLine] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    orders: list[ServiceOrder] = field(default_factory=list)
    guide: Guide | None = None
    assignment: GuideAssignment | None = None
    instalments: list[Instalment] = field(default_factory=list)
    payment: Payment | None = None
    task: Task | None = None


async def store(session: AsyncSession, *rows: Base) -> None:
    """Writes rows in this order."""
    for row in rows:
        session.add(row)
        await session.flush()


async def a_quote(
    session: AsyncSession,
    *,
    minimal: bool = False,
    status: str = "SENT",
    departure_on: date = DEPARTURE,
    valid_for: timedelta = timedelta(days=14),
    title: str = "",
    option: str | None = None,
) -> Trip:
    """A booking with one version of a quote: as full as life, or with the least there can be."""
    await _policy(session)
    staff = [] if minimal else [_owner(), _manager(), _accountant()]
    customer = _customer(minimal=minimal)
    await store(session, *staff, customer)
    booking = _booking(customer, staff[0] if staff else None, minimal=minimal)
    quote = _version(booking, status, departure_on, valid_for, minimal=minimal)
    quote.title, quote.option = title or quote.title, option
    await store(session, booking, quote)
    trip = Trip(booking, customer, quote, staff)
    await _content(session, trip, minimal=minimal)
    return trip


async def an_accepted_trip(session: AsyncSession, *, minimal: bool = False) -> Trip:
    """A booking whose quote was accepted: instalments, service orders, a guide, a payment."""
    trip = await a_quote(session, minimal=minimal, status="ACCEPTED")
    trip.booking.stage = "PAYMENT_RECEIVED"
    trip.booking.departure_on = trip.quote.departure_on
    trip.booking.return_on = trip.quote.return_on
    await _money(session, trip, minimal=minimal)
    await _orders(session, trip, minimal=minimal)
    await _guide(session, trip, minimal=minimal)
    line = BookingActivity(
        id=new_id("act"), booking_id=trip.booking.id, type="QUOTE_ACCEPTED", actor="customer",
        detail=trip.quote.id,
    )  # fmt: skip
    await store(session, line)
    return trip


async def a_task(session: AsyncSession, trip: Trip) -> Task:
    """A task on the trip, of whoever owns its booking, whose reminder has rung."""
    task = Task(
        id=new_id("task"), booking_id=trip.booking.id, key="by_hand", title="Ask for the passports",
        owner_id=trip.booking.staff_id, owner_role="atp_staff", remind_at=datetime.now(UTC),
    )  # fmt: skip
    await store(session, task)
    trip.task = task
    return task


async def _policy(session: AsyncSession) -> None:
    if await session.get(PolicyVersion, 1) is None:
        await store(session, PolicyVersion(version=1, body={}, created_by="system"))


def _owner() -> Staff:
    return Staff(
        id=new_id("staff"), name="Trần Thị Mai", email="mai@asiatravelplan.example",
        phone="+84901234567", roles=["atp_staff"], usernames=["mai"],
    )  # fmt: skip


def _manager() -> Staff:
    return Staff(
        id=new_id("staff"), name="Linh Nguyễn", email="linh@asiatravelplan.example",
        roles=["atp_manager"], usernames=["linh"],
    )  # fmt: skip


def _accountant() -> Staff:
    return Staff(
        id=new_id("staff"), name="Hoa Lê", email="hoa@asiatravelplan.example",
        roles=["atp_accountant"], usernames=["hoa"],
    )  # fmt: skip


def _customer(*, minimal: bool) -> Customer:
    unique = new_id("cust")
    return Customer(
        id=unique,
        name="Jo" if minimal else "Élise & Martin O'Connor-Schäfer",
        email=f"{unique}@example.test",
        email_normalised=f"{unique}@example.test",
        phone=None if minimal else "+33 6 12 34 56 78",
        phone_e164=None if minimal else "+33612345678",
        language=None if minimal else "English",
    )


def _booking(customer: Customer, owner: Staff | None, *, minimal: bool) -> Booking:
    unique = new_id("booking")
    code = unique[-8:].upper()
    return Booking(
        id=unique,
        reference=f"ATP-{code[:4]}-{code[4:]}",
        customer_id=customer.id,
        staff_id=owner.id if owner else None,
        stage="PROPOSAL_SENT",
        destination="Vietnam",
        styles=[] if minimal else ["Culture", "Food"],
        travel_month="2030-03",
        travelers=4,
        duration="6-8 days",
        budget=None if minimal else "$1,400-$2,200 / week",
        language=None if minimal else "English",
        content_fingerprint=unique,
        policy_version=1,
    )


def _version(
    booking: Booking, status: str, departure_on: date, valid_for: timedelta, *, minimal: bool
) -> QuoteVersion:
    sent_at = datetime.now(UTC) - timedelta(hours=3)
    last_day = 1 if minimal else len(DAYS)
    return QuoteVersion(
        id=new_id("quote"),
        booking_id=booking.id,
        version=1 if minimal else 2,
        status=status,
        title="Hanoi" if minimal else "Northern lights and lanterns: Hanoi, Ha Long Bay & Hội An",
        intro="" if minimal else INTRO,
        currency="USD",
        total_minor=10_000 if minimal else TOTAL,
        departure_on=departure_on,
        return_on=departure_on + timedelta(days=last_day - 1),
        travelers=4,
        change_summary=None if minimal else "A night on Ha Long Bay instead of a day trip.",
        created_by="staff",
        sent_at=sent_at,
        valid_until=sent_at + valid_for,
    )  # fmt: skip


async def _content(session: AsyncSession, trip: Trip, *, minimal: bool) -> None:
    days = DAYS[:0] if minimal else DAYS
    lines = ((1, 0, "FEE", "Trip", 1, 10_000, False),) if minimal else LINES
    for number, (place, title, text) in enumerate(days, start=1):
        await store(
            session,
            QuoteDay(
                quote_version_id=trip.quote.id, day=number, place=place, title=title, text=text
            ),
        )
    for position, (day, nights, kind, description, quantity, price, partnered) in enumerate(
        lines, start=1
    ):
        partner = _partner(kind, position) if partnered else None
        if partner:
            await store(session, partner)
            trip.partners.append(partner)
        line = QuoteLine(
            id=new_id("line"), quote_version_id=trip.quote.id, position=position, day=day,
            nights=nights, kind=kind, description=description, quantity=quantity,
            unit_price_minor=price, total_minor=quantity * price,
            partner_id=partner.id if partner else None,
            cost_minor=price * quantity * 7 // 10 if partner else None,
            cost_currency="USD" if partner else None,
        )  # fmt: skip
        await store(session, line)
        trip.lines.append(line)


def _partner(kind: str, number: int) -> Partner:
    names = {
        "HOTEL": "La Siesta Premium Hàng Bè",
        "CRUISE": "Orchid Cruises",
        "TRANSPORT": "Sao Mai Transport",
    }
    return Partner(
        id=new_id("partner"), name=names.get(kind, f"Partner {number}"), kind=kind,
        email=f"reservations{number}@supplier.test", phone="+84 24 3923 4026", city="Hanoi",
    )  # fmt: skip


async def _money(session: AsyncSession, trip: Trip, *, minimal: bool) -> None:
    total = trip.quote.total_minor
    plan = [("FULL", total)] if minimal else [("DEPOSIT", DEPOSIT), ("BALANCE", total - DEPOSIT)]
    for position, (kind, amount) in enumerate(plan, start=1):
        due_on = DEPARTURE - timedelta(days=45) if kind == "BALANCE" else date(2029, 11, 22)
        instalment = Instalment(
            id=new_id("inst"), booking_id=trip.booking.id, quote_version_id=trip.quote.id,
            position=position, kind=kind, amount_minor=amount, currency="USD",
            due_at=datetime(due_on.year, due_on.month, due_on.day, tzinfo=UTC), due_on=due_on,
        )  # fmt: skip
        await store(session, instalment)
        trip.instalments.append(instalment)
    if not minimal:
        await store(session, _invoice(trip, trip.instalments[0]))
        await _payment(session, trip, trip.instalments[0])


def _invoice(trip: Trip, instalment: Instalment) -> Invoice:
    return Invoice(
        id=new_id("inv"), booking_id=trip.booking.id, instalment_id=instalment.id,
        invoice_number=f"ATP-{trip.booking.id[-6:]}", currency="USD", issue_date=date(2029, 11, 22),
        due_date=instalment.due_on, title=trip.quote.title,
        notes=f"Booking {trip.booking.reference}", status="INVOICE_SENT",
        items=[{
            "id": instalment.id, "description": f"Deposit: {trip.quote.title}", "quantity": 1,
            "unit_amount_cents": instalment.amount_minor,
            "total_amount_cents": instalment.amount_minor,
        }],
        total_amount_cents=instalment.amount_minor, due_amount_cents=instalment.amount_minor,
    )  # fmt: skip


async def _payment(session: AsyncSession, trip: Trip, instalment: Instalment) -> None:
    trip.payment = Payment(
        id=new_id("pay"), booking_id=trip.booking.id, provider="stripe",
        provider_payment_id=new_id("pi"), amount_minor=instalment.amount_minor, currency="USD",
        received_at=datetime(2029, 11, 23, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    instalment.paid_minor, instalment.status = instalment.amount_minor, "PAID"
    await store(session, trip.payment)
    await store(
        session,
        PaymentAllocation(
            payment_id=trip.payment.id,
            instalment_id=instalment.id,
            amount_minor=instalment.amount_minor,
        ),
    )


async def _orders(session: AsyncSession, trip: Trip, *, minimal: bool) -> None:
    del minimal
    for line in trip.lines:
        if line.partner_id is None:
            continue
        starts_on = trip.quote.departure_on + timedelta(days=line.day - 1)
        order = ServiceOrder(
            id=new_id("so"), booking_id=trip.booking.id, quote_line_id=line.id,
            partner_id=line.partner_id, status="REQUESTED", attempt=1, starts_on=starts_on,
            ends_on=starts_on + timedelta(days=line.nights), cost_minor=line.cost_minor,
            cost_currency=line.cost_currency,
            answer_due_at=datetime.now(UTC) + timedelta(hours=24),
        )  # fmt: skip
        await store(session, order)
        trip.orders.append(order)


async def _guide(session: AsyncSession, trip: Trip, *, minimal: bool) -> None:
    trip.guide = Guide(
        id=new_id("guide"), name="Phạm Văn Đức", email="duc@guides.test",
        phone=None if minimal else "+84 98 765 43 21", languages=["English"],
        destinations=["Vietnam"], rating=4.9,
    )  # fmt: skip
    line = next((line for line in trip.lines if line.kind == "GUIDE"), trip.lines[0])
    trip.assignment = GuideAssignment(
        id=new_id("ga"), booking_id=trip.booking.id, quote_line_id=line.id,
        guide_id=trip.guide.id, status="OFFERED",
        period=Range(trip.quote.departure_on, trip.quote.return_on + timedelta(days=1)),
        answer_due_at=None if minimal else datetime.now(UTC) + timedelta(hours=24),
    )  # fmt: skip
    await store(session, trip.guide, trip.assignment)
