"""What a search by staff matches: reference, id, e-mail, phone, or a part of the name."""

import re

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from models.tables.crm import Booking, Customer
from models.tables.customers import CustomerContact

LEAST_PHONE_DIGITS = 5
PHONE = re.compile(r"\+?[\d\s().-]+")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def customer_matches(search: str) -> ColumnElement[bool]:
    """Customers by what the words look like: an e-mail, a phone number, else a name.

    An e-mail is compared from its beginning, a phone number by its digits anywhere, a name or part
    of an address anywhere, whatever its case and accents. Further addresses and numbers count like
    the first.
    """
    text = " ".join(search.split())
    digits = re.sub(r"\D", "", text)
    if PHONE.fullmatch(text) and len(digits) >= LEAST_PHONE_DIGITS:
        return or_(Customer.phone_e164.like(f"%{digits}%"), _further("PHONE", f"%{digits}%"))
    if "@" in text and not text.startswith("@"):
        beginning = f"{_escaped(text.lower())}%"
        return or_(Customer.email_normalised.like(beginning), _further("EMAIL", beginning))
    pattern = f"%{_escaped(text)}%"
    named = func.search_fold(Customer.name).like(func.search_fold(pattern))
    return or_(named, Customer.email_normalised.like(pattern.lower()))


def _further(kind: str, pattern: str) -> ColumnElement[bool]:
    contacts = select(CustomerContact.customer_id).where(
        CustomerContact.kind == kind, CustomerContact.compared.like(pattern)
    )
    return Customer.id.in_(contacts)


def booking_matches(search: str) -> ColumnElement[bool]:
    """Bookings by reference or id, or by their customer."""
    text = search.strip()
    if text.startswith("booking_"):
        return Booking.id == text
    if text.upper().startswith("ATP-"):
        return Booking.reference.like(f"{_escaped(text.upper())}%")
    return Booking.customer_id.in_(select(Customer.id).where(customer_matches(text)))


def is_not_merged() -> ColumnElement[bool]:
    """Customers whose record did not go into another's."""
    return Customer.merged_into_id.is_(None)


def reached_at(*compared: str) -> Select[str]:
    """The ids of customers with exactly one of these addresses or numbers among their contacts.

    Args:
        compared: e-mail addresses as they are compared, and numbers in E.164.
    """
    first = select(func.coalesce(Customer.merged_into_id, Customer.id).label("id")).where(
        or_(Customer.email_normalised.in_(compared), Customer.phone_e164.in_(compared))
    )
    further = select(CustomerContact.customer_id).where(CustomerContact.compared.in_(compared))
    found = union_all(first, further).subquery()
    return select(found.c[0]).distinct()
