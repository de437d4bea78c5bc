"""Customers with all that is known of them, as the staff API speaks of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.staff.booking_schemas import BookingOut, CustomerOut, booking_out
from api.staff.wire import Moment, Outgoing
from models.domain.access import Permission, Staff
from models.domain.customers import ChangeKind, FurtherContactKind, PreferredChannel, masked
from models.store.customer_changes import ChangeRow
from models.store.profiles import Consent, Profile
from models.tables.crm import ConsentRecord, Customer
from models.tables.customers import CustomerPassport


class CustomerContactOut(Outgoing):
    """A further address or number."""

    id: str
    kind: FurtherContactKind
    value: str


class CompanionOut(Outgoing):
    """Somebody who travels with the customer."""

    id: str
    name: str
    relation: str
    born_on: date | None
    diet: str


class PassportOut(Outgoing):
    """A passport without its number but for its end."""

    id: str
    companion_id: str | None
    holder: str
    country: str
    number_end: str
    expires_on: date


class PassportRead(PassportOut):
    """A passport with its number."""

    number: str


class PassportList(Outgoing):
    """The passports in use."""

    items: list[PassportRead]
    total: int


class ConsentOut(Outgoing):
    """What was said of a channel and a purpose at one time."""

    channel: str
    purpose: str
    granted: bool
    source: str
    policy_version: int | None
    recorded_at: Moment


class ConsentState(ConsentOut):
    """The last word on a channel and a purpose, with those before it."""

    earlier: list[ConsentOut]


class PersonOut(Outgoing):
    """A customer in one line."""

    id: str
    name: str


class SpendOut(Outgoing):
    """Money of one currency, minor units: paid and not given back, and held for finance."""

    currency: str
    paid_minor: int
    held_minor: int


class CustomerQuoteOut(Outgoing):
    """A version of a quote in one line."""

    id: str
    booking_id: str
    reference: str
    version: int
    status: str
    title: str
    total_minor: int
    currency: str
    created_at: Moment


class Preferences(Outgoing):
    """What the customer likes."""

    diet: str
    rooms: str
    interests: list[str]


class Attribution(Outgoing):
    """Where the customer came from, the first and the last time."""

    first: dict[str, Any] | None
    last: dict[str, Any] | None


class ProfileOut(Outgoing):
    """All that is known of a customer beside the contract's fields."""

    revision: int
    country: str | None
    preferred_channel: PreferredChannel | None
    preferences: Preferences
    contacts: list[CustomerContactOut]
    companions: list[CompanionOut]
    passports: list[PassportOut]
    """Empty for those who may not see passports."""
    household: list[PersonOut]
    consents: list[ConsentState]
    attribution: Attribution
    spend: list[SpendOut]
    quotes: list[CustomerQuoteOut]
    past_trips: list[str]
    """Ids of bookings, the latest trip first."""
    merged_records: list[str]
    """Ids of records that went into this one."""


class CustomerDetail(Outgoing):
    """A customer with those of their bookings that the caller may see."""

    customer: CustomerOut
    bookings: list[BookingOut]
    profile: ProfileOut


class ChangeOut(Outgoing):
    """A change: what was there before and after."""

    id: str
    customer_id: str
    kind: ChangeKind
    actor: str
    before: dict[str, Any]
    after: dict[str, Any]
    created_at: Moment


class ChangeList(Outgoing):
    """A page of changes, the newest first."""

    items: list[ChangeOut]
    total: int
    page: int
    page_size: int
    total_pages: int


def detail_out(profile: Profile, reader: Staff, today: date) -> CustomerDetail:
    """A profile as the API shows it to somebody."""
    return CustomerDetail(
        customer=CustomerOut.model_validate(profile.customer),
        bookings=[booking_out(row) for row in profile.bookings],
        profile=_profile_out(profile, reader, today),
    )


def _profile_out(profile: Profile, reader: Staff, today: date) -> ProfileOut:
    customer = profile.customer
    passports = profile.passports if reader.may(Permission.READ_PASSPORTS) else []
    return ProfileOut(
        revision=customer.revision,
        country=customer.country,
        preferred_channel=_channel(customer),
        preferences=Preferences.model_validate(customer),
        contacts=[CustomerContactOut.model_validate(one) for one in profile.contacts],
        companions=[CompanionOut.model_validate(one) for one in profile.companions],
        passports=[passport_out(one) for one in passports],
        household=[PersonOut.model_validate(one) for one in profile.household],
        consents=[_consent_out(one) for one in profile.consents],
        attribution=Attribution(first=customer.first_attribution, last=customer.last_attribution),
        spend=[SpendOut.model_validate(one) for one in profile.spend],
        quotes=_quotes_out(profile),
        past_trips=[row.booking.id for row in profile.past_trips(today)],
        merged_records=profile.records[1:],
    )


def _channel(customer: Customer) -> PreferredChannel | None:
    return PreferredChannel(customer.preferred_channel) if customer.preferred_channel else None


def _quotes_out(profile: Profile) -> list[CustomerQuoteOut]:
    own = CustomerQuoteOut.model_fields.keys() - {"reference"}
    return [
        CustomerQuoteOut(
            **{name: getattr(row.quote, name) for name in own}, reference=row.reference
        )
        for row in profile.quotes
    ]


def _consent_out(consent: Consent) -> ConsentState:
    last = _said(consent.last)
    return ConsentState(**last.model_dump(), earlier=[_said(one) for one in consent.earlier])


def _said(record: ConsentRecord) -> ConsentOut:
    return ConsentOut.model_validate(record)


def passport_out(passport: CustomerPassport) -> PassportOut:
    """A passport with the end of its number."""
    own = PassportOut.model_fields.keys() - {"number_end"}
    facts = {name: getattr(passport, name) for name in own}
    return PassportOut(**facts, number_end=masked(passport.number))


def passports_read(passports: Sequence[CustomerPassport]) -> PassportList:
    """Passports with their numbers."""
    items = [PassportRead(**passport_out(one).model_dump(), number=one.number) for one in passports]
    return PassportList(items=items, total=len(items))


def change_out(row: ChangeRow) -> ChangeOut:
    """A change with the name of who made it."""
    change = row.change
    return ChangeOut(
        id=change.id,
        customer_id=change.customer_id,
        kind=ChangeKind(change.kind),
        actor=row.actor_name,
        before=change.before,
        after=change.after,
        created_at=change.created_at,
    )
