"""What a search by staff matches: reference, id, e-mail, phone, or a part of the name."""

import re

from sqlalchemy import or_, select
from sqlalchemy.sql.elements import ColumnElement

from models.tables.crm import Booking, Customer

LEAST_PHONE_DIGITS = 5
PHONE = re.compile(r"\+?[\d\s().-]+")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def customer_matches(search: str) -> ColumnElement[bool]:
    """Customers by what the words look like: an e-mail, a phone number, else a name.

    An e-mail is compared from its beginning, a phone number by its digits anywhere, a name or part
    of an address anywhere, whatever its case.
    """
    text = " ".join(search.split())
    digits = re.sub(r"\D", "", text)
    if PHONE.fullmatch(text) and len(digits) >= LEAST_PHONE_DIGITS:
        return Customer.phone_e164.like(f"%{digits}%")
    if "@" in text and not text.startswith("@"):
        return Customer.email_normalised.like(f"{_escaped(text.lower())}%")
    pattern = f"%{_escaped(text)}%"
    return or_(Customer.name.ilike(pattern), Customer.email_normalised.like(pattern.lower()))


def booking_matches(search: str) -> ColumnElement[bool]:
    """Bookings by reference or id, or by their customer."""
    text = search.strip()
    if text.startswith("booking_"):
        return Booking.id == text
    if text.upper().startswith("ATP-"):
        return Booking.reference.like(f"{_escaped(text.upper())}%")
    return Booking.customer_id.in_(select(Customer.id).where(customer_matches(text)))
