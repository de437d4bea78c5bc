"""Preparations and service orders."""

import sqlalchemy as sa
from alembic import op


def checklist_items() -> None:
    op.create_table(
        "checklist_items",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_role", sa.Text(), nullable=False),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("done_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_checklist_items_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
        sa.UniqueConstraint("booking_id", "key", name=op.f("uq_checklist_items_booking_id_key")),
    )


def service_orders() -> None:
    op.create_table(
        "service_orders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("quote_line_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("status", sa.Text(), server_default="REQUESTED", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.Column("answer_due_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("supplier_reference", sa.Text(), nullable=True),
        sa.Column("remark_id", sa.Text(), nullable=True),
        sa.Column("projection_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_service_orders_booking_id_bookings")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_service_orders_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(
            ["quote_line_id"],
            ["quote_lines.id"],
            name=op.f("fk_service_orders_quote_line_id_quote_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["remark_id"], ["remarks.id"], name=op.f("fk_service_orders_remark_id_remarks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_orders")),
        sa.UniqueConstraint("quote_line_id", name=op.f("uq_service_orders_quote_line_id")),
    )
    op.create_index(
        op.f("ix_service_orders_booking_id"), "service_orders", ["booking_id"], unique=False
    )
    op.create_index(
        op.f("ix_service_orders_partner_id"), "service_orders", ["partner_id"], unique=False
    )


TABLES = (checklist_items, service_orders)
"""In the order of creation."""
