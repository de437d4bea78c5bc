"""Tasks with reminders, notes with mentions, contacts, files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")
REMINDERS = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_tasks_reminders ON tasks (remind_at) "
    "WHERE status = 'OPEN' AND reminded_at IS NULL AND remind_at IS NOT NULL"
)


def upgrade() -> None:
    op.add_column("tasks", sa.Column("detail", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "tasks", sa.Column("created_by", sa.Text(), server_default="system", nullable=False)
    )
    op.add_column(
        "tasks",
        sa.Column("owner_chosen", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("tasks", sa.Column("remind_at", MOMENT, nullable=True))
    op.add_column("tasks", sa.Column("reminded_at", MOMENT, nullable=True))
    _create_notes()
    _create_contacts()
    _create_attachments()
    with op.get_context().autocommit_block():
        op.execute(REMINDERS)


def _create_notes() -> None:
    op.create_table(
        "booking_notes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "mentions",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_booking_notes_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_notes")),
    )
    op.create_index(
        op.f("ix_booking_notes_booking_id_created_at"),
        "booking_notes",
        ["booking_id", "created_at"],
    )


def _create_contacts() -> None:
    op.create_table(
        "contact_entries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_contact_entries_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_entries")),
    )
    op.create_index(
        op.f("ix_contact_entries_booking_id_happened_at"),
        "contact_entries",
        ["booking_id", "happened_at"],
    )


def _create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size_positive")),
        sa.CheckConstraint(
            "(deleted_at IS NULL) = (deleted_by IS NULL)",
            name=op.f("ck_attachments_deleted_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_attachments_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(
        op.f("ix_attachments_booking_id_created_at"), "attachments", ["booking_id", "created_at"]
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_tasks_reminders")
    for table in ("attachments", "contact_entries", "booking_notes"):
        op.drop_table(table)
    for column in ("reminded_at", "remind_at", "owner_chosen", "created_by", "detail"):
        op.drop_column("tasks", column)
