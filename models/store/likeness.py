"""Whom a customer may be the same as: found by indexes, so that nobody is compared with everybody.

Names are looked for among the words of bookings, which are kept without accents.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Final

from sqlalchemy import Select, cast, select, tuple_, union
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.matching import LEAST_WORDS, LONG_WORD, Passport, Person, name_key, name_words
from models.domain.spelling import neighbours
from models.store.matching import is_not_merged, reached_at
from models.tables.crm import Booking, Customer
from models.tables.customers import Companion, CustomerContact, CustomerPassport
from models.tables.search import BookingSearch, SearchWord

COMPARED: Final = frozenset({"name", "email", "phone"})
"""Of the facts that staff edit, those by which `people_of` knows people."""
MOST_BY_NAME: Final = 25
MOST_BY_FACT: Final = 50
MOST_WORDS: Final = 6
"""Longer names are looked for by their first six words in the order of the alphabet."""


async def people_of(session: AsyncSession, ids: Collection[str]) -> dict[str, Person]:
    """What is compared of customers, by id; those who were merged are left out."""
    found = await session.scalars(select(Customer).where(Customer.id.in_(ids), is_not_merged()))
    contacts, passports, companions = (
        await _contacts(session, ids),
        await _passports(session, ids),
        await _companions(session, ids),
    )
    return {
        one.id: Person(
            name=one.name,
            emails=_present(one.email_normalised, *contacts[one.id, "EMAIL"]),
            phones=_present(one.phone_e164, *contacts[one.id, "PHONE"]),
            passports=frozenset(passports[one.id]),
            household_id=one.household_id,
            companions=frozenset(companions[one.id]),
        )
        for one in found
    }


async def likely_ids(session: AsyncSession, customer_id: str) -> set[str]:
    """Customers who share a number, a passport, a household, a companion or most of a name.

    Those who were merged may be among them.
    """
    mine = (await people_of(session, [customer_id])).get(customer_id)
    if mine is None:
        return set()
    found = set(await session.scalars(_by_facts(mine)))
    named = await _name_query(session, mine.name)
    if named:
        found.update(await session.scalars(_by_name(named)))
    found.update(await _travelling(session, mine))
    return found - {customer_id}


def _present(*texts: str | None) -> frozenset[str]:
    return frozenset(text for text in texts if text)


async def _contacts(
    session: AsyncSession, ids: Collection[str]
) -> defaultdict[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in await session.scalars(
        select(CustomerContact).where(CustomerContact.customer_id.in_(ids))
    ):
        found[one.customer_id, one.kind].append(one.compared)
    return found


async def _passports(
    session: AsyncSession, ids: Collection[str]
) -> defaultdict[str, list[Passport]]:
    """The customers' own, also those that have run out."""
    found: defaultdict[str, list[Passport]] = defaultdict(list)
    for one in await session.scalars(
        select(CustomerPassport).where(
            CustomerPassport.customer_id.in_(ids), CustomerPassport.companion_id.is_(None)
        )
    ):
        found[one.customer_id].append(Passport(one.country, one.number_compared))
    return found


async def _companions(session: AsyncSession, ids: Collection[str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in await session.scalars(select(Companion).where(Companion.customer_id.in_(ids))):
        found[one.customer_id].append(one.name)
    return found


def _by_facts(mine: Person) -> Select[str]:
    passports = [(one.country, one.number) for one in mine.passports]
    same_passport = select(CustomerPassport.customer_id).where(
        tuple_(CustomerPassport.country, CustomerPassport.number_compared).in_(passports),
        CustomerPassport.companion_id.is_(None),
    )
    together = select(Customer.id).where(
        Customer.household_id == mine.household_id, Customer.household_id.is_not(None)
    )
    shared = union(same_passport, reached_at(*mine.phones), together).subquery()
    return select(shared.c[0]).limit(MOST_BY_FACT)


def _by_name(query: str) -> Select[str]:
    """Customers of the newest bookings with these words."""
    words = BookingSearch.words.bool_op("@@")(cast(query, TSQUERY))
    bookings = select(BookingSearch.booking_id).where(words)
    return (
        select(Booking.customer_id)
        .where(Booking.id.in_(bookings))
        .group_by(Booking.customer_id)
        .limit(MOST_BY_NAME)
    )


async def _travelling(session: AsyncSession, mine: Person) -> set[str]:
    """Customers in whose company this one is named, and those named as this one's company."""
    key = name_key(mine.name)
    named_by = await session.scalars(
        select(Companion.customer_id).where(Companion.name_key == key).limit(MOST_BY_FACT)
    )
    found = set(named_by) if len(key.split()) >= LEAST_WORDS else set()
    for name in sorted(mine.companions):
        words = _words(name)
        if words:
            found.update(await session.scalars(_by_name(_all_of(words, {}))))
    return found


async def _name_query(session: AsyncSession, name: str) -> str:
    """A tsquery for names of these words, of all but one, or with one slip in a long word."""
    words = _words(name)
    if not words:
        return ""
    meant = {word: await _known(session, word) for word in words if len(word) >= LONG_WORD}
    fewer = combinations(words, len(words) - 1) if len(words) > LEAST_WORDS else ()
    return " | ".join(dict.fromkeys(_all_of(some, meant) for some in (words, *fewer)))


def _words(name: str) -> tuple[str, ...]:
    words = name_words(name)[:MOST_WORDS]
    return words if len(words) >= LEAST_WORDS else ()


async def _known(session: AsyncSession, word: str) -> list[str]:
    """Words that anybody ever wrote and that are one slip away."""
    statement = select(SearchWord.word).where(SearchWord.word.in_(sorted(neighbours(word))))
    return list(await session.scalars(statement))


def _all_of(words: Collection[str], meant: dict[str, list[str]]) -> str:
    return f"({' & '.join(_any_of((word, *meant.get(word, ()))) for word in words)})"


def _any_of(words: Collection[str]) -> str:
    return f"({' | '.join(_quoted(words))})"


def _quoted(words: Collection[str]) -> Iterator[str]:
    """Words of letters and digits alone: nothing in them has to be escaped."""
    return (f"'{word}'" for word in words)
