"""Partners with what is known of them, their contracts, and what their services cost.

Contracts and rate cards are kept by version: each version is a row with an id of its own, and all
versions of one have the same `series_id`, the id of the first. What a quote names never changes.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS

PERCENT = Numeric(5, 2)
NO_ENTRIES = text("'[]'::jsonb")
Entries = list[dict[str, Any]]


class Partner(Base):
    """A supplier of one kind of service."""

    __tablename__ = "partners"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    """A ServiceKind."""
    email: Mapped[str]
    """Where service orders go."""
    phone: Mapped[str | None]
    """E.164."""
    city: Mapped[str]
    destinations: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    legal_name: Mapped[str] = mapped_column(server_default="")
    registration_number: Mapped[str] = mapped_column(server_default="")
    tax_number: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str | None]
    website: Mapped[str] = mapped_column(server_default="")
    notes: Mapped[str] = mapped_column(server_default="")
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class PartnerContact(Base):
    """Somebody at a partner, and how they are reached."""

    __tablename__ = "partner_contacts"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    name: Mapped[str]
    role: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    """E.164."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="can_be_reached"),
    )


class PartnerLicence(Base):
    """A permit that a partner needs for what it does."""

    __tablename__ = "partner_licences"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    name: Mapped[str]
    number: Mapped[str]
    expires_on: Mapped[date]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class PartnerRiskFlag(Base):
    """Why somebody thinks that a partner is a risk; cleared ones stay known."""

    __tablename__ = "partner_risk_flags"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    kind: Mapped[str]
    """A RiskKind."""
    reason: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    cleared_by: Mapped[str | None]
    cleared_at: Mapped[datetime | None]


class PartnerBankData(Base):
    """Where a partner is paid: sealed, so that reading the table tells nothing."""

    __tablename__ = "partner_bank_data"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    sealed: Mapped[bytes]
    """Holder, bank, account and code, as `models/sealing.py` seals them."""
    updated_by: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class PartnerContract(Base):
    """A version of what was agreed with a partner; one that a rate card names never changes."""

    __tablename__ = "partner_contracts"

    id: Mapped[str] = mapped_column(primary_key=True)
    series_id: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    current: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether it is the newest version."""
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    title: Mapped[str]
    reference: Mapped[str] = mapped_column(server_default="")
    """Its number on paper."""
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    payment_terms: Mapped[str] = mapped_column(server_default="")
    notes: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("series_id", "version"),
        CheckConstraint("valid_from <= valid_to", name="validity_in_order"),
        Index(
            "uq_partner_contracts_one_current",
            "series_id",
            unique=True,
            postgresql_where=text("current"),
        ),
    )


class RateCard(Base):
    """A version of what one service of a partner costs; one that a quote names never changes."""

    __tablename__ = "rate_cards"

    id: Mapped[str] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    service: Mapped[str]
    unit: Mapped[str]
    """What the prices are per, in words: `person`, `room night`, `vehicle`, `group`."""
    cost_minor: Mapped[int] = mapped_column(BigInteger)
    """The lowest price of its rows, as lists show it."""
    currency: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    series_id: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    current: Mapped[bool] = mapped_column(server_default=text("true"))
    contract_id: Mapped[str | None] = mapped_column(ForeignKey("partner_contracts.id"), index=True)
    """The version of the contract under which it was agreed."""
    kind: Mapped[str] = mapped_column(server_default="ACTIVITY")
    """A ServiceKind."""
    basis: Mapped[str] = mapped_column(server_default="UNIT")
    """A Basis."""
    nightly: Mapped[bool] = mapped_column(server_default=text("false"))
    capacity: Mapped[int | None]
    commission_percent: Mapped[Decimal] = mapped_column(PERCENT, server_default=text("0"))
    tax_percent: Mapped[Decimal] = mapped_column(PERCENT, server_default=text("0"))
    tax_included: Mapped[bool] = mapped_column(server_default=text("true"))
    children: Mapped[Entries] = mapped_column(JSONB, server_default=NO_ENTRIES)
    closures: Mapped[Entries] = mapped_column(JSONB, server_default=NO_ENTRIES)
    offers: Mapped[Entries] = mapped_column(JSONB, server_default=NO_ENTRIES)
    cancellation: Mapped[Entries] = mapped_column(JSONB, server_default=NO_ENTRIES)
    allotments: Mapped[Entries] = mapped_column(JSONB, server_default=NO_ENTRIES)
    change_note: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[str] = mapped_column(server_default="system")
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        CheckConstraint("cost_minor >= 0", name="cost_not_negative"),
        CheckConstraint("valid_from <= valid_to", name="validity_in_order"),
        UniqueConstraint("series_id", "version"),
        Index(
            "uq_rate_cards_one_current", "series_id", unique=True, postgresql_where=text("current")
        ),
    )


class RateCardRow(Base):
    """One line of a rate card: a season, room or size of party, and its prices in minor units."""

    __tablename__ = "rate_card_rows"

    id: Mapped[str] = mapped_column(primary_key=True)
    rate_card_id: Mapped[str] = mapped_column(ForeignKey("rate_cards.id", ondelete="CASCADE"))
    number: Mapped[int]
    """As people count the lines; a price on a quote names it."""
    season: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    """ISO weekdays, Monday is 1."""
    option: Mapped[str] = mapped_column(server_default="")
    meals: Mapped[str | None]
    pax_from: Mapped[int] = mapped_column(server_default=text("1"))
    pax_to: Mapped[int | None]
    price_minor: Mapped[int] = mapped_column(BigInteger)
    single_minor: Mapped[int | None] = mapped_column(BigInteger)
    triple_minor: Mapped[int | None] = mapped_column(BigInteger)
    extra_bed_minor: Mapped[int | None] = mapped_column(BigInteger)
    min_nights: Mapped[int] = mapped_column(server_default=text("1"))

    __table_args__ = (
        UniqueConstraint("rate_card_id", "number"),
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        CheckConstraint("pax_to IS NULL OR pax_from <= pax_to", name="sizes_in_order"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
    )


class RateImport(Base):
    """A file of rates that was held against a card, until somebody applies it."""

    __tablename__ = "rate_imports"

    id: Mapped[str] = mapped_column(primary_key=True)
    rate_card_id: Mapped[str] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    """The version that it was held against."""
    file_name: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    """Of the content and the card's version: whoever applies it says what they saw."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    applied_card_id: Mapped[str | None] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    """The version that came of it."""
