"""The policy that is in force until managers write another: every figure of the specification."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO policies (version, body, active, created_by) VALUES (1, '{}', true, 'system')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM policies WHERE version = 1")
