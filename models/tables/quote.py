"""Quotes: versions that never change once sent, their days, lines and acceptances."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.domain.draft_hash import draft_hash
from models.tables.base import Base
from models.tables.crm import NO_TEXTS, NOW, TEXTS

TOLD = JSONB(none_as_null=True)


class QuoteVersion(Base):
    """One version of a booking's quote. `total_minor` is the sum of its lines that are chosen.

    It is what staff chose until a customer accepts, and then what the customer has chosen.
    """

    __tablename__ = "quote_versions"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(server_default="DRAFT")
    """A QuoteStatus."""
    title: Mapped[str]
    intro: Mapped[str] = mapped_column(server_default="")
    currency: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    departure_on: Mapped[date]
    return_on: Mapped[date]
    travelers: Mapped[int]
    groups: Mapped[list[dict[str, Any]] | None] = mapped_column(TOLD)
    """Rooms with their adults and children's ages; None is everybody in doubles."""
    discount_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Off the price of all that counts; or `discount_amount_minor`, never both."""
    discount_amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    discount_label: Mapped[str] = mapped_column(default="", server_default="")
    """What it is called to the customer."""
    discount_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why there is one; for staff alone."""
    cover: Mapped[dict[str, Any] | None] = mapped_column(TOLD)
    """The photo on its cover, as `models.domain.photos.Shown`; None for its tour's."""
    margin_scheme: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether it is taxed on our margin: its papers say so (2006/112/EC, Article 226(13))."""
    group_sizes: Mapped[list[int] | None] = mapped_column(TOLD)
    """For how many travellers else the customer reads a price."""
    group_prices: Mapped[list[dict[str, int | None]] | None] = mapped_column(TOLD)
    """Of each size `travelers`, `each_minor` and `total_minor`; None where a price is missing."""
    pricing: Mapped[dict[str, Any] | None] = mapped_column(TOLD)
    """Costs, profit and what was found when it was priced; for staff alone."""
    included: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    """What is included, by hand; empty where it is drawn from the lines."""
    excluded: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    change_summary: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    """Counts the saves of a draft."""
    changed_by: Mapped[str | None]
    """Who saved the draft last; None before anybody changed it."""
    changed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    """The real instant at which the quote expires."""
    first_viewed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    option: Mapped[str | None]
    """A, B, C...: one of several offers that are open beside each other; given on sending."""
    replaces_id: Mapped[str | None] = mapped_column(ForeignKey("quote_versions.id"))
    """The version after which this one was sent, and with which its changes are told."""
    decline_reason: Mapped[str | None]
    """A DeclineReason."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    document_sha256: Mapped[str | None]
    """Hash of the PDF that was sent: what an acceptance accepts."""

    __table_args__ = (
        UniqueConstraint("booking_id", "version"),
        CheckConstraint("departure_on <= return_on", name="days_in_order"),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
        CheckConstraint(
            "discount_percent IS NULL OR discount_amount_minor IS NULL", name="one_discount"
        ),
        Index(
            "uq_quote_versions_one_accepted",
            "booking_id",
            unique=True,
            postgresql_where=text("status = 'ACCEPTED'"),
        ),
    )

    @property
    def draft_hash(self) -> str:
        """The mark of this state of the draft."""
        return draft_hash(self.id, self.revision)


