"""Discounts, VAT and fees of quotes by the line, and prices for groups of other sizes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OF_LINES = ("discount_minor", "vat_minor")
OF_GROUPS = ("group_sizes", "group_prices")
OF_VERSIONS = ("discount_percent", "discount_amount_minor", "discount_label", "discount_reason")


def upgrade() -> None:
    op.add_column("quote_versions", sa.Column("discount_percent", sa.Numeric(5, 2)))
    op.add_column("quote_versions", sa.Column("discount_amount_minor", sa.BigInteger()))
    for name in ("discount_label", "discount_reason"):
        op.add_column(
            "quote_versions", sa.Column(name, sa.Text(), server_default="", nullable=False)
        )
    for name in OF_GROUPS:
        op.add_column("quote_versions", sa.Column(name, postgresql.JSONB(none_as_null=True)))
    op.create_check_constraint(
        op.f("ck_quote_versions_one_discount"),
        "quote_versions",
        "discount_percent IS NULL OR discount_amount_minor IS NULL",
    )
    op.add_column(
        "quote_versions",
        sa.Column("margin_scheme", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    for name in OF_LINES:
        op.add_column(
            "quote_lines",
            sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        )


def downgrade() -> None:
    for name in OF_LINES:
        op.drop_column("quote_lines", name)
    op.drop_column("quote_versions", "margin_scheme")
    op.drop_constraint(op.f("ck_quote_versions_one_discount"), "quote_versions")
    for name in (*OF_GROUPS, *reversed(OF_VERSIONS)):
        op.drop_column("quote_versions", name)
