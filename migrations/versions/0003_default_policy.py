"""The policy that is in force until managers write another: every figure of the specification."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leaves a policy that is there already, such as one that a downgrade had to keep."""
    op.execute(
        "INSERT INTO policies (version, body, active, created_by) VALUES (1, '{}', true, 'system') "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    """Keeps the policy whose terms somebody was told."""
    op.execute(
        "DELETE FROM policies WHERE version = 1 "
        "AND NOT EXISTS (SELECT FROM bookings WHERE policy_version = 1)"
    )
