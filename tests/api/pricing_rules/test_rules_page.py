"""`/backoffice/pricing-rules`: add, order, change, retire; each change is the next book, logged."""

from decimal import Decimal

import httpx2
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models.domain.money import Money
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.rates import Span
from models.domain.rule_book import RuleBook
from models.domain.stages import ServiceKind
from models.store.rule_books import rule_book
from models.tables.audit import AuditEvent
from tests.support import office as factories
from tests.support.desk import Office, fields_of

PATH = "/backoffice/pricing-rules"
ALL = {"name": "Everything", "price": "MARKUP", "percent": "25"}


async def book_of(office: Office) -> RuleBook:
    async with office.resources.sessions() as session:
        return await rule_book(session)


async def add(browser: httpx2.AsyncClient, **fields: object) -> httpx2.Response:
    form = fields_of((await browser.get(f"{PATH}/new")).text, PATH)
    guard = {name: form[name] for name in ("csrf_token", "idempotency_key", "based_on")}
    return await browser.post(PATH, data={**guard, **ALL, **fields})


async def press(browser: httpx2.AsyncClient, action: str, **fields: str) -> httpx2.Response:
    form = fields_of((await browser.get(PATH)).text, action)
    return await browser.post(action, data={**form, **fields})


def names(found: RuleBook) -> list[str]:
    return [rule.name for rule in found.in_force()]


async def test_a_rule_with_every_condition_is_kept_as_the_pricing_takes_it(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        partner = await factories.supplier(session, "Indochina Sails", "CRUISE")
    async with office.page("marc") as browser:
        answer = await add(
            browser,
            name="Bay cruises in winter",
            price="FIXED",
            amount="1,290.50",
            currency="EUR",
            per_person="yes",
            kinds=["CRUISE", "ACTIVITY"],
            partner_ids=[partner.id],
            routes="Vietnam, Ha Long",
            segments="Agents",
            first_on="2027-11-01",
            last_on="2028-02-29",
        )
        assert answer.status_code == 303, answer.text
        page = (await browser.get(PATH)).text
    (rule,) = (await book_of(office)).in_force()
    assert rule.markup == Markup(MarkupKind.FIXED, fixed=Money(129_050, "EUR"), per_person=True)
    assert rule.kinds == {ServiceKind.CRUISE, ServiceKind.ACTIVITY}
    assert rule.partner_ids == {partner.id}
    assert rule.routes == {"Vietnam", "Ha Long"}
    assert rule.segments == {"Agents"}
    assert rule.span is not None
    assert isinstance(rule.span, Span)
    assert f"Activity, Cruise · {partner.name} · Ha Long, Vietnam · 1 Nov 2027 to" in page
    assert "EUR 1,290.50 a traveller" in page


async def test_rules_are_ordered_changed_retired_and_put_back(office: Office) -> None:
    async with office.page("marc") as browser:
        await add(browser)
        await add(browser, name="Hotels", price="MARGIN", percent="20.5", kinds=["HOTEL"])
        hotels = (await book_of(office)).rules[1].id
        assert "Everything comes before and fits the same" in (await browser.get(PATH)).text
        moved = await press(browser, f"{PATH}/{hotels}/move", to="earlier")
        assert moved.status_code == 303
        assert names(await book_of(office)) == ["Hotels", "Everything"]
        form = fields_of((await browser.get(f"{PATH}/{hotels}")).text, f"{PATH}/{hotels}")
        changed = {**form, "price": "MARGIN", "percent": "22", "name": "Hotels and lodges"}
        assert (await browser.post(f"{PATH}/{hotels}", data=changed)).status_code == 303
        found = await book_of(office)
        assert found.in_force()[0].id == f"{hotels}.v2"
        assert found.in_force()[0].markup == Markup(MarkupKind.MARGIN, Decimal(22))
        await press(browser, f"{PATH}/{hotels}/retire")
        assert names(await book_of(office)) == ["Everything"]
        await press(browser, f"{PATH}/{hotels}/return")
        assert names(await book_of(office)) == ["Hotels and lodges", "Everything"]
    async with office.resources.sessions() as session:
        events = (await session.scalars(select(AuditEvent).order_by(AuditEvent.at))).all()
    assert [event.action for event in events] == ["PRICING_RULES_CHANGED"] * 6
    assert events[0].before is None
    assert (events[3].before or {})["name"] == "Hotels"
    assert (events[3].after or {})["name"] == "Hotels and lodges"


async def test_what_was_in_force_at_a_moment_can_be_asked_later(office: Office) -> None:
    async with office.page("marc") as browser:
        await add(browser)
        async with office.resources.sessions() as session:
            moment = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
        await add(browser, name="Later")
    async with office.resources.sessions() as session:
        assert names(await rule_book(session, moment)) == ["Everything"]
        assert names(await rule_book(session)) == ["Everything", "Later"]


async def test_the_same_form_sent_twice_adds_one_rule(office: Office) -> None:
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(f"{PATH}/new")).text, PATH)
        wanted = {**form, **ALL, "per_person": ""}
        for _ in range(2):
            assert (await browser.post(PATH, data=wanted)).status_code == 303
    assert names(await book_of(office)) == ["Everything"]


