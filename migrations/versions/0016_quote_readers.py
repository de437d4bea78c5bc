"""Drawn signatures with their certificates, and who else reads a quote: visits, questions."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "quote_companions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("may_accept", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_companions")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_quote_companions_booking_id_bookings")
        ),
    )
    op.create_index(op.f("ix_quote_companions_booking_id"), "quote_companions", ["booking_id"])
    _views()
    _questions()
    op.add_column("quote_acceptances", sa.Column("drawn_signature", sa.Text(), nullable=True))
    op.add_column("quote_acceptances", sa.Column("companion_id", sa.Text(), nullable=True))
    op.add_column("quote_acceptances", sa.Column("certificate_id", sa.Text(), nullable=True))
    op.add_column(
        "quote_acceptances", sa.Column("certify_after", MOMENT, server_default=NOW, nullable=False)
    )
    for column, table in (("companion_id", "quote_companions"), ("certificate_id", "documents")):
        op.create_foreign_key(
            op.f(f"fk_quote_acceptances_{column}_{table}"),
            "quote_acceptances",
            table,
            [column],
            ["id"],
        )
    op.create_index(
        "ix_quote_acceptances_uncertified",
        "quote_acceptances",
        ["certify_after"],
        postgresql_where=sa.text("accepted AND certificate_id IS NULL"),
    )


def _views() -> None:
    op.create_table(
        "quote_views",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("quote_version_id", sa.Text(), nullable=False),
        sa.Column("companion_id", sa.Text(), nullable=True),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("last_seen_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_views")),
        sa.UniqueConstraint(
            "quote_version_id", "visit", name=op.f("uq_quote_views_quote_version_id_visit")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_quote_views_booking_id_bookings")
        ),
        sa.ForeignKeyConstraint(
            ["quote_version_id"],
            ["quote_versions.id"],
            name=op.f("fk_quote_views_quote_version_id_quote_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["companion_id"],
            ["quote_companions.id"],
            name=op.f("fk_quote_views_companion_id_quote_companions"),
        ),
        sa.CheckConstraint(
            "device IN ('PHONE', 'TABLET', 'COMPUTER')", name=op.f("ck_quote_views_device")
        ),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_quote_views_seconds")),
    )
    op.create_index(op.f("ix_quote_views_booking_id"), "quote_views", ["booking_id"])


def _questions() -> None:
    op.create_table(
        "quote_questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("quote_version_id", sa.Text(), nullable=False),
        sa.Column("companion_id", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_questions")),
        sa.UniqueConstraint("booking_id", "key", name=op.f("uq_quote_questions_booking_id_key")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_quote_questions_booking_id_bookings")
        ),
        sa.ForeignKeyConstraint(
            ["quote_version_id"],
            ["quote_versions.id"],
            name=op.f("fk_quote_questions_quote_version_id_quote_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["companion_id"],
            ["quote_companions.id"],
            name=op.f("fk_quote_questions_companion_id_quote_companions"),
        ),
    )


def downgrade() -> None:
    op.drop_index("ix_quote_acceptances_uncertified", table_name="quote_acceptances")
    for column in ("certify_after", "certificate_id", "companion_id", "drawn_signature"):
        op.drop_column("quote_acceptances", column)
    op.drop_table("quote_questions")
    op.drop_table("quote_views")
    op.drop_table("quote_companions")
