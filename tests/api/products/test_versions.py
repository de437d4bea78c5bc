"""What a quote names never changes, keys can be exchanged, and cards are loaded by few queries."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.renewing_seals import renew_all_seals
from models.domain.errors import NotNewestVersionError
from models.domain.rates import RateRow
from models.messages.ids import new_id
from models.sealing import SealBrokenError, Sealer
from models.settings import Environment, Settings
from models.store import rate_cards
from models.store.partner_parts import keep_bank_data, read_bank_data
from models.tables.partners import Partner, RateCard
from tests.support import office as factories
from tests.support.desk import Office
from tests.support.rates import YEAR, full_card

OLD, NEW = "an-old-key-of-thirty-two-characters", "a-new-key-of-thirty-two-characters!"
DRAFT: dict[str, Any] = {
    "title": "Slow north",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": 2,
}
ANOTHER_ROW = (
    "INSERT INTO rate_card_rows (id, rate_card_id, number, season, first_on, last_on, weekdays,"
    " price_minor) VALUES ('x', :id, 9, 'x', '2027-01-01', '2027-01-02', '{1}', 1)"
)
OTHER_CONTRACT = (
    "UPDATE partner_contracts SET title = 'x'"
    " WHERE id = (SELECT contract_id FROM rate_cards WHERE id = :id)"
)
LINE = {"day": 1, "kind": "HOTEL", "description": "Room", "quantity": 2, "unit_price_minor": 9_500}


async def quoted(office: Office, **changes: Any) -> tuple[str, str, Any]:
    """A hotel, its card, and the answer to a draft whose line names the card."""
    async with office.resources.sessions.begin() as session:
        partner = await factories.supplier(session, "Maison de Hanoi")
        card_id = await factories.rate_card(session, partner, **changes)
    line = {**LINE, "partner_id": partner.id, "rate_card_id": card_id}
    async with office.browser("linh") as browser:
        answer = await browser.post(
            f"/api/v1/bookings/{office.mine.id}/quotes", json={**DRAFT, "lines": [line]}
        )
    return partner.id, card_id, answer


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rate_card_rows SET price_minor = 1 WHERE rate_card_id = :id",
        "DELETE FROM rate_card_rows WHERE rate_card_id = :id",
        ANOTHER_ROW,
        "UPDATE rate_cards SET currency = 'EUR' WHERE id = :id",
        OTHER_CONTRACT,
    ],
    ids=["price", "row gone", "row more", "currency", "contract"],
)
async def test_the_database_refuses_to_change_what_a_quote_names(
    office: Office, change: str
) -> None:
    _, card_id, answer = await quoted(office)
    assert answer.status_code == 201
    with pytest.raises(IntegrityError, match="next version"):
        async with office.resources.sessions.begin() as session:
            await session.execute(text(change), {"id": card_id})


async def test_the_next_version_follows_and_the_quote_keeps_what_it_named(office: Office) -> None:
    _, card_id, _ = await quoted(office)
    async with office.resources.sessions.begin() as session:
        card = await rate_cards.load_card(session, card_id)
        rows = tuple(replace(one, price_minor=9_900) for one in card.rows)
        following = replace(card, id=new_id("rate"), rows=rows)
        assert await rate_cards.add_version(
            session, following, based_on=card_id, change_note="dearer", by="tests"
        )
        newest = await rate_cards.newest_versions(session, [card_id, following.id])
        both = await rate_cards.load_cards(session, [card_id, following.id, "rate_x"])
    assert set(newest.values()) == {following.id}
    assert [both[one].rows[0].price_minor for one in (card_id, following.id)] == [6_200, 9_900]
    assert [both[one].version for one in (card_id, following.id)] == [1, 2]
    another = replace(card, id=new_id("rate"))
    async with office.resources.sessions() as session:
        with pytest.raises(NotNewestVersionError):
            await rate_cards.add_version(
                session, another, based_on=card_id, change_note="", by="tests"
            )


async def test_the_builder_still_offers_the_version_that_a_draft_names(office: Office) -> None:
    partner_id, card_id, answer = await quoted(office)
    async with office.resources.sessions.begin() as session:
        card = await rate_cards.load_card(session, card_id)
        following = replace(card, id=new_id("rate"))
        await rate_cards.add_version(
            session, following, based_on=card_id, change_note="", by="tests"
        )
    address = f"/backoffice/bookings/{office.mine.id}/quotes"
    async with office.page("linh") as browser:
        draft = await browser.get(f"{address}/{answer.json()['quote']['id']}?edit=yes")
    assert f'value="{partner_id}:{card_id}" selected' in draft.text
    assert f"{partner_id}:{following.id}" in draft.text


async def test_a_choice_of_rooms_leaves_the_cost_open_and_no_row_is_refused(office: Office) -> None:
    rooms = tuple(
        RateRow("", number, "All year", YEAR, 6_000 + number, option=f"Room {number}")
        for number in (1, 2)
    )
    _, _, open_cost = await quoted(office, rows=rooms)
    _, _, refused = await quoted(office, rows=(replace(rooms[0], pax_from=5),))
    assert open_cost.json()["lines"][0]["cost_minor"] is None
    assert refused.status_code == 422
    assert "no price for 2 people" in refused.json()["error"]


async def test_everything_on_a_card_is_loaded_as_it_was_agreed(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        partner = await factories.supplier(session, "Maison de Hanoi")
        usual = await rate_cards.load_cards(
            session,
            await session.scalars(select(RateCard.id).where(RateCard.partner_id == partner.id)),  # type: ignore[arg-type]  # any collection
        )
        (first,) = usual.values()
        wanted = full_card(
            id=new_id("rate"), partner_id=partner.id, contract_id=first.contract_id, currency="LAK"
        )
        await rate_cards.add_card(session, wanted, by="tests")
    async with office.resources.sessions() as session:
        found = await rate_cards.load_card(session, wanted.id)
    ids = {row.number: row.id for row in found.rows}
    rows = tuple(replace(row, id=ids[row.number]) for row in wanted.rows)
    assert found == replace(wanted, rows=rows)


async def test_many_cards_are_loaded_by_two_queries(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        partner = await factories.supplier(session, "Maison de Hanoi")
        ids = [await factories.rate_card(session, partner) for _ in range(20)]
    asked: list[str] = []

    def note(*facts: Any) -> None:
        asked.append(facts[2])

    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    async with office.resources.sessions() as session:
        found = await rate_cards.load_cards(session, ids)
    event.remove(engine, "before_cursor_execute", note)
    assert len(found) == 20
    assert len([one for one in asked if "rate_card" in one]) == 2


async def sealed(session: AsyncSession, sealer: Sealer) -> Partner:
    partner = await factories.supplier(session, "Maison de Hanoi")
    await keep_bank_data(session, partner.id, {"account": "0011"}, sealer, "tests")
    return partner


async def test_a_key_is_exchanged_while_the_old_one_still_opens(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        partner = await sealed(session, Sealer((OLD,)))
        assert await read_bank_data(session, partner.id, Sealer((NEW, OLD))) == {"account": "0011"}
        with pytest.raises(SealBrokenError):
            await read_bank_data(session, partner.id, Sealer((NEW,)))
    settings = office.resources.settings.model_copy(
        update={"data_keys": SecretStr(f"{NEW}, {OLD}")}
    )
    assert await renew_all_seals(settings) == 1
    async with office.resources.sessions() as session:
        assert await read_bank_data(session, partner.id, Sealer((NEW,))) == {"account": "0011"}
    with pytest.raises(SealBrokenError):
        await renew_all_seals(settings.model_copy(update={"data_keys": SecretStr(OLD)}))


@pytest.mark.parametrize("keys", ["", "sandbox_key_of_thirty_two_characters", "short", f"{NEW},x"])
def test_production_refuses_to_start_without_keys_of_its_own(keys: str) -> None:
    with pytest.raises(ValidationError, match="ATP_DATA_KEYS"):
        Settings(environment=Environment.PRODUCTION, data_keys=SecretStr(keys))