async def test_the_second_of_two_managers_sees_what_the_first_made(office: Office) -> None:
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(f"{PATH}/new")).text, PATH)
        await add(browser, name="The first")
        late = await browser.post(PATH, data={**form, **ALL, "per_person": ""})
        assert late.status_code == 409
        assert "Somebody else has changed the pricing rules meanwhile." in late.text
        again = fields_of(late.text, PATH)
        assert again["name"] == "Everything"
        taken = await browser.post(PATH, data={**again, "price": "MARKUP", "per_person": ""})
        assert taken.status_code == 303
    assert names(await book_of(office)) == ["The first", "Everything"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Give the rule a name"),
        ({"percent": "many"}, "Write a percentage"),
        ({"percent": "NaN"}, "A markup is between"),
        ({"percent": "-101"}, "A markup is between"),
        ({"percent": "1001"}, "A markup is between"),
        ({"price": "MARGIN", "percent": "100"}, "A margin is between"),
        ({"price": "FIXED", "amount": ""}, "Write an amount"),
        ({"price": "FIXED", "amount": "12.345"}, "Write an amount"),
        ({"first_on": "2027-05-01"}, "Choose both days"),
        ({"first_on": "2027-05-02", "last_on": "2027-05-01"}, "Choose both days"),
        ({"routes": ",".join(map(str, range(41)))}, "These are too many"),
    ],
)
async def test_what_is_wrong_is_explained_beside_its_field(
    office: Office, change: dict[str, object], sentence: str
) -> None:
    async with office.page("marc") as browser:
        answer = await add(browser, **change)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert any(sentence in one.text for one in page.select(".error-text"))
    assert (await book_of(office)).version == 0


async def test_charm_prices_are_kept_by_currency_shown_by_example_and_taken_away(
    office: Office,
) -> None:
    wanted = {"currency": "USD", "step": "10", "endings": "9 5", "scope": "LINE"}
    async with office.page("marc") as browser:
        await add(browser)
        assert (await press(browser, f"{PATH}/charms", **wanted)).status_code == 303
        await press(browser, f"{PATH}/charms", currency="VND", step="100000", endings="")
        page = (await browser.get(PATH)).text
        book = await book_of(office)
        assert book.charms == {
            "USD": Charm(10_00, (5_00, 9_00), CharmScope.LINE),
            "VND": Charm(100_000, (0,), CharmScope.PERSON),
        }
        assert names(book) == ["Everything"]
        assert "USD 1,234.00 → USD 1,235.00" in page
        assert "VND 31,234,567 → VND 31,300,000" in page
        await press(browser, f"{PATH}/charms", currency="USD", step="")
    assert set((await book_of(office)).charms) == {"VND"}
    async with office.resources.sessions() as session:
        events = (await session.scalars(select(AuditEvent).order_by(AuditEvent.at))).all()
    assert [event.subject for event in events][1:] == ["USD", "VND", "USD"]
    assert (events[3].before or {})["step_minor"] == 10_00
    assert events[3].after is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"step": "0"}, "Write an amount above zero"),
        ({"step": "ten"}, "Write an amount above zero"),
        ({"step": "10", "endings": "10"}, "Write up to five amounts"),
        ({"step": "10", "endings": "1 2 3 4 5 6"}, "Write up to five amounts"),
        ({"step": "10", "endings": "nine"}, "Write up to five amounts"),
    ],
)
async def test_wrong_charm_prices_are_explained(
    office: Office, change: dict[str, str], sentence: str
) -> None:
    async with office.page("marc") as browser:
        answer = await press(browser, f"{PATH}/charms", currency="USD", **change)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert any(sentence in one.text for one in page.select(".error-text"))
    assert (await book_of(office)).version == 0


async def test_an_unknown_rule_is_not_found(office: Office) -> None:
    async with office.page("marc") as browser:
        assert (await browser.get(f"{PATH}/prule_nobody")).status_code == 404


@pytest.mark.parametrize("who", ["linh", "ana"])
async def test_what_is_earned_is_for_managers_alone(office: Office, who: str) -> None:
    async with office.page(who) as browser:
        assert (await browser.get(PATH)).status_code == 403
        assert PATH not in (await browser.get("/backoffice/tasks")).text


async def test_no_book_is_ever_changed(office: Office) -> None:
    async with office.page("marc") as browser:
        await add(browser)
    with pytest.raises(IntegrityError, match="append-only"):
        async with office.resources.sessions.begin() as session:
            await session.execute(text("UPDATE pricing_rule_books SET created_by = 'x'"))
