"""Indexes by which facts are delivered in order, and before new workflows are started."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_outbox_order "
            "ON outbox (workflow_id, id) WHERE delivered_at IS NULL"
        )
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_outbox_signals "
            "ON outbox (available_at, id) WHERE delivered_at IS NULL AND signal IS NOT NULL"
        )


def downgrade() -> None:
    op.execute("DROP INDEX ix_outbox_signals")
    op.execute("DROP INDEX ix_outbox_order")
