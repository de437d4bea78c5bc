"""The versions of the policy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def policies() -> None:
    op.create_table(
        "policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_index(
        "uq_policies_one_active",
        "policies",
        [sa.literal_column("coalesce(campaign, '')")],
        unique=True,
        postgresql_where=sa.text("active"),
    )


TABLES = (policies,)
"""In the order of creation."""
