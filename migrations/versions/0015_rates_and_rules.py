"""Exchange rates and pricing rules, append-only, and what is to be looked at about rates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
APPEND_ONLY = ("exchange_rates", "pricing_rule_books")


def upgrade() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("per_euro", sa.Numeric(), nullable=False),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), server_default=NOW, nullable=False),
        sa.Column("recorded_by", sa.Text(), server_default=sa.text("'system'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("per_euro > 0", name="per_euro_positive"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$' AND currency <> 'EUR'", name="currency_iso"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rates")),
    )
    op.create_index(
        "uq_exchange_rates_fetched_once",
        "exchange_rates",
        ["source", "quoted_on", "currency", "per_euro"],
        unique=True,
        postgresql_where=sa.text("source <> 'BY_HAND'"),
    )
    op.create_index(
        op.f("ix_exchange_rates_currency_quoted_on_recorded_at"),
        "exchange_rates",
        ["currency", "quoted_on", "recorded_at"],
    )
    op.create_table(
        "pricing_rule_books",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "charms",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_pricing_rule_books")),
        sa.UniqueConstraint("command_id", name=op.f("uq_pricing_rule_books_command_id")),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.create_table(
        "exchange_tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'OPEN'"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=NOW, nullable=False),
        sa.Column("done_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_tasks")),
    )
    op.create_index(
        "uq_exchange_tasks_open_once",
        "exchange_tasks",
        ["key"],
        unique=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )


def downgrade() -> None:
    op.drop_table("pricing_rule_books")
    op.drop_table("exchange_tasks")
    op.drop_table("exchange_rates")
