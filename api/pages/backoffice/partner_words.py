"""What pages call the facts of a partner, and the choices that its forms offer."""

from typing import Final

from api.pages.backoffice.frame import named
from api.pages.formats import words
from api.pages.translation import N_, gettext
from models.domain.partners import PARTNER_KINDS, RiskKind
from models.domain.stages import DESTINATIONS, ServiceKind

FIELDS: Final = {
    "name": N_("Name"),
    "kind": N_("Kind"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "city": N_("City"),
    "country": N_("Country"),
    "destinations": N_("Destinations"),
    "legal_name": N_("Legal name"),
    "registration_number": N_("Registration number"),
    "tax_number": N_("Tax number"),
    "address": N_("Address"),
    "website": N_("Website"),
    "notes": N_("Notes"),
    "role": N_("Role"),
    "number": N_("Number"),
    "expires_on": N_("Valid until"),
    "reason": N_("Reason"),
    "title": N_("Title"),
    "reference": N_("Reference"),
    "valid_from": N_("First day"),
    "valid_to": N_("Last day"),
    "payment_terms": N_("Payment terms"),
    "holder": N_("Account holder"),
    "bank": N_("Bank"),
    "account": N_("Account number or IBAN"),
    "code": N_("SWIFT or branch code"),
}
"""Labels by the members of the schemas."""


def kind_in_words(kind: str) -> str:
    """A kind of partner as people say it."""
    return gettext("Flight or train") if kind == ServiceKind.FLIGHT else words(kind)


def kind_options(first: str) -> list[tuple[str, str]]:
    """Kinds of partner below a first choice."""
    return named({kind.value: kind_in_words(kind) for kind in PARTNER_KINDS}, first)


def destination_options(first: str) -> list[tuple[str, str]]:
    """Destinations below a first choice."""
    return named({one: one for one in DESTINATIONS}, first)


def risk_options() -> list[tuple[str, str]]:
    """Kinds of risk."""
    return [(kind.value, words(kind)) for kind in RiskKind]
