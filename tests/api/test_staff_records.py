"""What else the staff API keeps: timeline, invoices, customers, staff, quotes, operations."""

import pytest

from tests.support import office as factories
from tests.support.desk import Office

LINE = {
    "day": 1,
    "nights": 2,
    "kind": "HOTEL",
    "description": "Double room",
    "quantity": 2,
    "unit_price_minor": 9500,
}
DRAFT = {
    "title": "Northern Vietnam",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": 2,
    "days": [{"place": "Hanoi", "title": "Arrival", "text": "Old quarter"}],
    "lines": [LINE],
}
ITEM = {"description": "Deposit", "quantity": 2, "unit_amount_cents": 22_500}


async def test_a_line_of_the_timeline_is_written_once_under_the_callers_name(
    office: Office,
) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/activities"
    line = {"type": "CALL", "detail": "Prefers a river view", "actor": "Somebody else"}
    async with office.browser("linh") as browser:
        first = await browser.post(path, json=line, headers={"Idempotency-Key": "a"})
        again = await browser.post(path, json=line, headers={"Idempotency-Key": "a"})
        other = await browser.post(path, json=line)
        listed = (await browser.get(path)).json()
    assert first.status_code == 201
    assert first.json()["activity"]["actor"] == "Linh Tran"
    assert first.json() == again.json() != other.json()
    assert listed["total"] == 2
    assert listed["activities"] == listed["items"]


@pytest.mark.parametrize(
    "line", [{"type": "call", "detail": "x"}, {"type": "CALL", "detail": " "}, {"type": "CALL"}]
)
async def test_a_wrong_line_is_refused(office: Office, line: dict[str, str]) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(f"/api/v1/bookings/{office.mine.id}/activities", json=line)
    assert answer.status_code == 422


