"""Versions of a quote: sealed once sent, several open at a time, approved where margins are thin."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STAYS_OPEN = (
    "status",
    "valid_until",
    "first_viewed_at",
    "answered_at",
    "decline_reason",
    "document_id",
    "document_sha256",
)
"""What becomes of a version after it was sent; everything else is what the customer was offered."""
CONTENT = ("quote_days", "quote_lines")
REFERENCES = {
    "booking_id": "bookings",
    "quote_version_id": "quote_versions",
    "remark_id": "remarks",
    "reason_id": "remarks",
}


def upgrade() -> None:
    for name in ("option", "replaces_id", "decline_reason"):
        op.add_column("quote_versions", sa.Column(name, sa.Text()))
    op.create_foreign_key(
        op.f("fk_quote_versions_replaces_id_quote_versions"),
        "quote_versions",
        "quote_versions",
        ["replaces_id"],
        ["id"],
    )
    _approvals()
    _seal()


def _approvals() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    table = "quote_approvals"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("quote_version_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("margin_basis_points", sa.Integer(), nullable=True),
        sa.Column("discount_basis_points", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("remark_id", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("reason_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_approvals")),
        *(_reference(name, of) for name, of in REFERENCES.items()),
    )
    op.create_index(op.f("ix_quote_approvals_booking_id"), table, ["booking_id"])
    op.create_index(op.f("ix_quote_approvals_quote_version_id"), table, ["quote_version_id"])
    op.create_index(
        "uq_quote_approvals_one_pending",
        table,
        ["quote_version_id"],
        unique=True,
        postgresql_where=sa.text("status = 'PENDING'"),
    )


def _reference(name: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [name], [f"{of}.id"], name=op.f(f"fk_quote_approvals_{name}_{of}")
    )


def _seal() -> None:
    columns = ", ".join(f"'{name}'" for name in STAYS_OPEN)
    op.execute(
        f"""
        CREATE FUNCTION keep_sent_version() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE open_columns text[] := ARRAY[{columns}];
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.status <> 'DRAFT'
                AND to_jsonb(NEW) - open_columns = to_jsonb(OLD) - open_columns THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'version % was sent and can''t change', OLD.id
                USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER quote_versions_sealed BEFORE UPDATE OR DELETE ON quote_versions "
        "FOR EACH ROW WHEN (OLD.status <> 'DRAFT') EXECUTE FUNCTION keep_sent_version()"
    )
    op.execute(
        """
        CREATE FUNCTION keep_sent_content() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            sent_id text := CASE TG_OP WHEN 'INSERT' THEN NEW.quote_version_id
                ELSE OLD.quote_version_id END;
        BEGIN
            IF EXISTS (SELECT FROM quote_versions WHERE id = sent_id AND status <> 'DRAFT'
                       AND (TG_OP <> 'INSERT' OR created_at <> now())) THEN
                RAISE EXCEPTION 'version % was sent and can''t change', sent_id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$
        """
    )
    for table in CONTENT:
        op.execute(
            f"CREATE TRIGGER {table}_sealed BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keep_sent_content()"
        )


def downgrade() -> None:
    for table in (*CONTENT, "quote_versions"):
        op.execute(f"DROP TRIGGER {table}_sealed ON {table}")
    op.execute("DROP FUNCTION keep_sent_content()")
    op.execute("DROP FUNCTION keep_sent_version()")
    op.drop_table("quote_approvals")
    for name in ("decline_reason", "replaces_id", "option"):
        op.drop_column("quote_versions", name)
