"""A request to write a message: its booking, its readers, its links and files."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.access import Role
from models.domain.clock import start_of_day
from models.domain.links import LinkPurpose
from models.messages.messaging import DocumentKind, SendMessage
from models.settings import Settings
from models.store import message_facts as stored
from models.store.documents import find_drawn
from models.store.links import link_path
from models.tables.crm import Staff
from models.tables.guides import Guide
from models.tables.integration import Document
from models.tables.partners import Partner

MANAGER = Role.MANAGER.value
ADMIN = Role.ADMIN.value
ACCOUNTANT = Role.ACCOUNTANT.value
QUOTE_EXPLAINS_FOR = timedelta(days=60)
"""How long after its validity a quote's page still says what to do."""
TRIP_EXPLAINS_FOR = timedelta(days=60)
"""How long after the trip its pages and documents can be opened."""


@dataclass(frozen=True)
class Person:
    """Someone who gets a message."""

    id: str
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Writing:
    """What a message says to each of `people`; `documents` are pairs of document and file name."""

    people: tuple[Person, ...]
    facts: dict[str, object]
    documents: tuple[tuple[Document, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """A request to write, with its booking loaded."""

    session: AsyncSession
    settings: Settings
    send: SendMessage
    about: stored.BookingAbout

    @property
    def customer(self) -> Person:
        """The customer, whose phone is known to be dialled as it stands."""
        customer = self.about.customer
        return Person(customer.id, customer.name, customer.email, customer.phone_e164)

    async def link(self, purpose: LinkPurpose, subject_ref: str, until: datetime) -> str:
        """The address of a page for the reader of this message."""
        path = await link_path(
            self.session,
            self.settings.link_secret.get_secret_value(),
            purpose=purpose,
            booking_id=self.send.booking_id,
            subject_ref=subject_ref,
            expires_at=until,
        )
        return self.settings.public_url + path

    async def trip_link(self) -> str:
        """The address of the customer's page of the trip."""
        ends_on = self.about.booking.return_on
        after = datetime.now(UTC) if ends_on is None else start_of_day(ends_on)
        until = max(after, datetime.now(UTC)) + TRIP_EXPLAINS_FOR
        return await self.link(LinkPurpose.TRIP, self.send.booking_id, until)

    async def document(
        self, kind: DocumentKind, subject_ref: str
    ) -> tuple[tuple[Document, str], ...]:
        """The stored document of a subject with the name of its file, if it was drawn."""
        found = await find_drawn(self.session, kind, subject_ref)
        return () if found is None else ((found, file_name(kind, self.about.booking.reference)),)

    def facts(self, **more: object) -> dict[str, object]:
        """What every text may use, and what this one adds."""
        about = self.about
        return {
            "booking": about.booking,
            "customer": about.customer,
            "owner": about.owner,
            "tour": about.tour,
            "policy": about.policy,
            "link": None,
            "occasion": self.send.occasion,
            "backoffice_url": f"{self.settings.public_url}/backoffice/bookings/{about.booking.id}",
            **more,
        }


def file_name(kind: DocumentKind, reference: str) -> str:
    """The name under which a person gets a document: `ATP-AB12-CD34-run-sheet.pdf`."""
    return f"{reference}-{kind.replace('_', '-')}.pdf"


def staff_member(staff: Staff) -> Person:
    """A member of staff as a reader."""
    return Person(staff.id, staff.name, staff.email, staff.phone)


def outsider(someone: Partner | Guide) -> Person:
    """A supplier or guide as a reader."""
    return Person(someone.id, someone.name, someone.email, someone.phone)


async def in_role(case: Case, role: str) -> tuple[Person, ...]:
    """Staff in a role; managers, then admins, stand in where there is nobody."""
    for wanted in (role, MANAGER, ADMIN):
        found = await stored.staff_in_role(case.session, wanted)
        if found:
            return tuple(staff_member(staff) for staff in found)
    return ()


async def owner_or_managers(case: Case) -> tuple[Person, ...]:
    """Who answers for the booking."""
    if case.about.owner is not None:
        return (staff_member(case.about.owner),)
    return await in_role(case, MANAGER)
