"""Who an enquiry comes from: exact matches only, and nobody's contact data is overwritten."""

from collections.abc import AsyncIterator

import phonenumbers
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from models.contacts import compared_email, e164
from models.domain.enquiry import content_fingerprint
from models.tables.crm import Customer, Remark
from tests.support.enquiries import Door, a_form, open_door

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LOCAL_PARTS = st.text(LETTERS, min_size=1, max_size=12)


@pytest_asyncio.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    async with open_door(database_url) as opened:
        yield opened


async def customers_of(door: Door, *forms: dict[str, str]) -> list[str]:
    """The customer of each enquiry, each for another month."""
    ids = []
    for number, form in enumerate(forms, start=1):
        answer = await door.send(a_form(**form, travelMonth=f"2027-{number:02}"))
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["customer_id"])
    return ids


async def test_the_same_address_is_the_same_person_and_keeps_its_data(door: Door) -> None:
    first, second = await customers_of(
        door,
        {"email": "Anna@Home.example", "name": "Anna Sommer", "phone": "+4915123456789"},
        {"email": "anna@home.EXAMPLE", "name": "A. Winter", "phone": "+84901234567"},
    )
    (customer,) = await door.rows(Customer)
    (remark,) = await door.rows(Remark)
    assert first == second
    assert (customer.name, customer.email) == ("Anna Sommer", "Anna@Home.example")
    assert customer.phone_e164 == "+4915123456789"
    assert (remark.kind, remark.author) == ("CONTACT", "customer")
    assert remark.body == "A. Winter\nanna@home.EXAMPLE\n+84901234567"


async def test_the_same_phone_and_name_with_a_new_address_is_the_same_person(door: Door) -> None:
    first, second = await customers_of(
        door,
        {"email": "anna@home.example", "name": "Anna Sommer", "phone": "+49 151 23456789"},
        {"email": "anna@work.example", "name": " anna  SOMMER ", "phone": "0049 (151) 234-56789"},
    )
    (customer,) = await door.rows(Customer)
    (remark,) = await door.rows(Remark)
    assert first == second
    assert customer.email == "anna@home.example"
    assert "anna@work.example" in remark.body


async def test_the_same_phone_under_another_name_is_another_person(door: Door) -> None:
    first, second = await customers_of(
        door,
        {"email": "anna@home.example", "name": "Anna Sommer", "phone": "+4915123456789"},
        {"email": "otto@home.example", "name": "Otto Sommer", "phone": "+4915123456789"},
    )
    assert first != second
    assert await door.count(Customer) == 2
    assert await door.count(Remark) == 0


async def test_the_address_counts_before_the_phone(door: Door) -> None:
    first, second, third = await customers_of(
        door,
        {"email": "anna@home.example", "name": "Anna", "phone": "+4915123456789"},
        {"email": "otto@home.example", "name": "Otto", "phone": "+84901234567"},
        {"email": "otto@home.example", "name": "Anna", "phone": "+4915123456789"},
    )
    assert (third, first != second) == (second, True)


async def test_the_same_name_alone_is_nobody_we_know(door: Door) -> None:
    ids = await customers_of(door, {"email": "a@x.example"}, {"email": "b@x.example"})
    assert len(set(ids)) == 2


async def test_dots_and_tags_of_an_address_count(door: Door) -> None:
    addresses = ("a.b@x.example", "ab@x.example", "ab+tag@x.example")
    assert len(set(await customers_of(door, *({"email": it} for it in addresses)))) == 3


async def test_the_first_campaign_stays_and_the_last_one_follows(door: Door) -> None:
    form = {"email": "anna@home.example"}
    await customers_of(door, form | {"utm_source": "a"}, form | {"utm_source": "b"})
    (customer,) = await door.rows(Customer)
    assert customer.first_attribution["utm_source"] == "a"
    assert customer.last_attribution["utm_source"] == "b"


async def test_a_national_number_is_read_by_the_country_of_the_visitor(door: Door) -> None:
    await door.send(a_form(phone="0151 23456789"), Accept_Language="de-DE,de;q=0.9")
    await door.send(a_form(phone="0151 23456789"))
    kept = {customer.phone_e164 for customer in await door.rows(Customer)}
    assert kept == {"+4915123456789", None}


@given(local=LOCAL_PARTS, tag=LOCAL_PARTS, host=LOCAL_PARTS)
def test_case_never_tells_addresses_apart(local: str, tag: str, host: str) -> None:
    address = f"{local}.x+{tag}@{host}.example"
    compared = compared_email(address)
    assert compared == compared_email(address.upper()) == compared_email(compared) == address


@given(first=LOCAL_PARTS, second=LOCAL_PARTS)
def test_other_letters_always_tell_them_apart(first: str, second: str) -> None:
    same = compared_email(f"{first}@x.example") == compared_email(f"{second}@x.example")
    assert same == (first == second)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Jürgen@Bücher.example", "jürgen@xn--bcher-kva.example"),
        ("j@XN--BCHER-KVA.example", "j@xn--bcher-kva.example"),
        ("a@sub.test", "a@sub.test"),
    ],
)
def test_domains_are_compared_in_ascii(typed: str, compared: str) -> None:
    assert compared_email(typed) == compared


@pytest.mark.parametrize(
    "typed", ["", "a", "a@", "@b.example", "a b@c.example", "a@b", "a@[1.2.3.4]"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        compared_email(typed)


@given(
    country=st.sampled_from(["DE", "FR", "VN", "TH", "US", "GB", "AU"]),
    spaces=st.text(" -()", max_size=3),
)
def test_however_a_number_is_written_it_is_the_same(country: str, spaces: str) -> None:
    number = phonenumbers.example_number(country)
    assert number is not None
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert e164(national.replace(" ", f" {spaces}"), country) == expected
    assert e164(international, None) == e164(expected, "KH") == expected
    assert e164(f"00{expected[1:]}", None) == expected
    assert e164(national, None) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(typed: str) -> None:
    found = e164(typed, "DE")
    assert found is None or e164(found, None) == found


@given(st.lists(st.text(max_size=10), max_size=4), st.integers(1, 30), st.text(max_size=20))
def test_a_fingerprint_ignores_case_space_and_order_only(
    styles: list[str], travelers: int, wish: str
) -> None:
    def mark(wanted: list[str], wishes: tuple[str, ...], count: int = travelers) -> str:
        return content_fingerprint("a@x.example", styles=wanted, travelers=count, wishes=wishes)

    assert mark(styles, (wish, "b")) == mark(styles[::-1], (f" {wish} ", "B"))
    assert mark(styles, (wish, "b")) != mark(styles, (wish, "c"))
    assert mark(styles, (wish,)) != mark(styles, (wish,), travelers + 1)
