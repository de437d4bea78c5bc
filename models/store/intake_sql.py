"""The two statements of the intake."""

from typing import Final

LOCK: Final = "SELECT pg_advisory_xact_lock(name) FROM unnest(%s::bigint[]) AS names (name)"
"""In the order given; held until the transaction ends."""

_STORE: Final = r"""
WITH replayed AS (
    (SELECT id, customer_id FROM bookings WHERE idempotency_key = %(idempotency_key)s::text)
    UNION ALL
    (SELECT id, customer_id FROM bookings
      WHERE content_fingerprint = %(content_fingerprint)s
        AND created_at > now() - %(window)s::interval
      ORDER BY created_at LIMIT 1)
    LIMIT 1
), reached (id, rank) AS (
    SELECT id, 1 FROM customers WHERE email_normalised = %(email_normalised)s
    UNION ALL
    SELECT id, 2 FROM customers WHERE phone_e164 = %(phone_e164)s::text
    UNION ALL
    SELECT customer_id, CASE kind WHEN 'EMAIL' THEN 1 ELSE 2 END FROM customer_contacts
     WHERE compared IN (%(email_normalised)s, %(phone_e164)s::text)
), known AS (
    SELECT coalesce(merged_into_id, id) AS id FROM reached JOIN customers USING (id)
     WHERE rank = 1
        OR lower(regexp_replace(normalize(name, NFKC), '\s+', ' ', 'g'))
         = lower(regexp_replace(normalize(%(name)s, NFKC), '\s+', ' ', 'g'))
     ORDER BY rank, created_at LIMIT 1
), fresh AS (
    INSERT INTO customers (id, name, email, email_normalised, phone, phone_e164, language,
                           first_attribution, last_attribution)
    SELECT %(customer)s, %(name)s, %(email)s, %(email_normalised)s, %(phone)s, %(phone_e164)s,
           %(language)s, %(attribution)s::jsonb, %(attribution)s::jsonb
     WHERE NOT EXISTS (TABLE replayed) AND NOT EXISTS (TABLE known)
    RETURNING id
), returning_customer AS (
    UPDATE customers
       SET first_attribution = coalesce(first_attribution, %(attribution)s::jsonb),
           last_attribution = %(attribution)s::jsonb
     WHERE id = (SELECT id FROM known) AND %(attribution)s::jsonb IS NOT NULL
       AND NOT EXISTS (TABLE replayed)
), booking AS (
    INSERT INTO bookings (id, reference, customer_id, sla_due_at, destination, styles,
        travel_month, travelers, duration, budget, notes, language, preferred_currency, tour_id,
        page_url, referrer, ip_address, ip_country_guess, utm_source, utm_medium, utm_campaign,
        idempotency_key, content_fingerprint, policy_version, channel, staff_id)
    SELECT %(booking)s, %(reference)s, customer.id, now() + %(sla)s::interval, %(destination)s,
        %(styles)s::text[], %(travel_month)s, %(travelers)s::int, %(duration)s, %(budget)s,
        %(notes)s, %(language)s, %(preferred_currency)s, %(tour_id)s, %(page_url)s, %(referrer)s,
        %(ip_address)s, %(ip_country_guess)s, %(utm_source)s, %(utm_medium)s, %(utm_campaign)s,
        %(idempotency_key)s, %(content_fingerprint)s, %(policy_version)s::int,
        %(source)s, %(staff_id)s
      FROM (TABLE known UNION ALL TABLE fresh) AS customer
     WHERE NOT EXISTS (TABLE replayed)
    RETURNING id, customer_id, sla_due_at
), line AS (
    INSERT INTO booking_activities (id, booking_id, type, actor, detail, dedupe_key)
    SELECT %(activity)s, id, 'BOOKING_CREATED', %(actor)s, %(arrival)s, 'created'
      FROM booking
), consent AS (
    INSERT INTO consent_records (id, customer_id, booking_id, channel, purpose, granted, source,
        policy_version)
    SELECT given.id, customer_id, booking.id, channel, 'marketing', granted, %(source)s,
           %(policy_version)s::int
      FROM booking, unnest(%(consents)s::text[], %(channels)s::text[], %(granted)s::bool[])
        AS given (id, channel, granted)
), difference AS (
    INSERT INTO remarks (id, booking_id, author, kind, body)
    SELECT %(remark)s, booking.id, 'customer', 'CONTACT', concat_ws(E'\n', %(name)s::text,
           %(email)s::text, %(phone)s::text)
      FROM booking JOIN customers AS kept ON kept.id = (SELECT id FROM known)
     WHERE kept.name <> %(name)s
        OR kept.email_normalised
           IS DISTINCT FROM coalesce(%(email_normalised)s, kept.email_normalised)
        OR kept.phone_e164 IS DISTINCT FROM coalesce(%(phone_e164)s, kept.phone_e164)
), start AS (
    INSERT INTO outbox (workflow_id, argument, available_at)
    SELECT id, id, now() + interval '1 second' FROM booking RETURNING id
)
SELECT booking.id, customer_id, false, EXISTS (TABLE known), sla_due_at, start.id
  FROM booking, start
UNION ALL
SELECT id, customer_id, true, true, NULL, NULL FROM replayed
"""
STORE: Final = " ".join(_STORE.split())
"""Reads and writes an enquiry; answers with the columns of `StoredEnquiry`.

On one line, since psycopg remembers the reading of short statements only.
"""
