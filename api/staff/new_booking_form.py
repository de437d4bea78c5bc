"""An enquiry that a member of staff takes down: by phone, from a mail, or in person."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from api.public.enquiry_form import LINE, LINES, Consents, Short, Styles, Travelers
from api.staff.wire import Incoming
from models.contacts import compared_email, e164
from models.domain.enquiry import content_fingerprint
from models.store.intake import Enquiry


class Channel(StrEnum):
    """How the enquiry reached us."""

    PHONE = "phone"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    WALK_IN = "walk_in"


def _address(typed: str) -> str:
    try:
        compared_email(typed)
    except ValueError:
        raise ValueError("email: this is no e-mail address") from None
    return typed


Line = Annotated[str, StringConstraints(max_length=200, pattern=LINE)]
Address = Annotated[str, StringConstraints(max_length=254, pattern=LINE), AfterValidator(_address)]
Phone = Annotated[str, StringConstraints(max_length=40, pattern=LINE)]
Notes = Annotated[str, StringConstraints(max_length=5000, pattern=LINES)]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)]


class EnquiryIn(Incoming):
    """An enquiry as somebody told it. An e-mail address or a phone number is needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "channel": "phone",
                    "name": "Anna Sommer",
                    "phone": "+49 151 23456789",
                    "destination": "Vietnam",
                    "style": ["Culture"],
                    "travel_month": "2027-05",
                    "duration": "9-12 days",
                    "travelers": 2,
                    "notes": "Would love to see Ha Long Bay.",
                    "consent": {"email": False, "whatsapp": True},
                }
            ]
        }
    )

    channel: Channel
    name: Line
    email: Address | None = None
    phone: Phone | None = None
    phone_country: Country | None = None
    """Whose number it is when no country code was written."""
    destination: Short
    style: Styles
    travel_month: Annotated[
        Month, Field(validation_alias=AliasChoices("travel_month", "travelMonth", "month"))
    ]
    duration: Short
    travelers: Travelers
    budget: Short | None = None
    language: Short | None = None
    notes: Notes | None = None
    preferred_currency: Currency | None = None
    tour_id: Short | None = None
    consent: Consents = Field(default={})
    """Whether we may write about other trips, by channel, as the person said when asked."""
    owner_id: Short | None = None
    """Who looks after it; only for those who may assign bookings."""
    inbound_id: Short | None = None
    """The message in triage that it is made from."""

    @model_validator(mode="before")
    @classmethod
    def without_blanks(cls, given: Any) -> Any:
        """What was left blank counts as absent."""
        if not isinstance(given, dict):
            return given
        return {
            name: value
            for name, value in given.items()
            if not (isinstance(value, str) and not value.strip())
        }

    @model_validator(mode="after")
    def can_be_answered(self) -> Self:
        """Somebody whom nobody can reach is no enquiry."""
        if not self.email and not self.phone:
            raise ValueError("email: an e-mail address or a phone number is needed")
        return self


def enquiry_of(form: EnquiryIn, *, actor: str, owner_id: str | None, key: str) -> Enquiry:
    """The enquiry for the one intake of all doors.

    Args:
        form: what was taken down.
        actor: who took it down.
        owner_id: the member of staff who looks after it, if that is known.
        key: the same key is the same booking.
    """
    email = compared_email(form.email) if form.email else None
    number = e164(form.phone, form.phone_country) if form.phone else None
    wishes = (
        form.destination,
        form.travel_month,
        form.duration,
        form.budget,
        form.notes,
        form.tour_id,
    )
    return Enquiry(
        name=form.name,
        email=form.email,
        email_normalised=email,
        phone=form.phone,
        phone_e164=number,
        language=form.language,
        destination=form.destination,
        styles=tuple(form.style),
        travel_month=form.travel_month,
        travelers=form.travelers,
        duration=form.duration,
        budget=form.budget,
        notes=form.notes,
        preferred_currency=form.preferred_currency,
        tour_id=form.tour_id,
        page_url=None,
        referrer=None,
        utm_source=None,
        utm_medium=None,
        utm_campaign=None,
        ip_address=None,
        ip_country_guess=None,
        idempotency_key=key,
        content_fingerprint=content_fingerprint(
            email or f"{number or form.phone} {form.name}",
            styles=form.style,
            travelers=form.travelers,
            wishes=wishes,
        ),
        consents=form.consent,
        source=form.channel.value,
        actor=actor,
        staff_id=owner_id,
    )
