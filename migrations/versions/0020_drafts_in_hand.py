"""Drafts in many hands: a count of their saves, the states they were in, and what was copied."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "quote_versions",
        sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")),
    )
    op.add_column("quote_versions", sa.Column("changed_by", sa.Text()))
    op.add_column("quote_versions", sa.Column("changed_at", MOMENT))
    op.create_table(
        "quote_draft_states",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column(
            "quote_version_id",
            sa.Text(),
            sa.ForeignKey("quote_versions.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("typed", postgresql.JSONB(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("undone", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False, server_default=NOW),
        sa.UniqueConstraint("quote_version_id", "revision"),
    )
    op.create_table(
        "quote_clips",
        sa.Column("actor", sa.Text(), primary_key=True),
        sa.Column(
            "booking_id",
            sa.Text(),
            sa.ForeignKey("bookings.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "quote_version_id", sa.Text(), sa.ForeignKey("quote_versions.id", ondelete="CASCADE")
        ),
        sa.Column("typed", postgresql.JSONB(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False, server_default=NOW),
    )


def downgrade() -> None:
    op.drop_table("quote_clips")
    op.drop_table("quote_draft_states")
    for name in ("changed_at", "changed_by", "revision"):
        op.drop_column("quote_versions", name)
