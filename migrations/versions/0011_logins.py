"""Login attempts, devices, and sessions that can be listed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")
TEXTS_OF_A_DEVICE = ("ip", "country", "user_agent")


def device() -> list[sa.Column[str]]:
    """The columns by which a person recognises a device; empty when it did not say."""
    return [
        sa.Column(name, sa.Text(), server_default="", nullable=False) for name in TEXTS_OF_A_DEVICE
    ]


def upgrade() -> None:
    op.add_column(
        "staff_sessions",
        sa.Column(
            "id", sa.Text(), server_default=sa.text("'login_' || gen_random_uuid()"), nullable=False
        ),
    )
    for column in device():
        op.add_column("staff_sessions", column)
    op.create_table(
        "login_devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_seen_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_devices")),
        sa.UniqueConstraint("sub", "token_hash", name=op.f("uq_login_devices_sub_token_hash")),
    )
    op.create_index(op.f("ix_login_devices_last_seen_at"), "login_devices", ["last_seen_at"])
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sub", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        *device(),
        sa.Column("new_device", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
        sa.CheckConstraint(
            "outcome IN ('SUCCESS', 'FAILED', 'DENIED')", name=op.f("ck_login_attempts_outcome")
        ),
    )
    op.create_index(op.f("ix_login_attempts_at_id"), "login_attempts", ["at", "id"])
    op.create_index(op.f("ix_login_attempts_sub_at_id"), "login_attempts", ["sub", "at", "id"])
    op.create_index(op.f("ix_login_attempts_ip_at"), "login_attempts", ["ip", "at"])
    with op.get_context().autocommit_block():
        op.execute(
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq_staff_sessions_id "
            "ON staff_sessions (id)"
        )
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_staff_sessions_sub ON staff_sessions (sub)"
        )


def downgrade() -> None:
    op.drop_table("login_attempts")
    op.drop_table("login_devices")
    op.execute("DROP INDEX ix_staff_sessions_sub")
    op.execute("DROP INDEX uq_staff_sessions_id")
    for name in ("id", *TEXTS_OF_A_DEVICE):
        op.drop_column("staff_sessions", name)
