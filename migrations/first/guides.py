"""Guides and the trips they are asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def guides() -> None:
    op.create_table(
        "guides",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "languages", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "destinations",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        sa.Column(
            "styles", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides")),
    )


def guide_assignments() -> None:
    op.create_table(
        "guide_assignments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("quote_line_id", sa.Text(), nullable=False),
        sa.Column("guide_id", sa.Text(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("status", sa.Text(), server_default="OFFERED", nullable=False),
        sa.Column("answer_due_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "offered_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("guide_id"), "="),
            (sa.column("period"), "&&"),
            where=sa.text("status = 'ACCEPTED'"),
            using="gist",
            name="ex_guide_assignments_one_trip_at_a_time",
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_guide_assignments_booking_id_bookings")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_guide_assignments_guide_id_guides")
        ),
        sa.ForeignKeyConstraint(
            ["quote_line_id"],
            ["quote_lines.id"],
            name=op.f("fk_guide_assignments_quote_line_id_quote_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_assignments")),
        sa.UniqueConstraint(
            "quote_line_id", "guide_id", name=op.f("uq_guide_assignments_quote_line_id_guide_id")
        ),
    )
    op.create_index(
        op.f("ix_guide_assignments_booking_id"), "guide_assignments", ["booking_id"], unique=False
    )


TABLES = (guides, guide_assignments)
"""In the order of creation."""
