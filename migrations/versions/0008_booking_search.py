"""Search over bookings without accents, and saved views.

`booking_search` holds the words by which a booking is found, written by triggers in the transaction
that changes what they are made of. `search_vocabulary` holds every word once: what a mistyped word
may have meant is looked for there, and never among the documents.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")

FUNCTIONS = (
    # unaccent() is only STABLE because its dictionary could be exchanged; ours is named, and is not.
    r"""
    CREATE OR REPLACE FUNCTION search_fold(typed text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN octet_length(typed) = length(typed) THEN lower(typed)
               ELSE lower(public.unaccent('public.unaccent'::regdictionary, normalize(typed, NFC)))
               END
    $$
    """,
    r"""
    CREATE OR REPLACE FUNCTION search_words(typed text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_remove(regexp_split_to_array(public.search_fold(typed), '[^[:alnum:]]+'), '')
    $$
    """,
    # What is found as a whole or from its beginning: a reference's parts, an address, its domain,
    # and a phone number from each of its digits on, of which at least five are asked for.
    r"""
    CREATE OR REPLACE FUNCTION search_marks(reference text, email text, phone text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_remove(array_remove(array_remove(
            string_to_array(lower(reference), '-')
            || ARRAY[public.search_fold(email), '@' || split_part(public.search_fold(email), '@', 2)]
            || ARRAY(SELECT '+' || substr(phone, first) FROM generate_series(2, length(phone) - 4) AS first),
            'atp'), ''), NULL)
    $$
    """,
    # A connection keeps the plans that it made while the tables were empty: so none may scan them.
    r"""
    CREATE OR REPLACE FUNCTION booking_words(booking bookings) RETURNS tsvector
    LANGUAGE plpgsql SET enable_seqscan = off AS $$
    DECLARE
        person record;
        said text[];
    BEGIN
        SELECT name, email_normalised, phone_e164 INTO person
          FROM public.customers WHERE id = booking.customer_id;
        said := public.search_words(concat_ws(' ', person.name, booking.destination,
            array_to_string(booking.styles, ' '), booking.notes));
        IF EXISTS (SELECT FROM unnest(said) AS word WHERE length(word) > 60) THEN
            said := ARRAY(SELECT left(word, 60) FROM unnest(said) AS word);
        END IF;
        INSERT INTO public.search_vocabulary (word)
        SELECT DISTINCT said.word FROM unnest(said) AS said (word)
         WHERE length(said.word) >= 4 ORDER BY 1
        ON CONFLICT DO NOTHING;
        RETURN array_to_tsvector(said || public.search_marks(
            booking.reference, person.email_normalised, person.phone_e164));
    END $$
    """,
    r"""
    CREATE OR REPLACE FUNCTION on_booking_stored() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.booking_search VALUES (NEW.id, public.booking_words(NEW));
        RETURN NULL;
    END $$
    """,
    r"""
    CREATE OR REPLACE FUNCTION on_booking_reworded() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE public.booking_search SET words = public.booking_words(NEW)
         WHERE booking_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    r"""
    CREATE OR REPLACE FUNCTION on_customer_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE public.booking_search SET words = public.booking_words(booking)
          FROM public.bookings AS booking
         WHERE booking.customer_id = NEW.id AND booking_id = booking.id;
        RETURN NULL;
    END $$
    """,
    # A word that nobody said any more is forgotten, since it may have been somebody's name. Two
    # transactions at once may forget a word that is said again: it is found all the same, though
    # not by those who mistype it.
    r"""
    CREATE OR REPLACE FUNCTION on_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        kept tsvector := CASE WHEN TG_OP = 'UPDATE' THEN NEW.words ELSE '' END;
    BEGIN
        DELETE FROM public.search_vocabulary AS known
         WHERE known.word = ANY (tsvector_to_array(ts_delete(OLD.words, tsvector_to_array(kept))))
           AND NOT EXISTS (SELECT FROM public.booking_search AS other
                            WHERE other.words @@ quote_literal(known.word)::tsquery);
        RETURN NULL;
    END $$
    """,
)
TRIGGERS = (
    """
    CREATE OR REPLACE TRIGGER booking_stored AFTER INSERT ON bookings
    FOR EACH ROW EXECUTE FUNCTION on_booking_stored()
    """,
    """
    CREATE OR REPLACE TRIGGER booking_reworded
    AFTER UPDATE OF customer_id, reference, destination, styles, notes ON bookings
    FOR EACH ROW WHEN (
        (OLD.customer_id, OLD.reference, OLD.destination, OLD.styles, OLD.notes)
        IS DISTINCT FROM (NEW.customer_id, NEW.reference, NEW.destination, NEW.styles, NEW.notes)
    ) EXECUTE FUNCTION on_booking_reworded()
    """,
    """
    CREATE OR REPLACE TRIGGER customer_renamed
    AFTER UPDATE OF name, email_normalised, phone_e164 ON customers
    FOR EACH ROW WHEN (
        (OLD.name, OLD.email_normalised, OLD.phone_e164)
        IS DISTINCT FROM (NEW.name, NEW.email_normalised, NEW.phone_e164)
    ) EXECUTE FUNCTION on_customer_renamed()
    """,
    """
    CREATE OR REPLACE TRIGGER words_gone AFTER UPDATE OR DELETE ON booking_search
    FOR EACH ROW EXECUTE FUNCTION on_words_gone()
    """,
)
BACKFILL = """
    DO $$
    DECLARE
        last text := '';
        batch text[];
    BEGIN
        LOOP
            batch := ARRAY(SELECT id FROM bookings WHERE id > last ORDER BY id LIMIT 2000);
            EXIT WHEN cardinality(batch) = 0;
            INSERT INTO booking_search
            SELECT id, booking_words(booking) FROM bookings AS booking WHERE id = ANY (batch)
            ON CONFLICT DO NOTHING;
            last := batch[cardinality(batch)];
            COMMIT;
        END LOOP;
    END $$
"""
NEW_INDEXES = (
    # Search reads entries that wait to be sorted in one by one, and whoever fills the list has to
    # sort it in: so it is short.
    "ix_booking_search_words ON booking_search USING gin (words) WITH (gin_pending_list_limit = 256)",
    "ix_search_vocabulary_word ON search_vocabulary USING gin (word gin_trgm_ops)",
    "ix_bookings_updated_at_id ON bookings (updated_at, id)",
    "ix_bookings_sla_due_at_id ON bookings (sla_due_at, id)",
    "ix_bookings_stage_sla_due_at ON bookings (stage, sla_due_at)",
    "ix_bookings_destination ON bookings (destination)",
    "ix_bookings_travel_month ON bookings (travel_month)",
    "ix_bookings_utm_source ON bookings (utm_source) WHERE utm_source IS NOT NULL",
    "ix_bookings_channel ON bookings (channel) WHERE channel <> 'website'",
)
OLD_INDEXES = (
    "ix_bookings_updated_at ON bookings (updated_at)",
    "ix_bookings_sla_due_at ON bookings (sla_due_at)",
)
"""The new ones on the same columns and the id do their work."""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _create_tables()
    for function in FUNCTIONS:
        op.execute(function)
    with op.get_context().autocommit_block():  # no lock is held for longer than its statement
        for trigger in TRIGGERS:
            op.execute(trigger)
        op.execute(BACKFILL)
        for index in NEW_INDEXES:
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index}")
        for index in OLD_INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.split()[0]}")
        op.execute("ANALYZE booking_search, search_vocabulary, bookings")


