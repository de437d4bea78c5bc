"""Templates in the back office: kept from a version or a tour, used in the builder."""

from typing import Any

import httpx2
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from models.domain.quote_draft import DraftDay, DraftLine
from models.domain.stages import ServiceKind
from models.domain.trip_templates import TemplateContent
from models.messages.ids import new_id
from models.store.quote_drafts import find_version
from models.store.trip_templates import TemplateHead, add_template, change_template
from models.tables.quote import QuoteVersion
from models.tables.trip_templates import TripTemplate
from tests.support import office as factories
from tests.support.desk import Office, fields_of

PAGE = "/backoffice/trip-templates"
HEAD = {
    "title": "Mine",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-03",
    "travelers": "2",
}
DAYS = tuple(DraftDay("Hue", title, "") for title in ("Citadel", "Tombs"))
WALK = DraftLine(2, 0, ServiceKind.ACTIVITY, "Cyclo ride", None, None, 2, 1_500)


async def template(office: Office, destination: str = "Vietnam", **changes: Any) -> str:
    """The id of a template of two days."""
    async with office.resources.sessions.begin() as session:
        template_id = new_id("template")
        content = TemplateContent("Hue", "Perfumed", "USD", 2, DAYS, (WALK,))
        head = TemplateHead("Hue days", "Classic", destination)
        await add_template(session, template_id, head, content, source="tour_x", by="tests")
        await change_template(session, template_id, changes)
    return template_id


def quotes_of(office: Office) -> str:
    """Where Linh's booking has its quotes."""
    return f"/backoffice/bookings/{office.mine.id}/quotes"


async def built(office: Office, path: str, **fields: Any) -> BeautifulSoup:
    """The builder after its form was sent with these fields."""
    async with office.page("linh") as browser:
        guard = fields_of((await browser.get(f"{path}/new")).text, "/quotes")
        kept = {name: guard[name] for name in ("csrf_token", "idempotency_key")}
        answer = await browser.post(path, data={**kept, **HEAD, **fields})
    return BeautifulSoup(answer.text, "html.parser")


def values(page: BeautifulSoup, name: str) -> list[str]:
    """What stands in the fields of a name."""
    return [str(one["value"]) for one in page.select(f"input[name={name}]")]


async def pressed(
    browser: httpx2.AsyncClient, page: str, action: str, **fields: str
) -> httpx2.Response:
    """The answer to a form of a page."""
    shown = BeautifulSoup((await browser.get(page)).text, "html.parser")
    given = shown.select(f'form[method=post][action="{action}"] input[type=hidden]')
    form = {str(one["name"]): str(one["value"]) for one in given}
    return await browser.post(action, data={**form, **fields})


async def test_the_list_finds_templates_and_names_each(office: Office) -> None:
    await template(office)
    async with office.page("linh") as browser:
        shown = (await browser.get(f"{PAGE}?search=hue+classic")).text
        none = (await browser.get(f"{PAGE}?search=laos")).text
        archived = (await browser.get(f"{PAGE}?archived=yes")).text
    assert "Hue days" in shown
    assert "No template matches" in none
    assert "Hue days" not in archived


async def test_a_long_list_has_older_ones(office: Office) -> None:
    for _ in range(26):
        await template(office)
    async with office.page("linh") as browser:
        first = BeautifulSoup((await browser.get(PAGE)).text, "html.parser")
        older = first.select_one("a[rel=next]")
        assert older is not None
        second = BeautifulSoup((await browser.get(str(older["href"]))).text, "html.parser")
    assert len(first.select("tbody tr")) == 25
    assert len(second.select("tbody tr")) == 1


