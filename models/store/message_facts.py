"""What messages say: a booking with its people, and the subject that a message is about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import any_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.cancellation import RefundOffer, refund_offer
from models.domain.clock import PolicyClock, day_of
from models.domain.errors import NotFoundError
from models.domain.policy import Policy
from models.domain.stages import GuideAssignmentStatus, InstalmentStatus, QuoteStatus
from models.store.policies import following
from models.tables.catalog import Tour
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, BookingActivity, Customer, Staff
from models.tables.finance import Instalment, Invoice, Payment, PaymentAllocation, Refund
from models.tables.guides import Guide, GuideAssignment
from models.tables.operations import ServiceOrder
from models.tables.partners import Partner
from models.tables.quote import QuoteLine, QuoteVersion

CANCELLED_LINE = "BOOKING_CANCELLED"
CANCELLATION_CAUSE = "cancellation"


@dataclass(frozen=True)
class BookingAbout:
    """A booking with its customer, its owner if it has one, and the policy that it follows.

    The policy's version is that of the terms; its clocks may be those of a newer one.
    """

    booking: Booking
    customer: Customer
    owner: Staff | None
    policy: Policy
    tour: str | None
    """What the tour is called that the customer asked about."""

    def policy_time(self, at: datetime) -> datetime:
        """The instant that the booking's policy clock shows at a real instant."""
        return PolicyClock(self.booking.created_at, self.policy.seconds_per_day).policy_time(at)


