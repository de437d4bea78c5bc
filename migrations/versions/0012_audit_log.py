"""Who did what: append-only, chained by hash."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("audit_events", "audit_chain")
FILTERS = ("actor", "action", "subject", "booking_id")


def upgrade() -> None:
    _make_tables()
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        """
        CREATE FUNCTION audit_hash(fields text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT encode(sha256(convert_to(string_agg(
                CASE WHEN field IS NULL THEN '-' ELSE octet_length(field) || ':' || field END,
                '' ORDER BY number), 'UTF8')), 'hex')
            FROM unnest(fields) WITH ORDINALITY AS listed (field, number)
        $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION chain_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            place bigint;
            previous text;
            details text := audit_hash(ARRAY[NEW.salt, NEW.before::text, NEW.after::text]);
        BEGIN
            -- Whoever commits audit events takes turns here, and only while committing.
            PERFORM pg_advisory_xact_lock(hashtextextended('audit_chain', 0));
            SELECT position, hash INTO place, previous
              FROM audit_chain ORDER BY position DESC LIMIT 1;
            place := coalesce(place, 0) + 1;
            INSERT INTO audit_chain (position, event_id, details_hash, hash)
            VALUES (place, NEW.id, details, audit_hash(ARRAY[
                place::text, coalesce(previous, repeat('0', 64)), NEW.id,
                to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
                NEW.actor, NEW.login, array_to_string(NEW.roles, ','), NEW.action, NEW.subject,
                NEW.booking_id, NEW.request_id, NEW.ip, NEW.command_id, details]));
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER audit_events_chained AFTER INSERT ON audit_events "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit_event()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_events_chained ON audit_events")
    op.execute("DROP FUNCTION chain_audit_event()")
    op.execute("DROP FUNCTION audit_hash(text[])")
    op.drop_table("audit_chain")
    op.drop_table("audit_events")


def _make_tables() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "at",
            sa.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column(
            "roles",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("command_id", sa.Text(), nullable=True),
        sa.Column("once_key", sa.Text(), nullable=True),
        sa.Column(
            "salt", sa.Text(), server_default=sa.text("gen_random_uuid()::text"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("once_key", name=op.f("uq_audit_events_once_key")),
    )
    op.create_index(op.f("ix_audit_events_at_id"), "audit_events", ["at", "id"])
    for column in FILTERS:
        name = op.f(f"ix_audit_events_{column}_at_id")
        op.create_index(name, "audit_events", [column, "at", "id"])
    op.create_table(
        "audit_chain",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("details_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_chain")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["audit_events.id"],
            name=op.f("fk_audit_chain_event_id_audit_events"),
        ),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_chain_event_id")),
    )
