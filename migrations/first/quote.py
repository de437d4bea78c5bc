"""Quotes: versions with their days, lines and acceptances."""

import sqlalchemy as sa
from alembic import op


def quote_versions() -> None:
    op.create_table(
        "quote_versions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="DRAFT", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("departure_on", sa.Date(), nullable=False),
        sa.Column("return_on", sa.Date(), nullable=False),
        sa.Column("travelers", sa.Integer(), nullable=False),
        sa.Column("change_summary", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("valid_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("first_viewed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("document_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "departure_on <= return_on", name=op.f("ck_quote_versions_days_in_order")
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_quote_versions_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_quote_versions_booking_id_bookings")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_quote_versions_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_versions")),
        sa.UniqueConstraint(
            "booking_id", "version", name=op.f("uq_quote_versions_booking_id_version")
        ),
    )
    op.create_index(
        "uq_quote_versions_one_accepted",
        "quote_versions",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("status = 'ACCEPTED'"),
    )


def quote_acceptances() -> None:
    op.create_table(
        "quote_acceptances",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("quote_version_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("ip_address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("document_sha256", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("accepted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["quote_version_id"],
            ["quote_versions.id"],
            name=op.f("fk_quote_acceptances_quote_version_id_quote_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_acceptances")),
    )
    op.create_index(
        op.f("ix_quote_acceptances_quote_version_id"),
        "quote_acceptances",
        ["quote_version_id"],
        unique=False,
    )


def quote_days() -> None:
    op.create_table(
        "quote_days",
        sa.Column("quote_version_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quote_version_id"],
            ["quote_versions.id"],
            name=op.f("fk_quote_days_quote_version_id_quote_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("quote_version_id", "day", name=op.f("pk_quote_days")),
    )


def quote_lines() -> None:
    op.create_table(
        "quote_lines",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("quote_version_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("nights", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=True),
        sa.Column("rate_card_id", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quote_lines_quantity_positive")),
        sa.CheckConstraint(
            "total_minor = quantity * unit_price_minor", name=op.f("ck_quote_lines_total_exact")
        ),
        sa.CheckConstraint(
            "unit_price_minor >= 0", name=op.f("ck_quote_lines_unit_price_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_quote_lines_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(
            ["quote_version_id"],
            ["quote_versions.id"],
            name=op.f("fk_quote_lines_quote_version_id_quote_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rate_card_id"], ["rate_cards.id"], name=op.f("fk_quote_lines_rate_card_id_rate_cards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_lines")),
        sa.UniqueConstraint(
            "quote_version_id", "position", name=op.f("uq_quote_lines_quote_version_id_position")
        ),
    )
    op.create_index(
        op.f("ix_quote_lines_quote_version_id"), "quote_lines", ["quote_version_id"], unique=False
    )


TABLES = (quote_versions, quote_acceptances, quote_days, quote_lines)
"""In the order of creation."""