def _create_tables() -> None:
    """Repeatable, since what was done before a failure further down stays done."""
    op.create_table(
        "booking_search",
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_booking_search_booking_id_bookings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking_search")),
        if_not_exists=True,
    )
    op.create_table(
        "search_vocabulary",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_vocabulary")),
        if_not_exists=True,
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner_sub", "name", name=op.f("uq_saved_views_owner_sub_name")),
        sa.UniqueConstraint("command_id", name=op.f("uq_saved_views_command_id")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_saved_views_shared"),
        "saved_views",
        ["shared"],
        postgresql_where=sa.text("shared"),
        if_not_exists=True,
    )


def downgrade() -> None:
    for trigger in ("booking_stored ON bookings", "booking_reworded ON bookings"):
        op.execute(f"DROP TRIGGER {trigger}")
    op.execute("DROP TRIGGER customer_renamed ON customers")
    op.drop_table("saved_views")
    op.drop_table("booking_search")
    op.drop_table("search_vocabulary")
    for function in (
        "on_words_gone()",
        "on_customer_renamed()",
        "on_booking_reworded()",
        "on_booking_stored()",
        "booking_words(bookings)",
        "search_marks(text, text, text)",
        "search_words(text)",
        "search_fold(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    for index in OLD_INDEXES:
        op.execute(f"CREATE INDEX {index}")
    for index in NEW_INDEXES[2:]:
        op.execute(f"DROP INDEX {index.split()[0]}")