async def about_booking(session: AsyncSession, booking_id: str) -> BookingAbout:
    """A booking and whom a message about it may concern.

    Raises:
        NotFoundError: there is no such booking.
    """
    statement = (
        select(Booking, Customer, Staff, PolicyVersion, Tour.title)
        .join(Customer, Customer.id == Booking.customer_id)
        .join(PolicyVersion, PolicyVersion.version == Booking.policy_version)
        .outerjoin(Staff, Staff.id == Booking.staff_id)
        .outerjoin(Tour, Tour.id == Booking.tour_id)
        .where(Booking.id == booking_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such booking.")
    booking, customer, owner, terms, tour = row
    policy = await following(session, booking, terms)
    return BookingAbout(booking, customer, owner, policy, tour)


async def staff_in_role(session: AsyncSession, role: str) -> list[Staff]:
    """Active staff who have a role, by name."""
    statement = select(Staff).where(Staff.active, literal(role) == any_(Staff.roles))
    return list(await session.scalars(statement.order_by(Staff.name)))


async def quote_version(session: AsyncSession, quote_version_id: str) -> QuoteVersion:
    """A quote version.

    Raises:
        NotFoundError: there is none.
    """
    version = await session.get(QuoteVersion, quote_version_id)
    if version is None:
        raise NotFoundError("There is no such version of the quote.")
    return version


async def open_options(session: AsyncSession, booking_id: str) -> list[QuoteVersion]:
    """The versions of a booking that can be answered, by their letters."""
    return list(
        await session.scalars(
            select(QuoteVersion)
            .where(QuoteVersion.booking_id == booking_id, QuoteVersion.status == QuoteStatus.SENT)
            .order_by(QuoteVersion.option, QuoteVersion.version)
        )
    )


async def accepted_version(session: AsyncSession, booking_id: str) -> QuoteVersion | None:
    """The accepted version of a booking, if one was accepted."""
    version: QuoteVersion | None = await session.scalar(
        select(QuoteVersion).where(
            QuoteVersion.booking_id == booking_id, QuoteVersion.status == QuoteStatus.ACCEPTED
        )
    )
    return version


@dataclass(frozen=True)
class InstalmentAbout:
    """An instalment, the trip that it pays for, and its invoice once there is one."""

    instalment: Instalment
    quote: QuoteVersion
    invoice: Invoice | None

    @property
    def open_minor(self) -> int:
        """What it still waits for, minor units."""
        return self.instalment.amount_minor - self.instalment.paid_minor


async def about_instalment(session: AsyncSession, instalment_id: str) -> InstalmentAbout:
    """An instalment with its trip and invoice.

    Raises:
        NotFoundError: there is no such instalment.
    """
    statement = (
        select(Instalment, QuoteVersion, Invoice)
        .join(QuoteVersion, QuoteVersion.id == Instalment.quote_version_id)
        .outerjoin(Invoice, Invoice.instalment_id == Instalment.id)
        .where(Instalment.id == instalment_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such instalment.")
    return InstalmentAbout(*row)


@dataclass(frozen=True)
class PaymentPart:
    """What an instalment took of a payment, minor units."""

    instalment: Instalment
    invoice_number: str | None
    amount_minor: int


@dataclass(frozen=True)
class PaymentAbout:
    """A payment, what it was applied to, and which instalment comes next."""

    payment: Payment
    parts: list[PaymentPart]
    next_instalment: Instalment | None


async def about_payment(session: AsyncSession, payment_id: str) -> PaymentAbout:
    """A payment with its parts.

    Raises:
        NotFoundError: there is no such payment.
    """
    payment = await session.get(Payment, payment_id)
    if payment is None:
        raise NotFoundError("There is no such payment.")
    parts = await session.execute(
        select(Instalment, Invoice.invoice_number, PaymentAllocation.amount_minor)
        .join(PaymentAllocation, PaymentAllocation.instalment_id == Instalment.id)
        .outerjoin(Invoice, Invoice.instalment_id == Instalment.id)
        .where(PaymentAllocation.payment_id == payment_id)
        .order_by(Instalment.position)
    )
    following: Instalment | None = await session.scalar(
        select(Instalment)
        .where(
            Instalment.booking_id == payment.booking_id,
            Instalment.status == InstalmentStatus.OPEN,
        )
        .order_by(Instalment.position)
        .limit(1)
    )
    return PaymentAbout(payment, [PaymentPart(*row) for row in parts], following)


@dataclass(frozen=True)
class OrderAbout:
    """A service order with its supplier, the line that it fulfils, and the trip."""

    order: ServiceOrder
    partner: Partner
    line: QuoteLine
    quote: QuoteVersion


async def about_order(session: AsyncSession, service_order_id: str) -> OrderAbout:
    """A service order with its supplier.

    Raises:
        NotFoundError: there is no such order.
    """
    statement = (
        select(ServiceOrder, Partner, QuoteLine, QuoteVersion)
        .join(Partner, Partner.id == ServiceOrder.partner_id)
        .join(QuoteLine, QuoteLine.id == ServiceOrder.quote_line_id)
        .join(QuoteVersion, QuoteVersion.id == QuoteLine.quote_version_id)
        .where(ServiceOrder.id == service_order_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such service order.")
    return OrderAbout(*row)


@dataclass(frozen=True)
class OfferAbout:
    """An offer to a guide with the line that it is for and the trip."""

    assignment: GuideAssignment
    guide: Guide
    line: QuoteLine
    quote: QuoteVersion


async def about_offer(session: AsyncSession, assignment_id: str) -> OfferAbout:
    """An offer to a guide.

    Raises:
        NotFoundError: there is no such offer.
    """
    statement = (
        select(GuideAssignment, Guide, QuoteLine, QuoteVersion)
        .join(Guide, Guide.id == GuideAssignment.guide_id)
        .join(QuoteLine, QuoteLine.id == GuideAssignment.quote_line_id)
        .join(QuoteVersion, QuoteVersion.id == QuoteLine.quote_version_id)
        .where(GuideAssignment.id == assignment_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such offer.")
    return OfferAbout(*row)


async def guides_of_trip(session: AsyncSession, booking_id: str) -> list[Guide]:
    """The guides who took the trip."""
    statement = (
        select(Guide)
        .join(GuideAssignment, GuideAssignment.guide_id == Guide.id)
        .where(
            GuideAssignment.booking_id == booking_id,
            GuideAssignment.status == GuideAssignmentStatus.ACCEPTED,
        )
        .order_by(Guide.name)
        .distinct()
    )
    return list(await session.scalars(statement))


@dataclass(frozen=True)
class CancellationAbout:
    """What a cancellation gives back and keeps; the currency is None when nothing was paid."""

    offer: RefundOffer
    currency: str | None


async def about_cancellation(session: AsyncSession, about: BookingAbout) -> CancellationAbout:
    """Refund and penalty of a cancelled booking, by the day on which it was cancelled."""
    paid_minor, currency = await _paid_before_refund(session, about.booking.id)
    cancelled_at = await session.scalar(
        select(func.coalesce(func.max(BookingActivity.created_at), func.now())).where(
            BookingActivity.booking_id == about.booking.id,
            BookingActivity.type == CANCELLED_LINE,
        )
    )
    assert cancelled_at is not None  # noqa: S101 - an aggregate always has a row
    cancelled_on = day_of(about.policy_time(cancelled_at))
    offer = refund_offer(paid_minor, about.booking.departure_on, cancelled_on, about.policy)
    return CancellationAbout(offer, currency)


async def _paid_before_refund(session: AsyncSession, booking_id: str) -> tuple[int, str | None]:
    refunded = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.booking_id == booking_id,
        Refund.cause == CANCELLATION_CAUSE,
        Refund.status != "FAILED",
    )
    kept = func.coalesce(func.sum(Payment.amount_minor - Payment.refunded_minor), 0)
    row = await session.execute(
        select(kept + refunded.scalar_subquery(), func.min(Payment.currency)).where(
            Payment.booking_id == booking_id, Payment.held.is_(False)
        )
    )
    paid, currency = row.one()
    return int(paid), currency
