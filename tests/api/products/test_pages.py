"""Pages of partners and rate cards: what a product manager sees, types and is told."""

from bs4 import BeautifulSoup
from sqlalchemy import select

from models.tables.audit import AuditEvent
from models.tables.partners import Partner, PartnerBankData, RateCard
from tests.api.audit.product_samples import BANK, FORM, PARTNER
from tests.api.audit.product_world import product_world
from tests.api.audit.world import let_in
from tests.support.desk import Office, fields_of


async def world_of(office: Office) -> dict[str, str]:
    """A partner with all its parts; Ada is an administrator."""
    async with office.resources.sessions.begin() as session:
        await let_in(session, "ada", "atp_admin")
        return await product_world(session)


def text_of(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text(" ", strip=True)


async def test_partners_are_found_without_accents_and_by_what_is_risky(office: Office) -> None:
    ids = await world_of(office)
    async with office.page("linh") as browser:
        for query in (
            "search=nha nghi",
            "search=HANOI",
            "search=2438281",
            "kind=HOTEL&at_risk=true",
        ):
            page = await browser.get(f"/backoffice/partners?{query}")
            assert ids["partner_id"] in page.text, query
        for query in ("search=nobody", "kind=CRUISE", "active=false", "destination=Laos"):
            page = await browser.get(f"/backoffice/partners?{query}")
            assert page.status_code == 200
            assert "No partner matches these filters" in page.text, query
        everybody = await browser.get("/backoffice/partners")
    assert "Risk: Quality" in text_of(everybody.text)
    assert "/backoffice/partners/new" not in everybody.text


async def test_a_partner_is_added_changed_and_never_overwritten_unseen(office: Office) -> None:
    async with office.page("marc") as browser:
        form = fields_of((await browser.get("/backoffice/partners/new")).text, "/partners")
        wrong = await browser.post("/backoffice/partners", data=form | PARTNER | {"phone": "12"})
        made = await browser.post("/backoffice/partners", data=form | PARTNER | {"active": "yes"})
        address = made.headers["location"].partition("?")[0]
        edit = fields_of((await browser.get(f"{address}/edit")).text, "/edit")
        edit |= {"kind": "CRUISE", "country": "VN", "active": "yes"}
        renamed = await browser.post(f"{address}/edit", data=edit | {"city": "Hội An"})
        late = await browser.post(f"{address}/edit", data=edit | {"city": "Đà Nẵng"})
        page = await browser.get(address)
    assert (wrong.status_code, made.status_code, renamed.status_code) == (422, 303, 303)
    assert "country code" in text_of(wrong.text)
    assert (late.status_code, "Đà Nẵng" in late.text) == (409, True)
    assert "Hội An" in text_of(page.text)


async def test_warnings_of_a_partner_stand_on_top_until_they_are_cleared(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/partners/{ids['partner_id']}"
    async with office.page("marc") as browser:
        before = await browser.get(address)
        guard = fields_of(before.text, "/clearance")
        await browser.post(f"{address}/risks/{ids['flag_id']}/clearance", data=guard)
        again = await browser.post(f"{address}/risks/{ids['flag_id']}/clearance", data=guard)
        guard = fields_of(before.text, "/licences")
        bad = await browser.post(
            f"{address}/licences", data=guard | {"name": "", "expires_on": "x"}
        )
        empty = await browser.post(
            f"{address}/contacts", data=guard | {"name": "Mai", "email": "", "phone": ""}
        )
        after = await browser.get(address)
    notices = [
        one.get_text() for one in BeautifulSoup(before.text, "html.parser").select(".notice")
    ]
    assert any("Late twice" in one for one in notices)
    assert any("A licence expires soon" in one for one in notices)
    assert (again.status_code, bad.status_code, empty.status_code) == (404, 422, 422)
    assert "cleared on" in text_of(after.text)


async def test_bank_data_are_sealed_read_by_few_and_each_reading_is_kept(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/partners/{ids['partner_id']}/bank-data"
    async with office.page("ada") as browser:
        form = fields_of((await browser.get(address)).text, "/bank-data")
        wrong = await browser.post(address, data=form | BANK | {"account": "?"})
        saved = await browser.post(address, data=form | BANK)
    async with office.page("ana") as browser:
        read = await browser.get(address)
        told = (await browser.get(f"/api/v1/partners/{ids['partner_id']}/bank-data")).json()
    async with office.page("marc") as browser:
        refused = await browser.get(address)
        page = await browser.get(f"/backoffice/partners/{ids['partner_id']}")
    assert (wrong.status_code, saved.status_code, refused.status_code) == (422, 303, 403)
    assert BANK["account"] in read.text
    assert told == BANK
    assert BANK["account"] not in page.text
    async with office.resources.sessions() as session:
        sealed = await session.scalar(select(PartnerBankData.sealed))
        events = list(
            await session.scalars(
                select(AuditEvent)
                .where(AuditEvent.action.like("BANK_DATA%"))
                .order_by(AuditEvent.at)
            )
        )
    assert sealed is not None
    assert BANK["account"].encode() not in sealed
    assert [one.action for one in events] == [
        *["BANK_DATA_READ"] * 2, "BANK_DATA_CHANGED", *["BANK_DATA_READ"] * 2,
    ]  # fmt: skip
    assert not any(BANK["account"] in str(one.before) + str(one.after) for one in events)
    assert events[2].after == {"account": "…1987"}


async def test_a_contract_is_followed_by_a_version_and_stays_as_it_was(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/partners/{ids['partner_id']}"
    contract = f"{address}/contracts/{ids['contract_id']}"
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(contract)).text, "/versions")
        wrong = await browser.post(f"{contract}/versions", data=form | {"valid_to": "2026-01-01"})
        agreed = await browser.post(
            f"{contract}/versions", data=form | {"payment_terms": "60 days"}
        )
        late = await browser.post(
            f"{contract}/versions", data=form | {"idempotency_key": "another"}
        )
        page = text_of((await browser.get(address)).text)
    assert (wrong.status_code, agreed.status_code, late.status_code) == (422, 303, 409)
    assert "version 2" in page
    assert "What was agreed before" in page
    assert "60 days" in page


async def test_a_card_shows_its_seasons_rows_and_what_is_amiss(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/rate-cards/{ids['card_id']}"
    late = {"rows-first_on": "2027-03-01", "rows-weekdays": "Mon-Sat"}
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(f"{address}/edit")).text, "/versions")
        made = await browser.post(f"{address}/versions", data=form | FORM | late)
        page = await browser.get(made.headers["location"])
        old = await browser.get(address)
        listed = await browser.get("/backoffice/rate-cards?search=hoa sen")
    shown = BeautifulSoup(page.text, "html.parser")
    assert "Gaps and overlaps" in text_of(page.text)
    cells = [cell.get_text(" ", strip=True) for cell in shown.select(".season-grid tbody td")]
    assert cells[0] == "gap"
    assert cells[5].startswith("All year")
    assert "USD 71.00" in text_of(page.text)
    assert "version 2" in text_of(page.text)
    assert "Version 2 is in use" in text_of(old.text)
    assert "gaps or overlaps" in text_of(listed.text)


async def test_what_is_wrong_in_the_form_of_a_card_stands_at_its_field(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/rate-cards/{ids['card_id']}"
    wrong = {
        "valid_to": "2026-01-01",
        "rows-price_minor": "a lot",
        "rows-weekdays": "Funday",
        "tax_percent": "120",
    }
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(f"{address}/edit")).text, "/versions")
        refused = await browser.post(f"{address}/versions", data=form | FORM | wrong)
        more = await browser.post(f"{address}/versions", data=form | FORM | {"action": "more"})
        old = await browser.post(f"{address}/versions", data=form | FORM)
        stale = await browser.post(
            f"{address}/versions", data=form | FORM | {"idempotency_key": "another"}
        )
    assert refused.status_code == 422
    errors = [one.text for one in BeautifulSoup(refused.text, "html.parser").select(".error-text")]
    assert any("Write an amount such as 120.50" in one for one in errors)
    assert any("Mon-Thu" in one for one in errors)
    assert 'value="a lot"' in refused.text
    lines = BeautifulSoup(more.text, "html.parser").select("#rows tbody tr")
    assert (more.status_code, len(lines)) == (200, 7)
    assert (old.status_code, stale.status_code) == (303, 409)


async def test_a_new_card_stands_under_a_contract(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/rate-cards/new?contract={ids['contract_id']}"
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(address)).text, "/rate-cards")
        wrong = await browser.post("/backoffice/rate-cards", data=form | FORM | {"service": ""})
        made = await browser.post("/backoffice/rate-cards", data=form | FORM)
        nothing = await browser.get("/backoffice/rate-cards/new?contract=contract_x")
    assert (wrong.status_code, made.status_code, nothing.status_code) == (422, 303, 404)
    async with office.resources.sessions() as session:
        card = await session.scalar(select(RateCard).where(RateCard.service == "Garden room"))
        assert card is not None
        assert (card.contract_id, card.version, card.cost_minor) == (ids["contract_id"], 1, 7_100)
        partner = await session.get_one(Partner, card.partner_id)
    assert partner.name == "Nhà nghỉ Hoa Sen"
