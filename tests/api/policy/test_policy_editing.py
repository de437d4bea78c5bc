"""Managers edit the policy: checked, previewed, put in force once; the second of two is told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from models.domain.policy import DEFAULT_SLA_HOURS, Policy, RefundTier
from models.domain.stages import Stage
from models.store.policies import load_policy, policy_in_force
from models.tables.audit import AuditEvent
from models.tables.compliance import PolicyVersion
from models.tables.rosters import PolicyRollout
from tests.support import office as factories
from tests.support.desk import Office, fields_of

EDIT, DRAFTS = "/backoffice/policy/edit", "/backoffice/policy/drafts"


async def form(office: Office, who: str = "marc", address: str = EDIT) -> dict[str, str]:
    """The fields of the form as the page shows them."""
    async with office.page(who) as browser:
        html = (await browser.get(address)).text
    found = fields_of(html, "/drafts")
    page = BeautifulSoup(html, "html.parser")
    for select_ in page.find_all("select"):
        chosen = select_.find("option", selected=True) or select_.find("option")
        found[str(select_["name"])] = str(chosen["value"]) if chosen else ""
    for box in page.find_all("input", type="checkbox", checked=False):
        found.pop(str(box["name"]), None)
    return found


async def keep(office: Office, fields: dict[str, str], who: str = "marc") -> str:
    """Sends the form; returns the address of the draft."""
    async with office.page(who) as browser:
        answer = await browser.post(DRAFTS, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def put_in_force(office: Office, draft: str, who: str = "marc") -> tuple[int, str]:
    """Confirms a draft; status and text."""
    async with office.page(who) as browser:
        shown = (await browser.get(draft)).text
        guard = fields_of(shown, "/apply") if "/apply" in shown else {"csrf_token": ""}
        answer = await browser.post(f"{draft}/apply", data=guard)
    return answer.status_code, answer.text


async def in_force(office: Office) -> Policy:
    async with office.resources.sessions() as session:
        return await policy_in_force(session, None)


async def test_the_form_shows_the_policy_in_force_and_sends_it_back_unchanged(
    office: Office,
) -> None:
    draft = await keep(office, await form(office))
    async with office.page("marc") as browser:
        shown = (await browser.get(draft)).text
    assert "Nothing differs from the version in force" in shown


async def test_a_changed_number_becomes_a_new_version_and_the_old_one_stays(
    office: Office,
) -> None:
    before = await in_force(office)
    fields = await form(office)
    changed = {"sla_NEW": "3", "pause_NEW": "yes", "zone": "Europe/Paris"}
    draft = await keep(office, fields | changed)
    status, _ = await put_in_force(office, draft)
    assert status == 303
    after = await in_force(office)
    assert after.version == before.version + 1
    assert after.sla_hours[Stage.NEW] == 3
    assert after.paused_stages == (Stage.NEW,)
    assert after.staffed.zone == "Europe/Paris"
    async with office.resources.sessions() as session:
        assert await load_policy(session, before.version) == before
        versions = list(await session.scalars(select(PolicyVersion).where(PolicyVersion.active)))
        rollout = await session.get(PolicyRollout, after.version)
        audit = await session.scalar(
            select(AuditEvent).where(AuditEvent.subject == f"policy_{after.version}")
        )
    assert [one.version for one in versions] == [after.version]
    assert rollout is not None
    assert audit is not None
    assert audit.actor == office.marc.id
    assert set(audit.after or {}) == {"sla_hours", "paused_stages", "staffed"}


async def test_everything_that_the_form_asks_for_reaches_the_record(office: Office) -> None:
    fields = await form(office)
    changed = {
        "opens_6": "", "closes_6": "", "opens_0": "00:00", "closes_0": "00:00",
        "holidays": "2027-02-06\n2027-02-07", "reminder_days_before": "10, 5",
        "supplier_urgent_fraction": "25", "deposit_percent": "40", "quote_valid_days": "7.5",
        "tier_days_5": "90", "tier_percent_5": "100", "item_title_0": "",
        "item_title_5": "Visa letters", "item_days_5": "21", "item_role_5": "atp_manager",
    }  # fmt: skip
    await put_in_force(office, await keep(office, fields | changed))
    policy = await in_force(office)
    assert {shift.weekday for shift in policy.staffed.shifts} == set(range(6))
    assert [day.isoformat() for day in policy.staffed.holidays] == ["2027-02-06", "2027-02-07"]
    assert policy.reminder_days_before == (10, 5)
    assert policy.supplier_urgent_fraction == 0.25
    assert (policy.deposit_percent, policy.quote_valid_days) == (40, 7.5)
    assert RefundTier(90, 100) in policy.refund_tiers
    assert "traveller_details" not in {rule.key for rule in policy.checklist}
    last = policy.checklist[-1]
    assert (last.key, last.days_before, last.owner_role) == ("visa_letters", 21, "atp_manager")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("sla_NEW", "two", "Write a number"),
        ("sla_NEW", "-1", "between 0 (no clock) and 2,160 hours"),
        ("deposit_percent", "30.5", "Write a whole number"),
        ("reminder_days_before", "7; 3", "Write whole days"),
        ("opens_2", "25:00", "Write both times"),
        ("closes_2", "07:00", "Closing comes after opening"),
        ("holidays", "Tet", "Write one day a line"),
        ("zone", "Mars/Base", "Choose one of the zones"),
        ("overdue_manager_days", "1", "after finance was asked"),
        ("tier_percent_0", "10", "never gets back less"),
        ("item_days_1", "x", "Write a whole number"),
        ("supplier_answer_hours", "0", "more than 0"),
        ("exchange_buffer_percent", "NaN", "Write a number"),
        ("exchange_buffer_percent", "51", "between 0 and 50 percent"),
        ("exchange_stale_days", "1.5", "whole number"),
        ("exchange_jump_percent", "0", "more than 0"),
    ],
)
async def test_a_wrong_number_is_explained_beside_its_field_and_nothing_is_kept(
    office: Office, field: str, text: str, sentence: str
) -> None:
    fields = await form(office) | {field: text}
    async with office.page("marc") as browser:
        answer = await browser.post(DRAFTS, data=fields)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert any(sentence in one.text for one in page.select(".error-text")), field
    assert page.select_one(f'[name="{field}"]') is not None
    assert (await in_force(office)).version == 1


async def test_the_preview_names_each_running_booking_with_its_old_and_new_time(
    office: Office,
) -> None:
    fields = await form(office) | {"sla_QUALIFIED": "10"}
    draft = await keep(office, fields)
    async with office.page("marc") as browser:
        shown = BeautifulSoup((await browser.get(draft)).text, "html.parser")
    (row,) = shown.select("#bookings tbody tr")
    assert office.mine.reference in row.text
    assert "1 of 2 running bookings gets another due time." in shown.text
    due = (await moved(office, draft))["items"][0]["new_due_at"]
    assert abs(datetime.fromisoformat(due) - office.mine.created_at - timedelta(hours=10)) < (
        timedelta(seconds=1)
    )


async def moved(office: Office, draft: str, page: int = 1, page_size: int = 25) -> dict:  # type: ignore[type-arg]  # JSON
    draft_id = draft.rpartition("/")[2]
    async with office.browser("marc") as browser:
        answer = await browser.get(
            f"/api/v1/policy/drafts/{draft_id}?page={page}&page_size={page_size}"
        )
    assert answer.status_code == 200
    found: dict = answer.json()  # type: ignore[type-arg]  # JSON
    return found


async def test_the_preview_is_paged_counted_and_says_what_would_be_overdue_at_once(
    office: Office,
) -> None:
    now = datetime.now(UTC)
    async with office.resources.sessions.begin() as session:
        for hours in range(6):
            await factories.booking(
                session,
                office.customer,
                stage="NEGOTIATION",
                stage_entered_at=now - timedelta(hours=hours, minutes=30),
                sla_due_at=now + timedelta(hours=40),
            )
        closed = await factories.booking(session, office.customer, stage="NEGOTIATION")
        closed.closed_at = now
    draft = await keep(office, await form(office) | {"sla_NEGOTIATION": "3"})
    pages = [await moved(office, draft, number, 4) for number in (1, 2)]
    assert [(one["total"], one["total_pages"], one["running"]) for one in pages] == [(6, 2, 8)] * 2
    assert pages[0]["overdue_at_once"] == 3
    assert [len(one["items"]) for one in pages] == [4, 2]
    assert len({item["booking_id"] for one in pages for item in one["items"]}) == 6


async def test_the_second_of_two_managers_sees_what_the_first_changed_and_goes_on_from_there(
    office: Office,
) -> None:
    mine, theirs = await form(office), await form(office)
    first = await keep(office, mine | {"sla_NEW": "3", "reopen_days": "30"})
    second = await keep(office, theirs | {"sla_NEW": "4", "deposit_percent": "50"})
    assert (await put_in_force(office, first))[0] == 303
    async with office.page("marc") as browser:
        shown = (await browser.get(second)).text
        token = fields_of((await browser.get(EDIT)).text, "/drafts")["csrf_token"]
        refused = await browser.post(f"{second}/apply", data={"csrf_token": token})
    assert "Somebody else has changed the policy meanwhile" in shown
    assert refused.status_code == 409
    clash = BeautifulSoup(refused.text, "html.parser").select_one("#theirs")
    assert clash is not None
    assert "Answer time: New" in clash.text
    assert "both changed this" in clash.text
    assert (await in_force(office)).version == 2

    joined = await form(office, address=f"{EDIT}?draft={second.rpartition('/')[2]}")
    assert (joined["based_on"], joined["sla_NEW"], joined["deposit_percent"]) == ("2", "4", "50")
    assert joined["reopen_days"] == "30"
    assert (await put_in_force(office, await keep(office, joined)))[0] == 303
    policy = await in_force(office)
    assert (policy.version, policy.sla_hours[Stage.NEW], policy.reopen_days) == (3, 4, 30)


async def test_a_draft_is_put_in_force_once_however_often_it_is_confirmed(office: Office) -> None:
    draft = (await keep(office, await form(office) | {"sla_NEW": "3"})).rpartition("/")[2]
    async with office.browser("marc") as browser:
        answers = [
            (await browser.post(f"/api/v1/policy/drafts/{draft}/application")).json()
            for _ in range(2)
        ]
    assert answers == [{"version": 2}, {"version": 2}]


async def test_a_change_of_terms_alone_is_not_told_to_running_bookings(office: Office) -> None:
    draft = await keep(office, await form(office) | {"deposit_percent": "50"})
    await put_in_force(office, draft)
    async with office.resources.sessions() as session:
        assert await session.get(PolicyRollout, 2) is None
    async with office.page("marc") as browser:
        shown = (await browser.get("/backoffice/policy/versions/2")).text
        listed = (await browser.get("/backoffice/policy/versions")).text
    assert "moved no clock" in shown
    assert "Deposit, percent" in shown
    assert "Marc Dubois" in listed


async def test_staff_and_accountants_read_the_policy_and_cannot_edit_it(office: Office) -> None:
    for who in ("linh", "ana"):
        async with office.page(who) as browser:
            assert "Edit the policy" not in (await browser.get("/backoffice/policy")).text
            assert (await browser.get(EDIT)).status_code == 403
            assert (await browser.get("/backoffice/policy/versions/1")).status_code == 200
        async with office.browser(who) as browser:
            assert (await browser.get("/api/v1/policy")).json()["total"] == 1
            kept = await browser.post(
                "/api/v1/policy/drafts", json={"based_on": 1, "changes": {"reopen_days": 5}}
            )
            assert kept.status_code == 403


async def test_the_api_keeps_a_draft_once_for_its_key(office: Office) -> None:
    hours = {**DEFAULT_SLA_HOURS, Stage.NEW: 4}
    body = {"based_on": 1, "changes": {"sla_hours": hours}}
    async with office.browser("marc") as browser:
        browser.headers["idempotency-key"] = "one"
        kept = [await browser.post("/api/v1/policy/drafts", json=body) for _ in range(2)]
    assert [one.status_code for one in kept] == [201, 201]
    assert kept[0].json() == kept[1].json()
    look = await moved(office, kept[0].json()["id"])
    assert (look["changed"], look["based_on"], look["overtaken"]) == (["sla_hours"], 1, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"reopen_days": "soon"}, "reopen_days"),
        ({"deposit_percent": 101}, "deposit_percent"),
    ],
)
async def test_the_api_names_what_is_wrong(
    office: Office, changes: dict[str, object], field: str
) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.post(
            "/api/v1/policy/drafts", json={"based_on": 1, "changes": changes}
        )
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_unknown_drafts_and_versions_are_not_found(office: Office) -> None:
    async with office.page("marc") as browser:
        for address in (
            f"{DRAFTS}/draft_x",
            "/backoffice/policy/versions/99",
            f"{EDIT}?campaign=x",
        ):
            assert (await browser.get(address)).status_code == 404, address
        token = (await form(office))["csrf_token"]
        lost = await browser.post(DRAFTS, data={"csrf_token": token, "based_on": "none"})
        assert lost.status_code == 404
    async with office.browser("marc") as browser:
        kept = await browser.post("/api/v1/policy/drafts", json={"based_on": 9, "changes": {}})
        assert kept.status_code == 404


async def test_percentages_of_money_stay_exact_and_are_told_to_no_booking(office: Office) -> None:
    wanted = {"exchange_buffer_percent": "2.35", "exchange_jump_percent": "7.5"}
    draft = await keep(office, await form(office) | wanted)
    async with office.page("marc") as browser:
        shown = (await browser.get(draft)).text
    assert "Buffer, percent" in shown
    await put_in_force(office, draft)
    policy = await in_force(office)
    assert policy.exchange_buffer_percent == Decimal("2.35")
    assert policy.exchange_jump_percent == Decimal("7.5")
    async with office.resources.sessions() as session:
        assert await session.get(PolicyRollout, 2) is None