class QuoteDay(Base):
    """A day of the itinerary; `day` counts from 1 at departure."""

    __tablename__ = "quote_days"

    quote_version_id: Mapped[str] = mapped_column(
        ForeignKey("quote_versions.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    photo: Mapped[dict[str, Any] | None] = mapped_column(TOLD)
    """The photo beside it, as `models.domain.photos.Shown`."""


class QuoteLine(Base):
    """A service with its price. Minor units; cost in its own currency.

    What the price list works out is one thing at its total: shares of a rounding, of rooms and of
    nights have no price each. Its description says how many.
    """

    __tablename__ = "quote_lines"

    id: Mapped[str] = mapped_column(primary_key=True)
    quote_version_id: Mapped[str] = mapped_column(
        ForeignKey("quote_versions.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    day: Mapped[int]
    nights: Mapped[int] = mapped_column(server_default=text("0"))
    kind: Mapped[str]
    """A ServiceKind."""
    description: Mapped[str]
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("partners.id"))
    rate_card_id: Mapped[str | None] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    discount_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    """Its share of the version's discount; `total_minor` is after it."""
    vat_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    """The ordinary VAT in `total_minor`."""
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    cost_currency: Mapped[str | None]
    option: Mapped[str | None]
    """Of the rate card: a room, a cabin, a vehicle."""
    meals: Mapped[str | None]
    """A Meals."""
    wanted: Mapped[dict[str, Any] | None] = mapped_column(TOLD)
    """What staff wrote, where the line says what came of it; None where it says the same."""
    priced_from: Mapped[dict[str, Any] | None] = mapped_column(TOLD)
    """Contract, card, version and rows of every amount, and how the price came of it."""
    optional: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    alternative: Mapped[str] = mapped_column(default="", server_default="")
    """The set of which exactly one line is chosen, as the customer reads it; empty for none."""
    chosen: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether it counts; a line that is neither optional nor an alternative always does."""
    starts_at: Mapped[time | None]
    """The time of day at its place."""

    __table_args__ = (
        CheckConstraint("NOT optional OR alternative = ''", name="one_kind_of_choice"),
        CheckConstraint("chosen OR optional OR alternative <> ''", name="chosen_unless_a_choice"),
        Index(
            "uq_quote_lines_one_chosen",
            "quote_version_id",
            "alternative",
            unique=True,
            postgresql_where=text("chosen AND alternative <> ''"),
        ),
        UniqueConstraint("quote_version_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price_minor >= 0", name="unit_price_not_negative"),
        CheckConstraint("total_minor = quantity * unit_price_minor", name="total_exact"),
    )

    @property
    def automatic(self) -> bool:
        """Whether nobody wrote it: our fee."""
        return bool(self.wanted and "automatic" in self.wanted)


class QuoteApproval(Base):
    """That a manager was asked to let a draft go out, and what they said to it."""

    __tablename__ = "quote_approvals"

    id: Mapped[str] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    quote_version_id: Mapped[str] = mapped_column(ForeignKey("quote_versions.id"), index=True)
    status: Mapped[str] = mapped_column(server_default="PENDING")
    """An ApprovalStatus."""
    content_sha256: Mapped[str]
    """Of all that the draft said: what is changed afterwards is not approved."""
    margin_basis_points: Mapped[int | None]
    """Hundredths of a percent; None where no cost is known."""
    discount_basis_points: Mapped[int | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=NOW)
    due_at: Mapped[datetime]
    remark_id: Mapped[str | None] = mapped_column(ForeignKey("remarks.id"))
    """What whoever asked wrote."""
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason_id: Mapped[str | None] = mapped_column(ForeignKey("remarks.id"))
    """Why the manager decided so."""

    __table_args__ = (
        Index(
            "uq_quote_approvals_one_pending",
            "quote_version_id",
            unique=True,
            postgresql_where=text("status = 'PENDING'"),
        ),
    )


class QuoteAcceptance(Base):
    """Who accepted which version, under which terms, from where. Written before it is decided."""

    __tablename__ = "quote_acceptances"

    id: Mapped[str] = mapped_column(primary_key=True)
    quote_version_id: Mapped[str] = mapped_column(ForeignKey("quote_versions.id"), index=True)
    name: Mapped[str]
    terms_version: Mapped[str]
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None]
    document_sha256: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    accepted: Mapped[bool] = mapped_column(server_default=text("false"))
    """True for the one that the booking took; others were refused."""
    drawn_signature: Mapped[str | None]
    """The path of an SVG in a field of 600 by 200, if a signature was drawn."""
    companion_id: Mapped[str | None] = mapped_column(ForeignKey("quote_companions.id"))
    """Whose shared link it came by; None for the customer's own."""
    choices: Mapped[list[str] | None] = mapped_column(TOLD)
    """Ids of the optional lines and alternatives that were chosen; None before one could."""
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    """The price with them, that was seen and is accepted."""
    signed_sha256: Mapped[str | None]
    """Hash of what is signed: the PDF, the choices, the price, the terms and the name."""
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    """The PDF that was sent, with the certificate of this signature behind its pages."""
    certify_after: Mapped[datetime] = mapped_column(server_default=NOW)
    """When the certificate may be drawn next, until there is one."""

    __table_args__ = (
        Index(
            "ix_quote_acceptances_uncertified",
            "certify_after",
            postgresql_where=text("accepted AND certificate_id IS NULL"),
        ),
    )
