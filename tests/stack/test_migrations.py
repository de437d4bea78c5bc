"""Every revision can be left, down and up again, on a database with data, and nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
import pytest
import pytest_asyncio

from models.tables import Base
from tests.support.cluster import Cluster
from tests.support.filled import fill
from tests.support.revisions import BASE, Contents, contents_of, copied, go_down, go_up, revisions

LOST: Final[Mapping[str, Mapping[str, str]]] = {
    "0025": {"staff.portrait": "The older pages show initials."},
    "0024": {
        "text_blocks": "The older builder has no texts to insert; quotes that have one keep it.",
    },
    "0023": {
        "photos": "The older pages show the tour's photo; the files stay in the store.",
        "quote_versions.cover": "The older proposal shows the tour's photo.",
        "quote_days.photo": "The older proposal has no photos of days.",
    },
    "0022": {
        "trip_templates": "The older builder starts from versions and tours; quotes made stay.",
        "quote_versions.included": "The older pages list the services alone.",
        "quote_versions.excluded": "The older pages say the same of every quote.",
    },
    "0021": {
        **dict.fromkeys(
            (
                *(
                    f"quote_versions.{name}"
                    for name in (
                        "discount_percent",
                        "discount_amount_minor",
                        "discount_label",
                        "discount_reason",
                        "margin_scheme",
                        "group_sizes",
                        "group_prices",
                    )
                ),
                "quote_lines.discount_minor",
                "quote_lines.vat_minor",
            ),
            "The prices that came of them stay; the older release says nothing of how.",
        ),
    },
    "0020": {
        "quote_draft_states": "The older builder saves a draft when it is told to.",
        "quote_clips": "The older builder pastes nothing.",
        **dict.fromkeys(
            (f"quote_versions.{name}" for name in ("revision", "changed_by", "changed_at")),
            "The older builder lets the last save win.",
        ),
    },
    "0019": {
        **dict.fromkeys(
            (
                *(
                    f"quote_lines.{name}"
                    for name in ("optional", "alternative", "chosen", "starts_at")
                ),
                *(
                    f"quote_acceptances.{name}"
                    for name in ("choices", "total_minor", "signed_sha256")
                ),
            ),
            "The older release sells every line; certificates say what was chosen.",
        ),
    },
    "0018": {
        **dict.fromkeys(
            (
                "quote_versions.groups",
                "quote_versions.pricing",
                "quote_lines.wanted",
                "quote_lines.priced_from",
                "quote_lines.option",
                "quote_lines.meals",
            ),
            "The older release has prices and costs alone; they stay.",
        ),
    },
    "0017": {
        "quote_approvals": "The older code sends whatever staff send; the timeline tells of them.",
        "quote_versions.option": "The older pages know one open version.",
        "quote_versions.replaces_id": "What a version changed is told in its own words too.",
        "quote_versions.decline_reason": "What the customer wrote stays.",
    },
    "0016": {
        "quote_companions": "The older pages open no links of companions.",
        "quote_questions": "The older pages take none; each was told to the owner as a task.",
        "quote_views": "The timeline keeps a line of each visit.",
        **dict.fromkeys(
            (
                f"quote_acceptances.{name}"
                for name in ("drawn_signature", "companion_id", "certificate_id", "certify_after")
            ),
            "The certificate that was drawn stays among the documents.",
        ),
    },
    "0015": {
        "exchange_rates": "Published by the bank and fetched again; those by hand are set anew.",
        "pricing_rule_books": "The older pages know no rules; the audit log tells what they were.",
        "exchange_tasks": "The next fetch asks again for what is still to be looked at.",
    },
    "0014": {
        **dict.fromkeys(
            (
                f"partners.{name}"
                for name in (
                    "legal_name",
                    "registration_number",
                    "tax_number",
                    "address",
                    "website",
                    "notes",
                    "country",
                    "revision",
                    "updated_at",
                )
            ),
            "The older record has no room for what is known of a partner.",
        ),
        "partner_contacts": "Likewise; the address for service orders stays.",
        "partner_licences": "Likewise.",
        "partner_risk_flags": "Likewise.",
        "partner_bank_data": "Sealed, and only the newer release has its keys.",
        "partner_contracts": "The older release knows no contracts; going up makes one each.",
        "rate_cards.kind": "The partner's, as before.",
        **dict.fromkeys(
            (
                f"rate_cards.{name}"
                for name in (
                    "series_id",
                    "version",
                    "current",
                    "contract_id",
                    "basis",
                    "nightly",
                    "capacity",
                    "commission_percent",
                    "tax_percent",
                    "tax_included",
                    "children",
                    "closures",
                    "offers",
                    "cancellation",
                    "allotments",
                    "change_note",
                    "created_by",
                    "created_at",
                )
            ),
            "The older release has flat rates: the lowest price of a card stays.",
        ),
        "rate_card_rows": "Likewise; going up makes one row of each flat rate.",
        "rate_imports": "Files that were checked; what was applied is a version.",
    },
    "0012": {
        "audit_events": "The log itself; nothing else holds it, so it is exported before.",
        "audit_chain": "It proves the log, and goes with it.",
    },
    "0011": {
        "login_attempts": "A record of half a year at most; people go on logging in.",
        "login_devices": "Known by a cookie; the next login meets the device as a new one.",
        "staff_sessions.id": "A name for the list of one's sessions; going up gives another.",
        "staff_sessions.ip": "Shown in the list of one's sessions, and nowhere else.",
        "staff_sessions.country": "Likewise.",
        "staff_sessions.user_agent": "Likewise.",
    },
    "0010": {
        "staff_leave": "The older assignment knows no leave.",
        "staff_shifts": "Nor who works when: the policy's staffed hours hold.",
        "policy_drafts": "Policies in force stay; what nobody published goes.",
        "policy_rollouts": "Who is not told yet keeps the clocks of the older version.",
        "bookings.clocks_version": "The older worker follows the clocks of the terms.",
        "bookings.stage_entered_at": "The timeline has the moment too.",
    },
    "0009": {
        "booking_notes": "The timeline tells that a note was written; its text goes.",
        "contact_entries": "Likewise with calls and meetings.",
        "attachments": "The files stay in the document store, without their names.",
        "tasks.detail": "The title says what is to be done.",
        "tasks.created_by": "The timeline tells it.",
        "tasks.owner_chosen": "Before, tasks always followed the booking.",
        "tasks.remind_at": "The older worker reminds nobody.",
        "tasks.reminded_at": "Likewise.",
    },
    "0008": {
        "booking_search": "Drawn from bookings and customers; going up draws it anew.",
        "search_vocabulary": "Likewise.",
        "saved_views": "A convenience: the filters stand in the address too.",
    },
    "0007": {
        "reply_threads": "Answers to mails of before go to triage after going up again.",
        "inbound_messages": "The providers keep them for a while; what was filed has a line.",
        "inbound_sortings": "Who sorted them goes with them.",
        "bookings.channel": "The older pages do not ask by which way somebody came.",
    },
    "0006": {
        "segments": "Filters under a name.",
        "match_sweeps": "Where the comparing stands; going up begins it anew.",
        "customer_suggestions": "Found anew, except that somebody said no.",
        "customer_merges": "Merged customers stay as they are; no merge can be undone any more.",
        "customer_changes": "The trace of edits; the facts stay as they were edited.",
        "customer_passports": "The older record has no room for what is known of people.",
        "companions": "Likewise.",
        "customer_contacts": "Likewise; the first address and number stay.",
        "households": "Likewise.",
        "customers.country": "Likewise.",
        "customers.preferred_channel": "Likewise.",
        "customers.diet": "Likewise.",
        "customers.rooms": "Likewise.",
        "customers.interests": "Likewise.",
        "customers.household_id": "Likewise.",
        "customers.merged_into_id": "Merged records come back to the lists, without bookings.",
        "customers.revision": "It only guards edits of the moment.",
        "consent_records.policy_version": "Consents stay; under which policy is not told.",
    },
    "0004": {"staff_sessions": "Everybody logs in again."},
}
"""By the revision that is undone: the tables and columns that go, and why that may be."""
FIRST: Final = "0001"
"""Undone, nothing is left."""
DRAWN_ANEW: Final = ("booking_search", "search_vocabulary")
"""Tables that a migration fills from others."""


@dataclass(frozen=True)
class Stop:
    """A revision on the way down."""

    below: Contents
    """What is there after the downgrade to it."""
    above: Contents
    """What is there after the upgrade to the newest from here."""


@dataclass(frozen=True)
class Walk:
    """A filled database, and what became of it on its way down to nothing."""

    filled: Contents
    stops: Mapping[str, Stop]
    untouched: Mapping[str, frozenset[str]]
    """By revision the structure of a database that only ever went up."""


@pytest_asyncio.fixture(scope="module")
async def walk(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    with cluster.fresh_database() as url:
        await fill(url, tmp_path_factory.mktemp("filled"))
        filled, stops = contents_of(url), {}
        for revision in revisions()[1:]:
            go_down(url, revision)
            below = contents_of(url)
            with copied(cluster.postgres, url) as copy:
                go_up(copy)
                stops[revision] = Stop(below, contents_of(copy))
    return Walk(filled, stops, _only_upwards(cluster))


def _only_upwards(cluster: Cluster) -> dict[str, frozenset[str]]:
    found = {}
    with copied(cluster.postgres, cluster.postgres.url("template1")) as url:
        for revision in reversed(revisions()[:-1]):
            go_up(url, revision)
            found[revision] = contents_of(url).structure
    return found


def test_every_table_has_rows(walk: Walk) -> None:
    empty = {
        table
        for table in Base.metadata.tables
        if any(total.startswith("0:") for total in walk.filled.tables[table].values())
    }
    assert not empty, "tests/support/filled.py leaves tables empty"
    assert walk.filled.tables.keys() == Base.metadata.tables.keys()


def test_going_down_keeps_all_that_the_older_revision_has_room_for(walk: Walk) -> None:
    for revision, stop in walk.stops.items():
        assert not walk.filled.differing(stop.below, stop.below.tables), revision


def test_going_up_again_keeps_it_too(walk: Walk) -> None:
    for revision, stop in walk.stops.items():
        assert not walk.filled.differing(stop.above, stop.below.tables), revision


def test_what_is_drawn_from_other_tables_is_there_again(walk: Walk) -> None:
    drawn = {name: walk.filled.tables[name] for name in DRAWN_ANEW}
    for revision, stop in walk.stops.items():
        if revision != BASE:
            assert not walk.filled.differing(stop.above, drawn), revision


def test_the_tables_are_those_of_a_database_that_never_went_down(walk: Walk) -> None:
    for revision, stop in walk.stops.items():
        assert stop.above.structure == walk.filled.structure, revision
        if revision != BASE:
            assert stop.below.structure == walk.untouched[revision], revision


def test_what_a_downgrade_loses_has_a_reason(walk: Walk) -> None:
    newer = walk.filled
    for undone, stop in zip(revisions(), walk.stops.values(), strict=False):
        if undone != FIRST:
            assert _gone(newer, stop.below) == LOST.get(undone, {}).keys(), undone
        newer = stop.below
    assert not newer.tables


def _gone(newer: Contents, older: Contents) -> set[str]:
    columns = {
        f"{table}.{column}"
        for table, named in older.tables.items()
        for column in newer.tables[table].keys() - named.keys()
    }
    return columns | (newer.tables.keys() - older.tables.keys())


def test_a_policy_that_managers_wrote_stays_in_force(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE policies SET active = false")
        connection.execute("INSERT INTO policies VALUES (2, NULL, '{}', true, 'staff_1')")
    go_down(database_url, "0002")
    go_up(database_url)
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT version, active FROM policies").fetchall()
    assert found == [(2, True)]