async def test_a_version_is_kept_as_a_template_and_over_one(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison")
        version, _ = await factories.quote(session, office.mine, hotel)
    over = await template(office)
    page = f"{quotes_of(office)}/{version.id}"
    async with office.page("linh") as browser:
        answer = await pressed(browser, page, PAGE, name="North", variant="Deluxe")
        assert answer.status_code == 303
        assert "template_kept" in answer.headers["location"]
        again = await pressed(browser, page, PAGE, replaces=over)
        assert again.headers["location"].startswith(f"{PAGE}/{over}")
        shown = (await browser.get(again.headers["location"])).text
    assert "The template was kept" in shown
    async with office.resources.sessions() as session:
        found = {one.name: one.source for one in await session.scalars(select(TripTemplate))}
    assert found == {"North": version.id, "Hue days": version.id}


async def test_a_tour_is_kept_as_a_template(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        tour = await factories.tour(session)
    async with office.page("linh") as browser:
        answer = await pressed(browser, PAGE, PAGE, tour_id=tour.id, name="North", variant="")
        shown = (await browser.get(answer.headers["location"])).text
    assert "The old quarter" in shown


@pytest.mark.parametrize("fields", [{"tour_id": ""}, {"name": ""}])
async def test_a_template_without_name_or_source_is_refused_and_what_was_typed_stays(
    office: Office, fields: dict[str, str]
) -> None:
    async with office.resources.sessions.begin() as session:
        tour = await factories.tour(session)
    typed = {"tour_id": tour.id, "name": "North", "variant": "Family"} | fields
    async with office.page("linh") as browser:
        answer = await pressed(browser, PAGE, PAGE, **typed)
    assert answer.status_code == 422
    assert 'value="Family"' in answer.text


async def test_a_template_is_renamed_archived_and_put_back(office: Office) -> None:
    template_id = await template(office)
    page = f"{PAGE}/{template_id}"
    async with office.page("linh") as browser:
        await pressed(browser, page, page, name="Perfume river", variant="", destination="")
        refused = await pressed(browser, page, page, name=" ")
        assert refused.status_code == 422
        answer = await pressed(browser, page, f"{page}/shelf", archived="yes")
        assert "Put back" in (await browser.get(answer.headers["location"])).text
        await pressed(browser, page, f"{page}/shelf", archived="")
    async with office.resources.sessions() as session:
        found = await session.get_one(TripTemplate, template_id)
    assert (found.name, found.archived_at) == ("Perfume river", None)


async def test_an_unknown_template_is_not_found(office: Office) -> None:
    async with office.page("linh") as browser:
        assert (await browser.get(f"{PAGE}/template_unknown")).status_code == 404


async def test_accountants_see_templates_without_forms(office: Office) -> None:
    template_id = await template(office)
    async with office.page("ana") as browser:
        shown = await browser.get(f"{PAGE}/{template_id}")
    assert shown.status_code == 200
    assert "/shelf" not in shown.text


async def test_the_builder_begins_with_a_template(office: Office) -> None:
    template_id = await template(office, "Laos")
    async with office.page("linh") as browser:
        answer = await browser.get(f"{quotes_of(office)}/new?start=template:{template_id}")
    page = BeautifulSoup(answer.text, "html.parser")
    assert values(page, "title") == ["Hue"]
    assert values(page, "day_title") == ["Citadel", "Tombs"]
    assert values(page, "line_price") == ["15.00"]
    assert "The template goes to Laos" in answer.text


async def test_the_builder_says_why_it_does_not_begin(office: Office) -> None:
    template_id = await template(office, archived=True)
    async with office.page("linh") as browser:
        path = f"{quotes_of(office)}/new?start=template:"
        archived = await browser.get(path + template_id)
        unknown = await browser.get(f"{path}template_unknown")
    assert archived.status_code == 422
    assert "This template is archived" in archived.text
    assert unknown.status_code == 404


async def test_a_template_is_put_in_after_a_day_of_the_form(office: Office) -> None:
    template_id = await template(office)
    page = await built(
        office,
        quotes_of(office),
        action="insert_template",
        template_id=template_id,
        after_day="1",
        day_place=["Hanoi", "Hanoi"],
        day_title=["Arrival", "Lakes"],
        day_text=["", ""],
        line_kind=["HOTEL", "GUIDE"],
        line_day=["1", "2"],
        line_nights=["2", "0"],
        line_quantity=["1", "1"],
        line_price=["90.00", "not yet"],
        line_description=["Stay", "Guide"],
        line_supply=["", ""],
    )
    assert values(page, "day_title") == ["Arrival", "Citadel", "Tombs", "Lakes"]
    assert values(page, "line_description") == ["Stay", "Cyclo ride", "Guide"]
    assert values(page, "line_day") == ["1", "3", "4"]
    assert values(page, "line_price") == ["90.00", "15.00", "not yet"]
    assert values(page, "return_on") == ["2027-03-05"]
    assert "the stay runs over" in page.get_text()


async def test_a_template_fills_an_empty_form_and_what_is_saved_is_a_draft(
    office: Office,
) -> None:
    template_id = await template(office)
    path = quotes_of(office)
    page = await built(office, path, action="insert_template", template_id=template_id)
    assert values(page, "title") == ["Hue"]
    sent = fields_of(str(page), "/quotes")
    chosen = {"currency": "USD", "line_kind": "ACTIVITY", "line_supply": ""}
    days = {name: values(page, name) for name in ("day_place", "day_title")}
    async with office.page("linh") as browser:
        saved = await browser.post(
            path, data={**sent, **chosen, **days, "day_text": ["", ""], "action": "save"}
        )
    assert saved.status_code == 303, saved.text
    async with office.resources.sessions() as session:
        version_id = await session.scalar(
            select(QuoteVersion.id).where(QuoteVersion.booking_id == office.mine.id)
        )
        full = await find_version(session, office.mine.id, str(version_id))
    assert (full.version.title, full.version.total_minor) == ("Hue", 3_000)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"template_id": "template_unknown"}, "There is no such template."),
        ({"departure_on": ""}, "Write departure, return and travellers first."),
        ({"after_day": "7"}, "the draft has 1 days"),
    ],
)
async def test_what_can_not_be_put_in_says_why_and_keeps_what_was_typed(
    office: Office, fields: dict[str, str], words: str
) -> None:
    template_id = await template(office)
    typed = {
        "action": "insert_template",
        "template_id": template_id,
        "day_place": "Hanoi",
        "day_title": "Arrival",
        "day_text": "",
        **fields,
    }
    page = await built(office, quotes_of(office), **typed)
    assert words in page.get_text()
    assert values(page, "day_title") == ["Arrival"]
