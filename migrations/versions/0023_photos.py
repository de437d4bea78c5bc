"""The library of photos, and which of them quotes show."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SHOWN = (("quote_versions", "cover"), ("quote_days", "photo"))


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("credit", sa.Text(), server_default="", nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_photos_alt_written")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_photos_has_a_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index(op.f("ix_photos_added_at_id"), "photos", ["added_at", "id"])
    for table, name in SHOWN:
        op.add_column(table, sa.Column(name, postgresql.JSONB(none_as_null=True)))


def downgrade() -> None:
    for table, name in SHOWN:
        op.drop_column(table, name)
    op.drop_table("photos")
