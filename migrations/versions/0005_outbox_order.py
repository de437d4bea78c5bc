"""An index by which the facts of one workflow are delivered in order."""

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


def downgrade() -> None:
    op.execute("DROP INDEX ix_outbox_order")
