"""The search of the list: accents and slips are forgiven, whoever may not see does not find."""

import pytest
from sqlalchemy import delete, select, update

from models.tables.crm import Booking, Customer
from models.tables.search import BookingSearch, SearchWord
from tests.support import office as factories
from tests.support.desk import Office


async def found(office: Office, search: str, who: str = "marc", **more: str) -> list[str]:
    """The names of the customers whose bookings are found."""
    async with office.browser(who) as browser:
        answer = await browser.get("/api/v1/bookings", params={"search": search, **more})
    assert answer.status_code == 200, answer.text
    ids = [item["customer_id"] for item in answer.json()["items"]]
    async with office.resources.sessions() as session:
        rows = await session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids)))
        names = {row.id: row.name for row in rows}
    return sorted(names[one] for one in ids)


async def people(office: Office) -> None:
    """Three more customers with a booking each; the last one is Linh's."""
    async with office.resources.sessions.begin() as session:
        dien = await factories.customer(
            session, "Nguyễn Văn Điện", "dien.nguyen@home.example", phone_e164="+84912345678"
        )
        await factories.booking(session, dien, notes="Wants a homestay near Sa Pa")
        polish = await factories.customer(
            session, "Łukasz Østergård", "lukasz@work.example", phone_e164="+48601222333"
        )
        await factories.booking(session, polish, destination="Cambodia", notes=None)
        anders = await factories.customer(
            session, "Åsa Andersson", "asa@home.example", phone_e164="+46701112233"
        )
        await factories.booking(session, anders, staff_id=office.linh.id, destination="Laos")


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("dien", ["Nguyễn Văn Điện"]),
        ("Điện", ["Nguyễn Văn Điện"]),
        ("Nguyen", ["Nguyễn Văn Điện"]),
        ("nguyễn", ["Nguyễn Văn Điện"]),
        ("ngu dien", ["Nguyễn Văn Điện"]),
        ("lukasz ostergard", ["Łukasz Østergård"]),
        ("homestay", ["Nguyễn Văn Điện"]),
        ("sa pa andersson", []),
        ("asa laos", ["Åsa Andersson"]),
        ("dien.nguyen@home", ["Nguyễn Văn Điện"]),
        ("DIEN.NGUYEN@HOME.EXAMPLE", ["Nguyễn Văn Điện"]),
        ("@work.example", ["Łukasz Østergård"]),
        ("0912 345 678", ["Nguyễn Văn Điện"]),
        ("+84 912", ["Nguyễn Văn Điện"]),
        ("222333", ["Łukasz Østergård"]),
        ("cambodia", ["Łukasz Østergård"]),
        ("amelie@exam", ["Amélie Laurent"]),
        ("'; drop table bookings; --", []),
        ("a & b | !c:*", []),
        ("\\", []),
    ],
)
async def test_words_numbers_and_addresses_are_found_without_accents(
    office: Office, search: str, names: list[str]
) -> None:
    await people(office)
    assert await found(office, search) == names


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("nguyne", ["Nguyễn Văn Điện"]),
        ("dein nguyen", ["Nguyễn Văn Điện"]),
        ("homestya", ["Nguyễn Văn Điện"]),
        ("andreson", ["Åsa Andersson"]),
        ("Ostegaard", ["Łukasz Østergård"]),
        ("laurant", ["Amélie Laurent"]),
        ("zzzzzzz", []),
    ],
)
async def test_slips_are_forgiven_when_nothing_is_found_as_typed(
    office: Office, search: str, names: list[str]
) -> None:
    await people(office)
    assert await found(office, search) == names
    async with office.browser("marc") as browser:
        answer = (await browser.get("/api/v1/bookings", params={"search": search})).json()
        exact = (await browser.get("/api/v1/bookings", params={"search": "dien"})).json()
    assert answer["approximate"] is bool(names)
    assert exact["approximate"] is False


async def test_what_is_not_ones_own_is_not_found_however_it_is_written(office: Office) -> None:
    await people(office)
    for search in ("nguyen", "nguyne", "0912 345 678", "@home.example", office.other.id):
        assert "Nguyễn Văn Điện" not in await found(office, search, "linh")
    assert await found(office, "anderson", "linh") == ["Åsa Andersson"]
    async with office.browser("linh") as browser:
        answer = (await browser.get("/api/v1/bookings", params={"search": "nguyne"})).json()
    assert (answer["total"], answer["approximate"]) == (0, False)


async def test_a_search_and_filters_hold_together(office: Office) -> None:
    await people(office)
    assert await found(office, "home.example", destination="Laos") == []
    assert await found(office, "@home.example", destination="Laos") == ["Åsa Andersson"]
    assert await found(office, "@home.example", sort="sla_due_at_desc") == [
        "Nguyễn Văn Điện",
        "Åsa Andersson",
    ]


async def test_a_booking_is_found_by_what_it_and_its_customer_say_now(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer)
            .where(Customer.id == office.customer.id)
            .values(name="Amélie Moreau", phone_e164="+33699887766")
        )
        await session.execute(
            update(Booking).where(Booking.id == office.mine.id).values(notes="Vegetarian")
        )
    assert await found(office, "laurent") == []
    assert await found(office, "lauremt") == []
    for search in ("moreau", "0699887766", "vegetarian"):
        assert await found(office, search) == ["Amélie Moreau"]


async def test_a_name_that_nobody_has_any_more_is_kept_nowhere(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Customer).where(Customer.id == office.customer.id).values(name="Erased Person")
        )
        await session.execute(delete(Booking).where(Booking.id == office.other.id))
        words = set(await session.scalars(select(SearchWord.word)))
        documents = set(await session.scalars(select(BookingSearch.booking_id)))
    assert {"amelie", "laurent", "jonas", "weber"} & words == set()
    assert {"erased", "vietnam"} <= words
    assert documents == {office.mine.id}


async def test_an_endless_word_harms_nothing(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await factories.booking(session, office.customer, notes="ab" * 4000 + " Trekking")
    assert await found(office, "trekking") == ["Amélie Laurent"]
