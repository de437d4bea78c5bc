"""Tours that the website shows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def tours() -> None:
    op.create_table(
        "tours",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("legacy_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("short_description", sa.Text(), nullable=False),
        sa.Column(
            "styles", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column(
            "destination_countries",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duration_days", sa.Integer(), nullable=False),
        sa.Column("price_from", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column(
            "highlights",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        sa.Column("seasonality", sa.Text(), nullable=False),
        sa.Column(
            "days",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("published", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tours")),
        sa.UniqueConstraint("legacy_id", name=op.f("uq_tours_legacy_id")),
    )
    op.create_index(
        op.f("ix_tours_published_priority"), "tours", ["published", "priority"], unique=False
    )


TABLES = (tours,)
"""In the order of creation."""
