"""`/backoffice/palette`: any page, booking or customer, found by a few letters (Ctrl-K)."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.pages.backoffice.navigation import Place, places_for
from api.pages.formats import month, words
from api.pages.rendering import render
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.opening import PageReading
from models.domain.access import Permission
from models.store.finding import few_bookings, few_customers

router = APIRouter(prefix="/backoffice", include_in_schema=False)

MOST = 5
"""Results of each kind."""
LEAST_LETTERS = 2
"""Fewer find no people: too many would match."""
Words = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Result:
    """Something to go to."""

    address: str
    text: str
    detail: str
    icon: str


@dataclass(frozen=True)
class Results:
    """What was found of one kind."""

    heading: str
    items: list[Result]


@router.get("/palette", dependencies=[Allowed(Permission.USE_BACK_OFFICE)])
async def palette(
    request: Request, desk: PageReading, q: Words = "", part: str = ""
) -> HTMLResponse:
    """A page with a field and what it finds; with `part`, only what is found."""
    typed = " ".join(q.replace("\0", "").split())
    found = [results for results in await _find(desk, typed) if results.items]
    if part:
        return render(request, "backoffice/palette_results.html", found=found, typed=typed)
    return page(request, desk, "palette.html", section="palette", found=found, typed=typed)


@router.get("/keys", dependencies=[Allowed(Permission.USE_BACK_OFFICE)])
async def keys(request: Request, desk: PageReading) -> HTMLResponse:
    """Every key that does something."""
    return page(request, desk, "keys.html", section="keys")


async def _find(desk: Desk, typed: str) -> list[Results]:
    places = Results(gettext("Pages"), [_place(place) for place in _places(desk, typed)])
    if len(typed) < LEAST_LETTERS or not desk.member.may(Permission.READ_BOOKINGS):
        return [places]
    async with desk.sessions() as session:
        return [
            Results(gettext("Bookings"), await _bookings(session, desk, typed)),
            Results(gettext("Customers"), await _customers(session, desk, typed)),
            places,
        ]


async def _bookings(session: AsyncSession, desk: Desk, typed: str) -> list[Result]:
    found = await few_bookings(session, typed, only_owner=desk.member.only_owner, most=MOST)
    return [
        Result(
            f"/backoffice/bookings/{one.id}",
            f"{one.reference} · {one.customer_name}",
            f"{one.destination}, {month(one.travel_month)} · {words(one.stage)}",
            "bookings",
        )
        for one in found
    ]


async def _customers(session: AsyncSession, desk: Desk, typed: str) -> list[Result]:
    found = await few_customers(session, typed, only_owner=desk.member.only_owner, most=MOST)
    return [
        Result(f"/backoffice/customers/{one.id}", one.name, one.email or "", "customers")
        for one in found
    ]


def _places(desk: Desk, typed: str) -> Iterator[Place]:
    """Places whose name has the letters, accents and case aside, in English or the reader's."""
    wanted = _plain(typed)
    for place in places_for(desk.member):
        if any(wanted in _plain(name) for name in (place.name, gettext(place.name))):
            yield place


def _place(place: Place) -> Result:
    return Result(place.address, gettext(place.name), "", place.icon)


def _plain(text: str) -> str:
    """Letters without accents and case; the Vietnamese đ, which is a letter of its own, as d."""
    apart = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
