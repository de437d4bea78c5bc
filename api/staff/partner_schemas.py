"""Partners with what hangs on them, as the staff API takes and shows them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from api.staff.customer_input import Country, Line, Name, Text, Words
from api.staff.wire import Incoming, Moment, Outgoing, absent
from models.domain.partners import PARTNER_KINDS, LicenceState, RiskKind, licence_state
from models.domain.stages import ServiceKind
from models.store.partner_contracts import ContractTerms
from models.store.partner_parts import Parts
from models.store.partners import PartnerRow
from models.tables.partners import Partner, PartnerContract, PartnerRiskFlag

EARLIEST, LATEST = date(2015, 1, 1), date(2060, 12, 31)
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Optional = Annotated[Name | None, BeforeValidator(absent)]
WEBSITE: Final = r"^(https?://[^\s\x00-\x1f<>\"']+)?$"
"""An address that is safe to link to, or nothing."""


def _no_fee(kind: ServiceKind) -> ServiceKind:
    if kind not in PARTNER_KINDS:
        raise ValueError("kind: fees are our own; choose another kind")
    return kind


PartnerKind = Annotated[ServiceKind, AfterValidator(_no_fee)]


class PartnerIn(Incoming):
    """A new partner."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Lotus House Hanoi",
                    "kind": "HOTEL",
                    "email": "reservations@lotus-house.example",
                    "phone": "+842438281234",
                    "city": "Hanoi",
                    "country": "VN",
                    "destinations": ["Vietnam"],
                    "legal_name": "Lotus House Joint Stock Company",
                }
            ]
        }
    )
    name: Name
    kind: PartnerKind
    email: Name = Field(description="Where service orders go.")
    phone: Optional = None
    city: Name
    country: Country = Field(None, description="ISO code.")
    destinations: Words = Field(default_factory=list)
    active: bool = True
    legal_name: Line = ""
    registration_number: Line = ""
    tax_number: Line = ""
    address: Text = ""
    website: Annotated[str, StringConstraints(max_length=200, pattern=WEBSITE)] = ""
    notes: Text = ""


class PartnerChange(Incoming):
    """What shall be different; absent members stay. `revision` is the partner's, as it was seen."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 3, "phone": "+842438281234"}]}
    )
    revision: int
    name: Name = ""
    kind: PartnerKind = ServiceKind.HOTEL
    email: Name = ""
    phone: Optional = None
    city: Name = ""
    country: Country = None
    destinations: Words = Field(default_factory=list)
    active: bool = True
    legal_name: Line = ""
    registration_number: Line = ""
    tax_number: Line = ""
    address: Text = ""
    website: Annotated[str, StringConstraints(max_length=200, pattern=WEBSITE)] = ""
    notes: Text = ""

    def changes(self) -> dict[str, Any]:
        """What was sent, by the columns' names."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"revision"})


class PartnerContactIn(Incoming):
    """Somebody at a partner; an e-mail address or a number is needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Mrs Hoa", "role": "Reservations", "email": "hoa@lotus.example"}]
        }
    )
    name: Name
    role: Line = ""
    email: Optional = None
    phone: Optional = None


class LicenceIn(Incoming):
    """A permit; it holds on its last day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Tour boat permit", "number": "QN-4411", "expires_on": "2027-06-30"}
            ]
        }
    )
    name: Name
    number: Line = ""
    expires_on: Day


class RiskIn(Incoming):
    """Why a partner is a risk."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "QUALITY", "reason": "Two late cars in one week of October"}]
        }
    )
    kind: RiskKind
    reason: Annotated[Name, Field(description="What happened, and what to do about it.")]


class BankDataIn(Incoming):
    """Where a partner is paid; it is kept sealed, and no trace tells what it says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder": "Lotus House Joint Stock Company",
                    "bank": "Vietcombank, Hanoi",
                    "account": "0011004021987",
                    "code": "BFTVVNVX",
                }
            ]
        }
    )
    holder: Name
    bank: Name
    account: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ./-]{4,40}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{0,20}$")] = Field(
        "", description="SWIFT, BIC or the code of the branch."
    )