async def test_an_invoice_is_drawn_once_with_its_number_totals_and_vat(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/invoices"
    wanted = {"title": "Deposit", "items": [ITEM], "vat_percentage": 8.5}
    async with office.browser("linh") as browser:
        first = await browser.post(path, json=wanted, headers={"Idempotency-Key": "i"})
        again = await browser.post(path, json=wanted, headers={"Idempotency-Key": "i"})
        listed = (await browser.get(path)).json()
    invoice = first.json()["invoice"]
    assert first.status_code == 201
    assert again.json() == first.json()
    assert invoice["invoice_number"] == "ATP-000001"
    assert (invoice["total_amount_cents"], invoice["due_amount_cents"]) == (45_000, 45_000)
    assert (invoice["vat_percentage"], invoice["status"], invoice["version"]) == (8.5, "DRAFT", 1)
    assert invoice["items"][0]["total_amount_cents"] == 45_000
    assert listed["total"] == 1


@pytest.mark.parametrize(
    ("quantity", "total"),
    [({}, 22_500), ({"quantity": 1.5}, 33_750), ({"quantity": "0.33"}, 7_425)],
)
async def test_an_invoices_items_may_be_fractions_and_are_one_unless_said(
    office: Office, quantity: dict[str, object], total: int
) -> None:
    item = {"description": "Transfer", "unit_amount_cents": 22_500, **quantity}
    async with office.browser("linh") as browser:
        path = f"/api/v1/bookings/{office.mine.id}/invoices"
        drawn = await browser.post(path, json={"items": [item]})
        huge = await browser.post(path, json={"items": [{**item, "quantity": 1e300}]})
    assert drawn.json()["invoice"]["total_amount_cents"] == total
    assert huge.status_code == 422


async def test_an_invoice_changes_by_what_is_sent_and_counts_versions(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/invoices"
    async with office.browser("linh") as browser:
        drawn = (await browser.post(path, json={"items": [ITEM]})).json()["invoice"]
        changed = await browser.patch(f"{path}/{drawn['id']}", json={"sent_to_customer": True})
        too_much = await browser.patch(f"{path}/{drawn['id']}", json={"due_amount_cents": 99_999})
        unknown = await browser.patch(f"{path}/inv_x", json={"title": "x"})
        pdf = await browser.get(drawn["pdf_url"])
    invoice = changed.json()["invoice"]
    assert (invoice["version"], invoice["status"]) == (2, "INVOICE_SENT")
    assert invoice["sent_to_customer_at"].endswith("Z")
    assert invoice["items"] == drawn["items"]
    assert too_much.status_code == 422
    assert unknown.status_code == pdf.status_code == 404


async def test_the_payment_plan_decides_the_figures_of_its_invoices(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, office.mine)
    path = f"/api/v1/bookings/{office.mine.id}/invoices/{ids['invoice']}"
    async with office.browser("linh") as browser:
        refused = await browser.patch(path, json={"status": "PAID"})
        allowed = await browser.patch(path, json={"notes": "Thank you"})
    assert refused.status_code == 422
    assert allowed.json()["invoice"]["notes"] == "Thank you"


async def test_a_stored_pdf_is_served_to_whoever_may_see_its_booking(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, office.mine)
        await factories.invoice_pdf(session, office.mine, ids["invoice"])
    await office.documents.write(f"{office.mine.id}/{ids['invoice']}.pdf", b"%PDF-1.7 test")
    path = f"/api/v1/invoices/{ids['invoice']}/pdf"
    async with office.browser("ana") as ana, office.browser("minh") as stranger:
        served = await ana.get(path)
        refused = await stranger.get(path)
    assert served.content == b"%PDF-1.7 test"
    assert served.headers["content-type"] == "application/pdf"
    assert refused.status_code == 404


async def test_customers_are_found_with_the_bookings_one_may_see(office: Office) -> None:
    async with office.browser("marc") as marc, office.browser("linh") as linh:
        found = (await marc.get("/api/v1/customers?search=laurent")).json()
        detail = (await linh.get(f"/api/v1/customers/{office.customer.id}")).json()
        foreign = await linh.get(f"/api/v1/customers/{office.other.customer_id}")
    assert (found["total"], found["items"][0]["email"]) == (1, "amelie@example.org")
    assert [booking["id"] for booking in detail["bookings"]] == [office.mine.id]
    assert foreign.status_code == 404


async def test_the_timeline_names_staff_in_the_place_of_ids(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
    async with office.browser("ana") as browser:
        lines = (await browser.get(f"/api/v1/bookings/{office.mine.id}/activities")).json()
    details = {line["type"]: line["detail"] for line in lines["items"]}
    assert details["STAFF_CHANGED"] == "nobody -> Linh Tran"


async def test_managers_add_staff(office: Office) -> None:
    person = {
        "name": "Mai",
        "usernames": ["mai"],
        "destinations": ["Laos"],
        "languages": ["English"],
    }
    async with office.browser("marc") as browser:
        created = await browser.post("/api/v1/staff", json=person)
        listed = (await browser.get("/api/v1/staff?active=true")).json()
        nameless = await browser.post("/api/v1/staff", json={"name": ""})
    assert created.status_code == 201
    assert created.json()["staff"] | person == created.json()["staff"]
    assert [one["name"] for one in listed["items"]] == ["Linh Tran", "Mai", "Marc Dubois"]
    assert nameless.status_code == 422


async def test_a_draft_is_made_once_changed_and_sent(office: Office) -> None:
    await office.start(office.mine.id)
    path = f"/api/v1/bookings/{office.mine.id}/quotes"
    async with office.browser("linh") as browser:
        first = await browser.post(path, json=DRAFT, headers={"Idempotency-Key": "q"})
        again = await browser.post(path, json=DRAFT, headers={"Idempotency-Key": "q"})
        quote_id = first.json()["quote"]["id"]
        changed = await browser.patch(f"{path}/{quote_id}", json={**DRAFT, "lines": []})
        sent = await browser.post(f"{path}/{quote_id}/send")
        listed = (await browser.get(path)).json()
    assert first.status_code == 201
    assert first.json()["quote"]["total_minor"] == 19_000
    assert again.json() == first.json()
    assert (changed.json()["quote"]["total_minor"], changed.json()["lines"]) == (0, [])
    assert sent.json()["quote_version_id"] == quote_id
    assert listed["total"] == 1


async def test_the_cost_comes_from_the_rate_card_of_the_lines_supplier(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hotel, rate = await factories.hotel_with_rate(session)
    line = {**LINE, "partner_id": hotel, "rate_card_id": rate}
    path = f"/api/v1/bookings/{office.mine.id}/quotes"
    async with office.browser("marc") as browser:
        priced = await browser.post(path, json={**DRAFT, "lines": [line]})
        foreign = await browser.post(path, json={**DRAFT, "lines": [{**line, "partner_id": None}]})
        season = {"departure_on": "2028-03-02", "return_on": "2028-03-10"}
        late = await browser.post(path, json={**DRAFT, **season, "lines": [line]})
    assert priced.json()["lines"][0]["cost_minor"] == 12_400
    assert (foreign.status_code, late.status_code) == (422, 422)
    assert "valid from" in late.json()["error"]


async def test_a_version_that_was_sent_changes_no_more(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, office.mine)
    async with office.browser("linh") as browser:
        path = f"/api/v1/bookings/{office.mine.id}/quotes/{ids['version']}"
        answer = await browser.patch(path, json=DRAFT)
    assert answer.status_code == 409
    assert answer.json()["code"] == "QUOTE_NOT_SENDABLE"


@pytest.mark.parametrize(
    "change",
    [
        {"return_on": "2027-03-01"},
        {"return_on": "2027-09-01"},
        {"currency": "XXX"},
        {"travelers": 0},
        {"title": ""},
        {"lines": [{**LINE, "day": 9, "nights": 5}]},
        {"lines": [{**LINE, "quantity": 0}]},
        {"unknown": True},
    ],
)
async def test_a_wrong_draft_is_refused(office: Office, change: dict[str, object]) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(
            f"/api/v1/bookings/{office.mine.id}/quotes", json={**DRAFT, **change}
        )
    assert answer.status_code == 422


async def test_operations_ask_another_supplier_and_close_preparations(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, office.mine)
    await office.start(office.mine.id)
    await office.start(ids["order"])
    address = f"/api/v1/bookings/{office.mine.id}"
    order = f"{address}/service-orders/{ids['order']}/alternative"
    async with office.browser("linh") as browser:
        orders = (await browser.get(f"{address}/service-orders")).json()
        asked = await browser.post(order, json={"partner_id": ids["other"]})
        nobody = await browser.post(order, json={"partner_id": "partner_x"})
        items = (await browser.get(f"{address}/checklist")).json()
        closed = await browser.post(f"{address}/checklist/traveller_details", json={"waived": True})
    assert (orders["total"], orders["items"][0]["status"]) == (1, "DECLINED")
    assert asked.json() == {"status": "REQUESTED", "attempt": 2}
    assert nobody.status_code == 422
    assert items["items"][0]["key"] == "traveller_details"
    assert closed.json() == {"open_items": 0}


@pytest.mark.parametrize("status", ["DRAFT", "SENT", "EXPIRED", "DECLINED", "SUPERSEDED"])
async def test_any_version_can_be_copied_into_a_new_draft(office: Office, status: str) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        version, _ = await factories.quote(session, office.mine, hotel, status=status)
    path = f"/api/v1/bookings/{office.mine.id}/quotes"
    async with office.browser("linh") as browser:
        key = {"Idempotency-Key": "copy"}
        made = await browser.post(f"{path}/{version.id}/copies", headers=key)
        again = await browser.post(f"{path}/{version.id}/copies", headers=key)
        old = (await browser.get(f"{path}/{version.id}")).json()
    assert made.status_code == 201
    new = made.json()
    assert again.json()["quote"]["id"] == new["quote"]["id"]
    assert (new["quote"]["status"], new["quote"]["version"]) == ("DRAFT", 2)
    assert new["days"] == old["days"]
    assert new["quote"]["total_minor"] == old["quote"]["total_minor"]
    told = [line["description"] for line in new["lines"]]
    assert told == [line["description"] for line in old["lines"]]


async def test_costs_are_shown_to_those_who_may_see_the_profit(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        version, _ = await factories.quote(session, office.mine, hotel)
    path = f"/api/v1/bookings/{office.mine.id}/quotes/{version.id}"
    seen = {}
    for who in ("linh", "marc", "ana"):
        async with office.browser(who) as browser:
            seen[who] = (await browser.get(path)).json()["lines"][0]["cost_minor"]
    assert seen == {"linh": None, "marc": 24_800, "ana": 24_800}


async def test_two_versions_are_compared(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        hotel = await factories.supplier(session, "Maison de Hanoi")
        first, _ = await factories.quote(session, office.mine, hotel)
        second, line = await factories.quote(session, office.mine, hotel, version=2)
        line.cost_minor, line.unit_price_minor, line.total_minor = 30_000, 10_000, 40_000
        second.travelers = 3
    path = f"/api/v1/bookings/{office.mine.id}/quotes/comparison"
    between = {"from": first.id, "to": second.id}
    async with office.browser("linh") as browser:
        told = (await browser.get(path, params=between)).json()
        lost = await browser.get(path, params={"from": first.id, "to": "quote_unknown"})
    async with office.browser("marc") as browser:
        more = (await browser.get(path, params=between)).json()
    assert lost.status_code == 404
    assert told["fields"] == [{"name": "travelers", "before": 2, "after": 3}]
    assert told["difference_minor"] == 2_000
    (changed,) = told["lines"]["changed"]
    assert changed["changes"] == [{"name": "unit_price_minor", "before": 9_500, "after": 10_000}]
    assert changed["before"]["cost_minor"] is None
    names = [one["name"] for one in more["lines"]["changed"][0]["changes"]]
    assert names == ["unit_price_minor", "cost_minor"]
