"""What is known of people: contacts, passports, households, matches, merges, segments."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")
NO_TEXTS = sa.text("'{}'::text[]")
NOTHING = sa.text("'{}'::jsonb")
# Columns whose default is null or constant: no row is rewritten, no foreign key is searched.
NEW_COLUMNS = (
    "country text",
    "preferred_channel text",
    "diet text NOT NULL DEFAULT ''",
    "rooms text NOT NULL DEFAULT ''",
    "interests text[] NOT NULL DEFAULT '{}'::text[]",
    "household_id text CONSTRAINT fk_customers_household_id_households REFERENCES households (id)",
    "merged_into_id text CONSTRAINT fk_customers_merged_into_id_customers REFERENCES customers (id)",
    "revision integer NOT NULL DEFAULT 1",
)
INDEXES = (
    "ix_customers_household_id ON customers (household_id) WHERE household_id IS NOT NULL",
    "ix_customers_merged_into_id ON customers (merged_into_id) WHERE merged_into_id IS NOT NULL",
)
TABLES = (
    "segments",
    "match_sweeps",
    "customer_suggestions",
    "customer_merges",
    "customer_changes",
    "customer_passports",
    "companions",
    "customer_contacts",
)


def upgrade() -> None:
    """Repeatable, since what was done before a failure further down stays done."""
    op.create_table(
        "households",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
        if_not_exists=True,
    )
    for column in NEW_COLUMNS:
        op.execute(f"ALTER TABLE customers ADD COLUMN IF NOT EXISTS {column}")
    op.execute("ALTER TABLE consent_records ADD COLUMN IF NOT EXISTS policy_version integer")
    _create_what_is_known()
    _create_changes()
    _create_suggestions()
    _create_segments()
    with op.get_context().autocommit_block():
        for index in INDEXES:
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index}")


def _of_a_customer(table: str, *columns: sa.Column[Any] | sa.Constraint) -> None:
    """A table of rows that belong to a customer and were written by somebody."""
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f(f"fk_{table}_customer_id_customers")
        ),
        if_not_exists=True,
    )
    _index(table, "customer_id")


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, list(columns), if_not_exists=True)


def _create_what_is_known() -> None:
    _of_a_customer(
        "customer_contacts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("compared", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "customer_id", "compared", name=op.f("uq_customer_contacts_customer_id_compared")
        ),
    )
    op.create_index(
        "uq_customer_contacts_email",
        "customer_contacts",
        ["compared"],
        unique=True,
        postgresql_where=sa.text("kind = 'EMAIL'"),
        if_not_exists=True,
    )
    _index("customer_contacts", "compared")
    _of_a_customer(
        "companions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), server_default="", nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("diet", sa.Text(), server_default="", nullable=False),
    )
    _index("companions", "name_key")
    _of_a_customer(
        "customer_passports",
        sa.Column("companion_id", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_compared", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_customer_passports_ended_by_somebody"),
        ),
    )
    _index("customer_passports", "number_compared", "country")


def _create_changes() -> None:
    op.create_table(
        "customer_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), server_default=NOTHING, nullable=False),
        sa.Column("after", postgresql.JSONB(), server_default=NOTHING, nullable=False),
        sa.Column("command_key", sa.Text(), nullable=True),
        sa.Column(
            "created_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_changes")),
        sa.UniqueConstraint("command_key", name=op.f("uq_customer_changes_command_key")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_changes_customer_id_customers"),
        ),
        if_not_exists=True,
    )
    _index("customer_changes", "customer_id", "created_at")
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Text(), nullable=False),
        sa.Column("absorbed_id", sa.Text(), nullable=False),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("filled", postgresql.JSONB(), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("merged_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merges")),
        sa.CheckConstraint("kept_id <> absorbed_id", name=op.f("ck_customer_merges_two_customers")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)",
            name=op.f("ck_customer_merges_undone_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [side], ["customers.id"], name=op.f(f"fk_customer_merges_{side}_customers")
            )
            for side in ("kept_id", "absorbed_id")
        ),
        if_not_exists=True,
    )
    _index("customer_merges", "kept_id")
    _index("customer_merges", "merged_at", "id")
    op.create_index(
        "uq_customer_merges_in_force",
        "customer_merges",
        ["absorbed_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
        if_not_exists=True,
    )


def _create_suggestions() -> None:
    op.create_table(
        "customer_suggestions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("one_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("found_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_suggestions")),
        sa.UniqueConstraint(
            "one_id", "other_id", name=op.f("uq_customer_suggestions_one_id_other_id")
        ),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_customer_suggestions_in_order")),
        sa.CheckConstraint(
            "score BETWEEN 0 AND 100", name=op.f("ck_customer_suggestions_score_per_cent")
        ),
        *(
            sa.ForeignKeyConstraint(
                [side], ["customers.id"], name=op.f(f"fk_customer_suggestions_{side}_customers")
            )
            for side in ("one_id", "other_id")
        ),
        if_not_exists=True,
    )
    _index("customer_suggestions", "other_id")
    _index("customer_suggestions", "state", "score", "id")
    op.create_table(
        "match_sweeps",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_match_sweeps")),
        if_not_exists=True,
    )


def _create_segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("owner_sub", "name", name=op.f("uq_segments_owner_sub_name")),
        sa.UniqueConstraint("command_id", name=op.f("uq_segments_command_id")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_segments_shared"),
        "segments",
        ["shared"],
        postgresql_where=sa.text("shared"),
        if_not_exists=True,
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("ALTER TABLE consent_records DROP COLUMN policy_version")
    for column in NEW_COLUMNS:
        op.execute(f"ALTER TABLE customers DROP COLUMN {column.split()[0]}")
    op.drop_table("households")