class ContractIn(Incoming):
    """What a version of a contract says; its first and last day count."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Rates 2027",
                    "reference": "LH-2027/03",
                    "valid_from": "2027-01-01",
                    "valid_to": "2027-12-31",
                    "payment_terms": "30 days after the month of the stay",
                }
            ]
        }
    )
    title: Name
    reference: Line = ""
    valid_from: Day
    valid_to: Day
    payment_terms: Line = ""
    notes: Text = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to: the last day is not before the first one")
        return self

    def terms(self) -> ContractTerms:
        """As the store takes it."""
        return ContractTerms(**self.model_dump())


class PartnerOut(Outgoing):
    """A partner as lists show it."""

    id: str
    name: str
    kind: ServiceKind
    email: str
    phone: str | None
    city: str
    country: str | None
    destinations: list[str]
    active: bool
    risks: list[RiskKind]
    next_licence_expiry: date | None
    rate_cards: int


class PartnerList(Outgoing):
    """A page of partners, by name."""

    items: list[PartnerOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class PartnerContactOut(Outgoing):
    """Somebody at a partner."""

    id: str
    name: str
    role: str
    email: str | None
    phone: str | None


class LicenceOut(Outgoing):
    """A permit, and whether it still holds."""

    id: str
    name: str
    number: str
    expires_on: date
    state: LicenceState


class RiskOut(Outgoing):
    """A risk; `cleared_at` is null while it stands."""

    id: str
    kind: RiskKind
    reason: str
    created_at: Moment
    cleared_at: Moment | None


class PartnerDetail(Outgoing):
    """A partner with contacts, licences and risks; bank data are read by themselves."""

    id: str
    revision: int
    name: str
    kind: ServiceKind
    email: str
    phone: str | None
    city: str
    country: str | None
    destinations: list[str]
    active: bool
    legal_name: str
    registration_number: str
    tax_number: str
    address: str
    website: str
    notes: str
    contacts: list[PartnerContactOut]
    licences: list[LicenceOut]
    risks: list[RiskOut]
    has_bank_data: bool


class BankDataOut(Outgoing):
    """Where a partner is paid; null while nobody wrote it down."""

    holder: str | None
    bank: str | None
    account: str | None
    code: str | None


class ContractOut(Outgoing):
    """A version of a contract."""

    id: str
    series_id: str
    version: int
    current: bool
    partner_id: str
    title: str
    reference: str
    valid_from: date
    valid_to: date
    payment_terms: str
    notes: str
    created_at: Moment


class ContractList(Outgoing):
    """Every version of a partner's contracts, those in use first."""

    items: list[ContractOut]
    total: int


def partner_out(row: PartnerRow) -> PartnerOut:
    """A partner as lists show it."""
    facts = {name: getattr(row.partner, name, None) for name in PartnerOut.model_fields}
    told = {"risks": row.risks, "next_licence_expiry": row.next_expiry, "rate_cards": row.cards}
    return PartnerOut.model_validate(facts | told)


def detail_out(partner: Partner, parts: Parts, today: date) -> PartnerDetail:
    """A partner with what hangs on it."""
    facts = {name: getattr(partner, name, None) for name in PartnerDetail.model_fields}
    licences = [
        LicenceOut(
            id=one.id,
            name=one.name,
            number=one.number,
            expires_on=one.expires_on,
            state=licence_state(one.expires_on, today),
        )
        for one in parts.licences
    ]
    return PartnerDetail.model_validate(
        facts
        | {
            "contacts": [PartnerContactOut.model_validate(one) for one in parts.contacts],
            "licences": licences,
            "risks": risks_out(parts.risks),
            "has_bank_data": parts.has_bank_data,
        }
    )


def risks_out(flags: Sequence[PartnerRiskFlag]) -> list[RiskOut]:
    """Risks, those that stand first."""
    return [RiskOut.model_validate(one) for one in flags]


def contracts_out(contracts: Sequence[PartnerContract]) -> ContractList:
    """Contracts as the API shows them."""
    items = [ContractOut.model_validate(one) for one in contracts]
    return ContractList(items=items, total=len(items))
