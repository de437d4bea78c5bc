"""Fills a database with bookings as years of work would leave them."""

import psycopg

FAMILIES = (
    *("Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng"),
    *("Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Müller", "Schmidt"),
    *("Weber", "Laurent", "Dubois", "Martin", "García", "López", "Smith", "Jones", "Brown"),
    *("Taylor", "Rossi", "Andersson", "Østergård", "Kowalski", "Novák", "O'Brien", "Tanaka"),
    *("Sato", "Kim", "Lee"),
)
"""A surname is as common as it stands here; every tenth person is a Nguyễn."""
GIVEN = (
    *("Văn Hùng", "Thị Hương", "Điện", "Minh Anh", "Quốc Bảo", "Thu Hà", "Đức", "Thảo"),
    *("Ngọc Lan", "Hữu Phước", "Anna", "Amélie", "Jürgen", "François", "José", "María"),
    *("John", "Emma", "Oliver", "Sofía", "Björn", "Zoë", "Chloé", "Łukasz", "Jonas", "Marc"),
    *("Linda", "Peter", "Yuki", "Jin"),
)
NOTES = (
    "We travel with two children and would love a homestay near Sa Pa",
    "Vegetarian food please, and a private guide for Angkor",
    "Honeymoon, quiet beaches, spa",
    "Interested in trains and street food in Hanoi",
    None,
)
STATEMENTS = (
    """
    INSERT INTO customers (id, name, email, email_normalised, phone, phone_e164, created_at)
    SELECT 'cust_old_' || n,
           (%(given)s::text[])[1 + abs(hashint4(n)) %% 30] || ' '
           || (%(families)s::text[])[1 + abs(hashint4(n + 7)) %% 40]
           || CASE WHEN n %% 3 = 0 THEN ' ' || translate(substr(md5(n::text), 1, 6), '0123456789',
              'ghijklmnop') ELSE '' END,
           'old' || n || '@home.example', 'old' || n || '@home.example',
           '+4917' || 10000000 + n, '+4917' || 10000000 + n, now() - n * interval '1 minute'
      FROM generate_series(1, %(customers)s) AS n
    """,
    """
    INSERT INTO bookings (id, reference, customer_id, stage, destination, styles, travel_month,
        travelers, duration, notes, utm_source, content_fingerprint, idempotency_key,
        policy_version, sla_due_at, created_at, updated_at)
    SELECT 'booking_old_' || n,
           'ATP-' || upper(substr(md5(n::text), 1, 4)) || '-' || lpad(upper(to_hex(n)), 5, '0'),
           'cust_old_' || 1 + (n - 1) %% %(customers)s,
           (ARRAY['NEW', 'QUALIFIED', 'PROPOSAL_SENT', 'WON', 'LOST', 'POST_TRIP'])[1 + n %% 6],
           (ARRAY['Vietnam', 'Vietnam', 'Thailand', 'Cambodia', 'Laos'])[1 + abs(hashint4(n)) %% 5],
           ARRAY['Culture'], to_char(now() + n %% 18 * interval '1 month', 'YYYY-MM'), 1 + n %% 8,
           '9-12 days', (%(notes)s::text[])[1 + abs(hashint4(n + 9)) %% 5],
           CASE WHEN n %% 3 = 0 THEN (ARRAY['google', 'letter', 'partner'])[1 + n %% 5 %% 3] END,
           encode(sha256(n::text::bytea), 'hex'), 'old_' || n, 1,
           CASE WHEN n %% 6 < 4 THEN now() - n * interval '1 minute' END,
           now() - n * interval '1 minute', now() - n * interval '1 minute'
      FROM generate_series(1, %(bookings)s) AS n
    """,
    """
    INSERT INTO booking_activities (id, booking_id, type, actor, detail, dedupe_key)
    SELECT 'act_old_' || n, 'booking_old_' || n, 'BOOKING_CREATED', 'website', '', 'created'
      FROM generate_series(1, %(bookings)s) AS n
    """,
    """
    INSERT INTO outbox (workflow_id, argument, delivered_at)
    SELECT 'booking_old_' || n, 'booking_old_' || n, now()
      FROM generate_series(1, %(bookings)s) AS n
    """,
)


def fill(database_url: str, bookings: int, customers: int | None = None) -> None:
    """Stores so many bookings, each with a line of timeline and a delivered start.

    Args:
        database_url: an empty database.
        bookings: how many.
        customers: whose they are, in turn; as many as bookings unless said otherwise.
    """
    facts = {
        "bookings": bookings,
        "customers": customers or bookings,
        "families": list(FAMILIES),
        "given": list(GIVEN),
        "notes": list(NOTES),
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        for statement in STATEMENTS:
            connection.execute(statement, facts)
        connection.execute("VACUUM ANALYZE")
