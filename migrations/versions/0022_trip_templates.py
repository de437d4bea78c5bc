"""Templates of trips, and what is included in a quote as staff wrote it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")
EMPTY = sa.text("''")
LISTS = ("included", "excluded")


def upgrade() -> None:
    op.create_table(
        "trip_templates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("destination", sa.Text(), server_default=EMPTY, nullable=False),
        sa.Column("length_days", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_templates")),
        sa.CheckConstraint(
            "length_days BETWEEN 1 AND 60", name=op.f("ck_trip_templates_length_of_a_quote")
        ),
    )
    op.create_index(
        "ix_trip_templates_in_use",
        "trip_templates",
        ["created_at", "id"],
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    for name in LISTS:
        texts: sa.Column[list[str]] = sa.Column(
            name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        )
        op.add_column("quote_versions", texts)


def downgrade() -> None:
    for name in reversed(LISTS):
        op.drop_column("quote_versions", name)
    op.drop_table("trip_templates")
