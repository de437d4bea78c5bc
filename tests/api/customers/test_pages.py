"""The pages of customers: read, change, merge and take back by forms, as the person may."""

from typing import Any

import httpx2
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from api.pages.reader import CHOICES_COOKIE
from models.store.comparing import refresh_suggestions
from models.tables.crm import Customer
from models.tables.customers import (
    CustomerChange,
    CustomerMerge,
    CustomerPassport,
    CustomerSuggestion,
    Segment,
)
from tests.support import office as factories
from tests.support.desk import Office, fields_of

LIST = "/backoffice/customers"


def address(office: Office) -> str:
    return f"{LIST}/{office.customer.id}"


async def submit(
    browser: httpx2.AsyncClient, page: str, ending: str, **entered: str
) -> httpx2.Response:
    """Sends the first form of a page whose address ends like this, with what somebody typed."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    form = BeautifulSoup(shown.text, "html.parser").select_one(f"form[action$='{ending}']")
    assert form is not None, f"no form to {ending}"
    return await browser.post(str(form["action"]), data=fields_of(shown.text, ending) | entered)


async def stored(office: Office) -> Customer:
    async with office.resources.sessions() as session:
        return await session.get_one(Customer, office.customer.id)


async def test_the_page_tells_all_that_is_known(office: Office, twin: Customer) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
        person = await session.get_one(Customer, office.customer.id)
        person.first_attribution = {"utm_source": "newsletter"}
        person.interests, person.country = ["trains"], "FR"
        await refresh_suggestions(session, person.id)
    async with office.page("marc") as browser:
        page = (await browser.get(address(office))).text
    for text in (
        *(office.mine.reference, "USD\xa0741.00", "Northern Vietnam in nine days", "newsletter"),
        *("trains", "France", "Given", "One person?", twin.name),
    ):
        assert text in page.replace("USD 741", "USD\xa0741"), text
    async with office.page("ana") as browser:
        reading = (await browser.get(address(office))).text
    assert "One person?" not in reading
    assert "/passports" not in reading
    assert '<form method="post" action="/backoffice/customers' not in reading


async def test_facts_are_edited_by_a_form(office: Office) -> None:
    async with office.page("linh") as browser:
        answer = await submit(
            browser,
            f"{address(office)}/edit",
            "/edit",
            country="FR",
            tags="repeat, vip",
            diet="no nuts\r\nno fish",
        )
        page = (await browser.get(answer.headers["location"])).text
    person = await stored(office)
    assert (person.country, person.tags, person.diet) == (
        "FR",
        ["repeat", "vip"],
        "no nuts\nno fish",
    )
    assert "The customer was changed." in page
    assert "no nuts" in page


async def test_a_clash_keeps_what_was_typed_and_says_what_stands_there(office: Office) -> None:
    page = f"{address(office)}/edit"
    async with office.page("linh") as linh, office.page("marc") as marc:
        seen = fields_of((await linh.get(page)).text, "/edit")
        await submit(marc, page, "/edit", language="German")
        typed = {"language": "Italian", "preferred_channel": "", "country": ""}
        clash = await linh.post(page, data=seen | typed)
        again = await linh.post(page, data=fields_of(clash.text, "/edit") | typed)
    assert clash.status_code == 409
    assert "It is now: German" in clash.text
    assert 'value="Italian"' in clash.text
    assert again.status_code == 303
    assert (await stored(office)).language == "Italian"


async def test_a_wrong_fact_is_told_and_what_was_typed_stays(office: Office) -> None:
    async with office.page("linh") as browser:
        page = f"{address(office)}/edit"
        answer = await submit(browser, page, "/edit", email="jonas@example.org", name="Amelie L.")
    assert answer.status_code == 409
    assert "Another customer has this e-mail address" in answer.text
    assert 'value="Amelie L."' in answer.text


@pytest.mark.parametrize(
    ("part", "entered", "shown"),
    [
        ("contacts", {"kind": "EMAIL", "value": "amelie@work.example"}, "amelie@work.example"),
        ("companions", {"name": "Hugo Laurent", "relation": "son"}, "Hugo Laurent"),
        (
            "consents",
            {"channel": "sms", "purpose": "reviews", "granted": "no", "source": "a call"},
            "a call",
        ),
    ],
)
async def test_parts_are_added_by_forms(
    office: Office, part: str, entered: dict[str, str], shown: str
) -> None:
    async with office.page("linh") as browser:
        answer = await submit(browser, address(office), f"/{part}", **entered)
        assert answer.status_code == 303, answer.text
        assert shown in (await browser.get(answer.headers["location"])).text


async def test_what_can_not_be_added_is_told_with_what_was_typed(office: Office) -> None:
    async with office.page("linh") as browser:
        answer = await submit(
            browser, address(office), "/contacts", kind="EMAIL", value="amelie at work"
        )
    assert answer.status_code == 422
    assert 'value="amelie at work"' in answer.text
    assert "<details open>" in answer.text


async def test_parts_are_taken_away_by_forms(office: Office) -> None:
    async with office.page("linh") as browser:
        page = address(office)
        await submit(browser, page, "/contacts", kind="PHONE", value="+84901234567")
        await submit(browser, page, "/companions", name="Hugo Laurent")
        for _ in range(2):
            assert (await submit(browser, page, "/removal")).status_code == 303
        shown = (await browser.get(page)).text
        changes = (await browser.get(f"{page}/changes")).text
    assert "/removal" not in shown
    assert "Nobody is known to travel along" in shown
    for text in ("Contact added", "Contact removed", "Companion removed", "+84901234567"):
        assert text in changes


async def test_passports_are_read_and_ended_on_a_page_of_their_own(office: Office) -> None:
    page = f"{address(office)}/passports"
    passport = {
        "holder": "AMELIE LAURENT",
        "country": "FR",
        "number": "12AB34567",
        "expires_on": "2031-05-01",
        "companion_id": "",
    }
    async with office.page("linh") as browser:
        assert (await submit(browser, page, "/passports", **passport)).status_code == 303
        wrong = await submit(browser, page, "/passports", **passport | {"number": "1"})
        shown = (await browser.get(page)).text
        profile = (await browser.get(address(office))).text
        ended = await submit(browser, page, "/end")
    assert wrong.status_code == 422
    assert "12AB34567" in shown
    assert "12AB34567" not in profile
    assert "…567" in profile
    assert ended.status_code == 303
    async with office.page("ana") as browser:
        assert (await browser.get(page)).status_code == 403


async def test_a_form_that_names_no_country_is_told_what_to_do(office: Office) -> None:
    page = f"{address(office)}/edit"
    async with office.page("linh") as browser:
        english = await submit(browser, page, "/edit", country="ZZ")
        browser.cookies.set(CHOICES_COOKIE, "language=vi")
        vietnamese = await submit(browser, page, "/edit", country="ZZ")
    assert (english.status_code, vietnamese.status_code) == (422, 422)
    assert "Country: Choose a country of the list" in english.text
    assert "Hãy chọn một nước trong danh sách" in vietnamese.text
    assert (await stored(office)).country is None


async def test_a_merge_by_the_preview_and_back(office: Office, twin: Customer) -> None:
    page = f"{address(office)}/merge"
    async with office.page("marc") as browser:
        found = (await browser.get(page, params={"search": "amelie"})).text
        preview = await browser.get(page, params={"with": twin.id})
        merged = await browser.post(page, data=fields_of(preview.text, "/merge"))
        after = (await browser.get(merged.headers["location"])).text
        again = await browser.post(page, data=fields_of(preview.text, "/merge") | {"x": "y"})
        merges = await browser.get("/backoffice/customer-merges")
        undone = await browser.post((await merge_of(office)), data=fields_of(merges.text, "/undo"))
        left = (await browser.get(undone.headers["location"])).text
        trace = (await browser.get(f"{address(office)}/changes")).text
    assert f"{page}?with={twin.id}" in found
    assert "vegan" in preview.text
    assert "The two records are one customer now." in after
    assert "/undo" in after
    assert again.status_code == 303
    assert "The merge was taken back." in left
    assert f"<ins>{twin.name}</ins>" in trace
    assert (await stored(office)).diet == ""


async def merge_of(office: Office) -> str:
    async with office.resources.sessions() as session:
        merge_id = await session.scalar(select(CustomerMerge.id))
    return f"/backoffice/customer-merges/{merge_id}/undo"


async def test_a_stale_preview_is_refused_with_the_preview_of_now(
    office: Office, twin: Customer
) -> None:
    page = f"{address(office)}/merge"
    async with office.page("marc") as browser:
        preview = (await browser.get(page, params={"with": twin.id})).text
        await submit(browser, f"{LIST}/{twin.id}/edit", "/edit", diet="everything")
        answer = await browser.post(page, data=fields_of(preview, "/merge"))
    assert answer.status_code == 409
    assert "Somebody else changed this customer" in answer.text
    assert "everything" in answer.text


async def test_suggestions_are_followed_or_dismissed(office: Office, twin: Customer) -> None:
    page = "/backoffice/customer-suggestions"
    async with office.resources.sessions.begin() as session:
        await refresh_suggestions(session, office.customer.id)
    async with office.page("marc") as browser:
        shown = (await browser.get(page)).text
        async with office.resources.sessions() as session:
            match_id = await session.scalar(select(CustomerSuggestion.id))
        answer = await submit(browser, page, f"/{match_id}/dismissal")
        after = (await browser.get(answer.headers["location"])).text
    assert "the same name" in shown
    assert twin.name in shown
    assert "They will not be suggested again." in after
    assert "Nobody looks like somebody else" in after


async def test_one_household_by_a_suggestion(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hugo = await factories.customer(session, "Hugo Winter", "hugo@x.example")
        await factories.booking(session, hugo)
        await refresh_suggestions(session, office.customer.id)
    async with office.page("marc") as browser:
        page = "/backoffice/customer-suggestions"
        form = fields_of((await browser.get(page)).text, "/household")
        one, other = sorted((office.customer.id, hugo.id))
        assert form["with"] == other
        answer = await browser.post(f"{LIST}/{one}/household", data=form)
        shown = (await browser.get(answer.headers["location"])).text
        left = (await browser.get(page)).text
    assert "Lives with:" in shown
    assert "One household?" not in left


async def test_a_list_is_kept_as_a_segment(office: Office) -> None:
    async with office.page("marc") as browser:
        page = f"{LIST}?style=Food&country=&search="
        form = fields_of((await browser.get(page)).text, "/segments")
        kept = await browser.post(
            f"{LIST}/segments", data=form | {"name": "Food lovers", "shared": "yes"}
        )
        shown = (await browser.get(kept.headers["location"])).text
        again = await browser.post(f"{LIST}/segments", data=form | {"name": ""})
        async with office.resources.sessions() as session:
            segment_id = await session.scalar(select(Segment.id))
        path = f"{LIST}/segments/{segment_id}"
        stopped = await browser.post(f"{path}/sharing", data=form | {"shared": "no"})
        gone = await browser.post(f"{path}/removal", data=form)
        after = (await browser.get(gone.headers["location"])).text
    assert "The segment was kept." in shown
    assert "Shared by Marc" in shown
    assert "/api/v1/customers.csv?style=Food" in shown
    assert (again.status_code, stopped.status_code) == (422, 303)
    assert "The segment was removed." in after


async def test_nobody_finds_and_changes_customers_of_others(office: Office) -> None:
    path = f"{LIST}/{office.other.customer_id}"
    async with office.page("linh") as browser:
        token = fields_of((await browser.get(address(office))).text, "/contacts")
        fact = {"revision": "1", "name": "x"}
        pages: list[Any] = [
            await browser.get(one) for one in (path, f"{path}/edit", f"{path}/passports")
        ]
        forms = [
            await browser.post(f"{path}/contacts", data=token | {"kind": "PHONE", "value": "+84"}),
            await browser.post(f"{path}/edit", data=token | fact),
        ]
        listed = (await browser.get(LIST)).text
    assert {one.status_code for one in [*pages, *forms]} == {404}
    assert "Jonas Weber" not in listed


async def test_a_form_without_its_token_changes_nothing(office: Office) -> None:
    async with office.page("linh") as browser:
        answer = await browser.post(f"{address(office)}/edit", data={"revision": "1", "name": "x"})
    assert answer.status_code == 403
    assert (await stored(office)).name == "Amélie Laurent"


async def test_passports_are_kept_when_a_companion_leaves(office: Office) -> None:
    async with office.browser("linh") as browser:
        path = f"/api/v1/customers/{office.customer.id}"
        added = await browser.post(f"{path}/companions", json={"name": "Hugo Laurent"})
        passport = {
            "holder": "HUGO",
            "country": "FR",
            "number": "99ZZ00001",
            "expires_on": "2030-01-01",
            "companion_id": added.json()["id"],
        }
        assert (await browser.post(f"{path}/passports", json=passport)).status_code == 201
        assert (
            await browser.post(f"{path}/passports", json=passport | {"companion_id": "x"})
        ).status_code == 404
        await browser.post(f"{path}/companions/{added.json()['id']}/removal")
        read = (await browser.get(f"{path}/passports")).json()
    async with office.resources.sessions() as session:
        kept = await session.scalar(select(CustomerPassport))
        trace = await session.scalar(
            select(CustomerChange).where(CustomerChange.kind == "COMPANION_REMOVED")
        )
    assert read["items"] == []
    assert kept is not None
    assert kept.ended_by == office.linh.id
    assert trace is not None
    assert trace.before == {"name": "Hugo Laurent", "passports": [kept.id]}


async def test_changes_of_passports_stand_on_no_page_of_who_may_not_see_them(
    office: Office,
) -> None:
    passport = {
        "holder": "AMELIE M LAURENT",
        "country": "FR",
        "number": "99ZZ00001",
        "expires_on": "2030-01-01",
    }
    async with office.browser("linh") as browser:
        path = f"/api/v1/customers/{office.customer.id}"
        assert (await browser.post(f"{path}/passports", json=passport)).status_code == 201
    pages = (address(office), f"{address(office)}/changes")
    async with office.page("linh") as linh, office.page("ana") as ana:
        own = [(await linh.get(page)).text for page in pages]
        others = [await ana.get(page) for page in pages]
    assert all(passport["holder"] in text for text in own)
    assert {one.status_code for one in others} == {200}
    for text in (passport["holder"], "Passport added", "…001"):
        assert not any(text in one.text for one in others), text


async def test_names_are_found_without_their_accents(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.customer(session, "Nguyễn Văn Điện", "dien@home.example")
    async with office.page("marc") as browser:
        for typed in ("van dien", "Điện", "NGUYEN"):
            assert "Nguyễn Văn Điện" in (await browser.get(LIST, params={"search": typed})).text
