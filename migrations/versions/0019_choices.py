"""Optional services and alternatives that customers choose between, and services' times of day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
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
AGREED = """
            IF TG_OP = 'UPDATE' AND OLD.status = 'SENT' AND NEW.status = 'ACCEPTED'
                AND NEW.total_minor = (SELECT sum(total_minor) FROM quote_lines
                                       WHERE quote_version_id = NEW.id AND chosen) THEN
                open_columns := open_columns || 'total_minor'::text;
            END IF;"""
"""Accepting makes the price that of what was chosen."""
CHOOSING = """
            IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'quote_lines'
                AND to_jsonb(NEW) - 'chosen' = to_jsonb(OLD) - 'chosen'
                AND EXISTS (SELECT FROM quote_versions JOIN quote_acceptances
                                ON quote_acceptances.quote_version_id = quote_versions.id
                            WHERE quote_versions.id = sent_id AND quote_versions.status = 'SENT'
                                AND quote_acceptances.accepted) THEN
                RETURN NEW;
            END IF;"""
"""While a version is being accepted its lines take what was chosen, and nothing else."""


def upgrade() -> None:
    no, yes = sa.text("false"), sa.text("true")
    op.add_column(
        "quote_lines", sa.Column("optional", sa.Boolean(), server_default=no, nullable=False)
    )
    op.add_column(
        "quote_lines", sa.Column("alternative", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "quote_lines", sa.Column("chosen", sa.Boolean(), server_default=yes, nullable=False)
    )
    op.add_column("quote_lines", sa.Column("starts_at", sa.Time()))
    _check("one_kind_of_choice", "NOT optional OR alternative = ''")
    _check("chosen_unless_a_choice", "chosen OR optional OR alternative <> ''")
    op.create_index(
        "uq_quote_lines_one_chosen",
        "quote_lines",
        ["quote_version_id", "alternative"],
        unique=True,
        postgresql_where=sa.text("chosen AND alternative <> ''"),
    )
    op.add_column("quote_acceptances", sa.Column("choices", postgresql.JSONB(none_as_null=True)))
    op.add_column("quote_acceptances", sa.Column("total_minor", sa.BigInteger()))
    op.add_column("quote_acceptances", sa.Column("signed_sha256", sa.Text()))
    _seal(AGREED, CHOOSING)


def _check(name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_quote_lines_{name}"), "quote_lines", condition)


def _seal(agreed: str, choosing: str) -> None:
    """The functions of the triggers that seal versions, with what may change on accepting."""
    columns = ", ".join(f"'{name}'" for name in STAYS_OPEN)
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION keep_sent_version() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE open_columns text[] := ARRAY[{columns}];
        BEGIN{agreed}
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
        f"""
        CREATE OR REPLACE FUNCTION keep_sent_content() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            sent_id text := CASE TG_OP WHEN 'INSERT' THEN NEW.quote_version_id
                ELSE OLD.quote_version_id END;
        BEGIN{choosing}
            IF EXISTS (SELECT FROM quote_versions WHERE id = sent_id AND status <> 'DRAFT'
                       AND (TG_OP <> 'INSERT' OR created_at <> now())) THEN
                RAISE EXCEPTION 'version % was sent and can''t change', sent_id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$
        """
    )


def downgrade() -> None:
    _seal("", "")
    for name in ("signed_sha256", "total_minor", "choices"):
        op.drop_column("quote_acceptances", name)
    op.drop_index("uq_quote_lines_one_chosen", "quote_lines")
    for name in ("chosen_unless_a_choice", "one_kind_of_choice"):
        op.drop_constraint(op.f(f"ck_quote_lines_{name}"), "quote_lines")
    for name in ("starts_at", "chosen", "alternative", "optional"):
        op.drop_column("quote_lines", name)
