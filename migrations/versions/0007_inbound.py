"""What came in by mail, phone or message, and waits to be sorted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.add_column(
        "bookings", sa.Column("channel", sa.Text(), server_default="website", nullable=False)
    )
    op.create_table(
        "reply_threads",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_reply_threads_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reply_threads")),
    )
    op.create_index(op.f("ix_reply_threads_booking_id"), "reply_threads", ["booking_id"])
    op.create_table(
        "inbound_messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_message_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stop", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), server_default="", nullable=False),
        sa.Column("sender_compared", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("shortened", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "attachments",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "answers",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("received_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_inbound_messages_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint(
            "provider",
            "provider_message_id",
            name=op.f("uq_inbound_messages_provider_provider_message_id"),
        ),
        sa.CheckConstraint(
            "(state = 'FILED') = (booking_id IS NOT NULL)",
            name=op.f("ck_inbound_messages_filed_on_a_booking"),
        ),
    )
    op.create_index(op.f("ix_inbound_messages_booking_id"), "inbound_messages", ["booking_id"])
    op.create_index(
        op.f("ix_inbound_messages_sender_compared"), "inbound_messages", ["sender_compared"]
    )
    op.create_index(
        op.f("ix_inbound_messages_state_received_at_id"),
        "inbound_messages",
        ["state", "received_at", "id"],
    )
    op.create_table(
        "inbound_sortings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("inbound_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_inbound_sortings_booking_id_bookings")
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"],
            ["inbound_messages.id"],
            name=op.f("fk_inbound_sortings_inbound_id_inbound_messages"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_sortings")),
    )
    op.create_index(op.f("ix_inbound_sortings_inbound_id"), "inbound_sortings", ["inbound_id"])
    op.execute(
        "CREATE TRIGGER inbound_sortings_append_only BEFORE UPDATE OR DELETE ON inbound_sortings "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("inbound_sortings")
    op.drop_table("inbound_messages")
    op.drop_table("reply_threads")
    op.drop_column("bookings", "channel")
