"""Which customers a list, a segment or an export is about, as conditions.

`only_owner` confines what is looked at to the bookings of one member of staff; None means all.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, any_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from models.domain.customers import ConsentPurpose
from models.store.booking_filters import visible
from models.store.matching import customer_matches
from models.tables.crm import Booking, ConsentRecord, Customer


@dataclass(frozen=True, kw_only=True)
class CustomerFilter:
    """Which customers: all that fit everything that is named here, and may be seen."""

    search: str = ""
    country: str | None = None
    """ISO code: where they live, or where an enquiry came from while that is not known."""
    budget: str | None = None
    style: str | None = None
    destination: str | None = None
    """Budget, style and destination are of one and the same booking."""
    language: str | None = None
    tag: str | None = None
    news_by: str | None = None
    """A channel by which they allow news; what counts is what they said last."""
    only_owner: str | None = None


def customer_conditions(wanted: CustomerFilter) -> list[ColumnElement[bool]]:
    """The conditions on `customers`, without the object rule."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.search:
        conditions.append(customer_matches(wanted.search))
    if wanted.country:
        conditions.append(_lives_in(wanted.country, wanted.only_owner))
    if wanted.budget or wanted.style or wanted.destination:
        conditions.append(_asked_for(wanted))
    if wanted.language:
        conditions.append(Customer.language == wanted.language)
    if wanted.tag:
        conditions.append(literal(wanted.tag) == any_(Customer.tags))
    if wanted.news_by:
        conditions.append(allows_news(wanted.news_by))
    return conditions


def allows_news(channel: str) -> ColumnElement[bool]:
    """Customers whose last word about news by a channel was yes."""
    said = aliased(ConsentRecord)
    last = (
        select(said.granted)
        .where(
            said.customer_id == Customer.id,
            func.lower(said.channel) == channel,
            said.purpose == ConsentPurpose.MARKETING.value,
        )
        .order_by(said.recorded_at.desc(), said.id.desc())
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )
    return last.is_(True)


def _lives_in(country: str, only_owner: str | None) -> ColumnElement[bool]:
    guessed = exists().where(
        Booking.customer_id == Customer.id,
        Booking.ip_country_guess == country,
        *visible(only_owner),
    )
    return or_(Customer.country == country, and_(Customer.country.is_(None), guessed))


def _asked_for(wanted: CustomerFilter) -> ColumnElement[bool]:
    conditions = [Booking.customer_id == Customer.id, *visible(wanted.only_owner)]
    if wanted.budget:
        conditions.append(Booking.budget == wanted.budget)
    if wanted.style:
        conditions.append(literal(wanted.style) == any_(Booking.styles))
    if wanted.destination:
        conditions.append(Booking.destination == wanted.destination)
    return exists().where(*conditions)
