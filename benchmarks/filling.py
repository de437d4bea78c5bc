"""Fills a database with bookings as years of work would leave them."""

import psycopg

STATEMENTS = (
    """
    INSERT INTO customers (id, name, email, email_normalised, phone, phone_e164, created_at)
    SELECT 'cust_old_' || n, 'Customer ' || n, 'old' || n || '@home.example',
           'old' || n || '@home.example', '+4917' || 10000000 + n, '+4917' || 10000000 + n,
           now() - n * interval '1 minute'
      FROM generate_series(1, %(count)s) AS n
    """,
    """
    INSERT INTO bookings (id, reference, customer_id, stage, destination, styles, travel_month,
        travelers, duration, content_fingerprint, idempotency_key, policy_version, sla_due_at,
        created_at, updated_at)
    SELECT 'booking_old_' || n, 'OLD-' || n, 'cust_old_' || n,
           (ARRAY['NEW', 'QUALIFIED', 'PROPOSAL_SENT', 'WON', 'LOST', 'POST_TRIP'])[1 + n %% 6],
           'Vietnam', ARRAY['Culture'], '2026-05', 1 + n %% 8, '9-12 days',
           encode(sha256(n::text::bytea), 'hex'), 'old_' || n, 1,
           now() - n * interval '1 minute', now() - n * interval '1 minute',
           now() - n * interval '1 minute'
      FROM generate_series(1, %(count)s) AS n
    """,
    """
    INSERT INTO booking_activities (id, booking_id, type, actor, detail, dedupe_key)
    SELECT 'act_old_' || n, 'booking_old_' || n, 'BOOKING_CREATED', 'website', '', 'created'
      FROM generate_series(1, %(count)s) AS n
    """,
    """
    INSERT INTO outbox (workflow_id, argument, delivered_at)
    SELECT 'booking_old_' || n, 'booking_old_' || n, now()
      FROM generate_series(1, %(count)s) AS n
    """,
)


def fill(database_url: str, bookings: int) -> None:
    """Stores so many bookings, each with a customer, a line of timeline and a delivered start."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for statement in STATEMENTS:
            connection.execute(statement, {"count": bookings})
        connection.execute("VACUUM ANALYZE")
