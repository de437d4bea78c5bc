"""A working day of the office: staff, manager, accountant and administrator, a browser each."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support import browsing as people
from tests.support.browsing import PHONE
from tests.support.cluster import ROOT
from tests.support.stack import whole_stack
from tests.support.working_day import (
    Day,
    download,
    open_booking,
    open_day,
    row_of,
    until_it_says,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

DIEN = "Trần Văn Điện"
ROSA = "Rosa Delgado"
FUENTES = "R. D. Fuentes"
SOPHEA, SOMCHAI, MARIE = "Chan Sophea", "Somchai Rattanakul", "Marie Lefèvre"
WISHES = "Sunrise at Angkor, please."
MARIES_TEXT = "Sunrise at Angkor, please, and a room with a fan."
SOPHEAS_TEXT = "Sunrise at Angkor, please, and no early flight."
BOTH = "Sunrise at Angkor, please, a room with a fan and no early flight."


@pytest_asyncio.fixture
async def day() -> AsyncIterator[Day]:
    """Of a company of its own: Marie changes the policy for everybody."""
    async with whole_stack() as stack, open_day(stack) as opened:
        yield opened


async def test_a_working_day(day: Day) -> None:
    await at_0830_sophea_takes_a_call(day)
    await at_0840_an_enquiry_comes_by_the_website_while_marie_looks_at_the_list(day)
    await at_0855_marie_sorts_a_mail_from_somebody_unknown(day)
    await at_0910_marie_takes_the_proposed_assignment(day)
    await at_0930_sophea_finds_her_own_bookings_and_no_other(day)
    await at_1000_sophea_writes_down_what_she_knows(day)
    await at_1030_marie_answers_what_mentions_her(day)
    await at_1100_both_change_one_text(day)
    await at_1330_sophea_drags_the_booking_and_marie_sees_it_move(day)
    await at_1500_marie_changes_the_policy(day)
    await at_1600_marie_merges_two_customers_and_takes_it_back(day)
    await at_1700_the_accountant_reads_all_and_changes_the_stage_alone(day)
    await at_1800_the_administrator_reads_the_log(day)


async def at_0830_sophea_takes_a_call(day: Day) -> None:
    page = day.sophea
    await page.get_by_role("link", name="New enquiry").click()
    await page.get_by_label("How it came").select_option("phone")
    await page.get_by_label("Name", exact=False).first.fill(ROSA)
    await page.get_by_label("E-mail", exact=True).fill(f"rosa@{day.domain}")
    await describe_trip(page)
    await page.get_by_role("button", name="Save the enquiry").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(ROSA)
    await expect(page.locator(".page-head")).to_contain_text(f"Owner: {SOPHEA}")


async def describe_trip(page: Page) -> None:
    """Fills in the part of an enquiry taken down by hand that tells of the trip."""
    await page.get_by_label("Destination").select_option("Cambodia")
    await page.get_by_label("Style of travel").select_option(index=1)
    await page.get_by_label("Month of travel").select_option(index=4)
    await page.get_by_label("How long").select_option(index=1)


async def at_0840_an_enquiry_comes_by_the_website_while_marie_looks_at_the_list(day: Day) -> None:
    await day.marie.goto(day.search())
    await expect(row_of(day.marie, ROSA)).to_be_visible()
    await day.marie.evaluate("document.body.dataset.since = 'breakfast'")
    async with day.world.somebody(PHONE) as phone:
        await people.enquire(
            phone, DIEN, f"dien@{day.domain}",
            tour="Angkor at first light", language="Spanish", wishes=WISHES,
        )  # fmt: skip
    await expect(row_of(day.marie, DIEN)).to_contain_text("unassigned")
    await expect(day.marie.locator("body")).to_have_attribute("data-since", "breakfast")


async def at_0855_marie_sorts_a_mail_from_somebody_unknown(day: Day) -> None:
    mail = {
        "from": f"{FUENTES} <fuentes@{day.domain}>",
        "to": "trips@reply.asiatravelplan.example",
        "subject": f"Temples, {day.domain}",
        "text": "We would like to see the temples of the south.",
    }
    async with httpx2.AsyncClient(base_url=day.stack.sandbox) as post_office:
        (await post_office.post("/postmark/_sandbox/inbound", json=mail)).raise_for_status()
    page = day.marie
    await page.goto("/backoffice/triage")
    await until_it_says(page, day.domain)
    await page.get_by_role("row").filter(has_text=day.domain).get_by_role("link").click()
    await expect(page.locator("#message")).to_contain_text("temples of the south")
    await page.get_by_role("link", name="Make an enquiry of it").click()
    await expect(page.get_by_label("E-mail", exact=True)).to_have_value(f"fuentes@{day.domain}")
    await describe_trip(page)
    await page.get_by_label("Owner").select_option(label=SOMCHAI)
    await page.get_by_role("button", name="Save the enquiry").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(FUENTES)
    await expect(page.locator("#timeline")).to_contain_text("temples of the south")


async def at_0910_marie_takes_the_proposed_assignment(day: Day) -> None:
    page = day.marie
    await open_booking(day, page, DIEN)
    proposal = page.locator("#proposals li").filter(has_text="proposed")
    await expect(proposal).to_contain_text("Knows Cambodia")
    await expect(proposal).to_contain_text("Speaks Spanish")
    await proposal.get_by_role("button", name=f"Give it to {SOPHEA}").click()
    await expect(page.get_by_text("The booking has a new owner.")).to_be_visible()
    await expect(page.locator("#booking-head")).to_contain_text(f"Owner: {SOPHEA}")


async def at_0930_sophea_finds_her_own_bookings_and_no_other(day: Day) -> None:
    page = day.sophea
    for place in ("bookings", "customers"):
        await page.goto(day.search(place))
        await expect(page.locator(".page-head")).to_contain_text("2 match")
        await expect(page.locator("main")).to_contain_text(DIEN)
        await expect(page.locator("main")).not_to_contain_text(FUENTES)
    await page.goto(day.search())
    exported = await download(page, page.get_by_role("link", name="Export as CSV"))
    assert (DIEN in exported, ROSA in exported, FUENTES in exported) == (True, True, False)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("Fuentes")
    await expect(page.locator("#palette-results")).to_contain_text("Nothing found")
    await page.keyboard.press("Escape")
    (other,) = day.stack.rows(
        "SELECT b.id, b.customer_id FROM bookings b JOIN customers c ON c.id = b.customer_id"
        " WHERE c.email = %s", f"fuentes@{day.domain}",
    )  # fmt: skip
    for address in (f"bookings/{other['id']}", f"customers/{other['customer_id']}"):
        answer = await page.goto(f"/backoffice/{address}")
        assert answer
        assert answer.status == 404


async def at_1000_sophea_writes_down_what_she_knows(day: Day) -> None:
    page = day.sophea
    await page.goto("/backoffice/bookings")
    await page.get_by_label("Search").fill("dien")
    await page.get_by_role("button", name="Show", exact=True).click()
    await row_of(page, DIEN).get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(DIEN)

    await page.get_by_label("New note").fill("He asks for a discount. @marie, may I?")
    await page.get_by_role("button", name="Add the note").click()
    await expect(page.locator("#written")).to_contain_text(f"told: {MARIE}")

    await page.get_by_text("Add a task", exact=True).click()
    await page.get_by_label("What is to do").fill("Ask about the visa")
    due = datetime.now(UTC) + timedelta(hours=30)
    await page.locator("#task-due").fill(due.strftime("%Y-%m-%dT%H:%M"))
    await page.get_by_role("button", name="Add the task").click()
    await expect(page.locator("#tasks li").filter(has_text="visa").locator("time")).to_be_visible()

    ticket = {"name": "vé máy bay.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    await page.get_by_label("Add a file").set_input_files(ticket)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Add the file").click()
    assert "%PDF" in await download(page, page.get_by_role("link", name="vé máy bay.pdf").first)


async def at_1030_marie_answers_what_mentions_her(day: Day) -> None:
    page = day.marie
    await page.goto("/backoffice/tasks")
    task = page.get_by_role("row").filter(has_text=DIEN).filter(has_text="You are mentioned")
    await task.get_by_role("link").click()
    await expect(page.locator("#written")).to_contain_text("He asks for a discount.")
    await page.get_by_role("button", name=re.compile("^Done.*You are mentioned")).click()
    await expect(page.locator("#tasks")).to_contain_text("1 closed task")


async def at_1100_both_change_one_text(day: Day) -> None:
    text = "One text that everyone shares"
    for page in (day.sophea, day.marie):
        await open_booking(day, page, DIEN)
        await expect(page.get_by_label(text)).to_have_value(WISHES)
    await day.sophea.get_by_label(text).fill(SOPHEAS_TEXT)
    await day.marie.get_by_label(text).fill(MARIES_TEXT)
    await day.marie.get_by_role("button", name="Save the text").click()
    await expect(day.marie.get_by_label(text)).to_have_value(MARIES_TEXT)

    page = day.sophea
    await page.get_by_role("button", name="Save the text").click()
    await expect(page.get_by_role("heading", name="Two changes at once")).to_be_visible()
    await expect(page.locator("#meanwhile")).to_contain_text(MARIE)
    for title, said in (
        ("When you opened it", WISHES),
        ("Now", MARIES_TEXT),
        ("What you typed", SOPHEAS_TEXT),
    ):
        view = page.locator(".three-way > div").filter(has=page.get_by_text(title, exact=True))
        await expect(view).to_contain_text(said)
    await page.get_by_label("The text below").check()
    await page.get_by_label("Both together").fill(BOTH)
    await page.get_by_role("button", name="Save what I chose").click()
    await expect(page.get_by_label(text)).to_have_value(BOTH)
    await expect(day.marie.get_by_label(text)).to_have_value(BOTH)


async def at_1330_sophea_drags_the_booking_and_marie_sees_it_move(day: Day) -> None:
    await day.marie.goto(day.search())
    await expect(row_of(day.marie, DIEN)).to_contain_text("New")
    page = day.sophea
    await page.goto(day.search("kanban"))
    column = page.get_by_role("region", name="Qualified")
    card = page.locator(".board-card").filter(has_text=DIEN)
    await card.drag_to(column)
    await expect(column).to_contain_text(DIEN)
    await expect(page.locator("#board-said")).to_contain_text("was moved to Qualified.")
    await expect(row_of(day.marie, DIEN)).to_contain_text("Qualified")


async def at_1500_marie_changes_the_policy(day: Day) -> None:
    await open_booking(day, day.sophea, DIEN)
    page = day.marie
    await page.goto("/backoffice/policy")
    await page.get_by_role("link", name="Edit the policy").click()
    hours = page.get_by_label("Hours in Qualified")
    await hours.fill(str(int(await hours.input_value()) + 5))
    await page.get_by_role("button", name="Show what would change").click()
    moving = page.locator("#bookings").get_by_role("row").filter(has_text=DIEN)
    due = await moving.get_by_role("cell").last.inner_text()
    await page.get_by_role("button", name="Put it in force").click()
    await expect(page.get_by_text("in force", exact=True)).to_be_visible()
    await expect(page.locator("#changes")).to_contain_text("Qualified")
    await expect(day.sophea.locator(f"#booking-head time[title='{due}']")).to_be_visible()


async def at_1600_marie_merges_two_customers_and_takes_it_back(day: Day) -> None:
    page = day.marie
    await page.goto(day.search("customers"))
    await page.get_by_role("link", name=ROSA).click()
    await page.get_by_role("link", name="Merge", exact=True).click()
    await page.get_by_label("Find the other record").fill("Fuentes")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("listitem").filter(has_text=day.domain).get_by_role("link").click()
    await expect(page.locator("#moving")).to_contain_text("Bookings")
    await page.get_by_role("button", name=f"Merge into {ROSA}").click()
    await expect(page.locator("#merges")).to_contain_text(f"{FUENTES} went into this customer")
    await page.goto(day.search())
    await expect(page.locator("main tbody")).not_to_contain_text(FUENTES)

    await page.goto("/backoffice/customer-merges")
    merge = page.get_by_role("row").filter(has_text=f"fuentes@{day.domain}")
    await merge.get_by_role("button", name="Take it back").click()
    await expect(merge).to_contain_text("Taken back")
    await page.goto(day.search())
    await expect(row_of(page, FUENTES)).to_be_visible()


async def at_1700_the_accountant_reads_all_and_changes_the_stage_alone(day: Day) -> None:
    page = day.hanna
    await page.goto(day.search())
    await expect(page.locator(".page-head")).to_contain_text("3 match")
    await expect(page.get_by_role("link", name="Export as CSV")).to_have_count(0)
    assert (await page.request.get("/api/v1/bookings.csv")).status == 403
    await open_booking(day, page, DIEN)
    await expect(page.locator("#written")).to_contain_text("He asks for a discount.")
    await expect(page.locator("main")).to_contain_text(BOTH)
    actions = await page.locator("main form[method=post]").evaluate_all(
        "forms => forms.map(form => form.getAttribute('action').split('/').at(-1))"
    )
    assert actions == ["stage"]
    await page.get_by_label("Move to").select_option("NEGOTIATION")
    await page.get_by_role("button", name="Change the stage").click()
    await expect(page.locator("#booking-head")).to_contain_text("Negotiation")


async def at_1800_the_administrator_reads_the_log(day: Day) -> None:
    page = day.duc
    for action, who in (
        ("DATA_EXPORTED", SOPHEA),
        ("BOOKING_ASSIGNED", MARIE),
        ("FILE_ADDED", SOPHEA),
        ("POLICY_CHANGED", MARIE),
        ("CUSTOMERS_MERGED", MARIE),
        ("MERGE_UNDONE", MARIE),
        ("STAGE_CHANGED", "Hanna Bergström"),
    ):
        await page.goto("/backoffice/audit")
        await page.get_by_label("Action").select_option(action)
        await page.get_by_role("button", name="Show", exact=True).click()
        await expect(page.locator("#events > li").first).to_contain_text(who)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "api.cli", "audit", "verify"],
        cwd=ROOT, env={**os.environ, **day.stack.plan.environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "The audit log is whole" in done.stdout
