"""`/backoffice/exchange-rates`: what currencies are worth, and a rate by hand with its effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.staff.desk import Desk
from api.staff.exchange_schemas import LONGEST_REASON, RateIn
from api.staff.opening import PageAsking, PageReading
from api.staff.rate_setting import (
    Effect,
    Overview,
    Wish,
    bases,
    effect_of,
    finish_task,
    overview,
    set_rate,
)
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.domain.exchange import EURO, TRADED, ExchangeRate
from models.store.exchange_rates import KnownRate

router = APIRouter(prefix="/backoffice/exchange-rates", include_in_schema=False)

ADDRESS = "/backoffice/exchange-rates"
SECTION = "exchange-rates"
READING = [Allowed(Permission.READ_POLICY)]
EDITING = [Allowed(Permission.EDIT_EXCHANGE_RATES)]
WIDTH, HEIGHT = 96, 24
"""Of a line of rates, in the units of its drawing."""
LATER = "later"
"""Stands for the reason while only the effect is asked for."""
Word = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True)
class Line:
    """A currency in the list: its rate in force, those before it, and how it went."""

    currency: str
    rate: ExchangeRate
    set_by: str | None
    age: int
    stale: bool
    per_dollar: Decimal | None
    known: list[KnownRate]
    points: str
    """Of a polyline, the oldest first; empty for a single rate."""


@router.get("", dependencies=READING)
async def show_rates(
    request: Request,
    desk: PageReading,
    currency: Word = "",
    base: Word = "",
    rate: Word = "",
) -> HTMLResponse:
    """The rates in force; with a rate in the address, what it would mean."""
    entered = Typed(currency=currency, base=base, rate=rate)
    if not rate or not desk.member.may(Permission.EDIT_EXCHANGE_RATES):
        return await _page(request, desk, entered)
    read = _read(entered | {"reason": LATER})
    if isinstance(read, Typed):
        return await _page(request, desk, entered, errors=read)
    try:
        async with desk.sessions() as session:
            effect = await effect_of(session, _wish(read))
    except DomainError as error:
        return await _page(request, desk, entered, refusal=Refusal.of(error))
    return await _page(request, desk, entered, effect=effect)


@router.post("", dependencies=EDITING)
async def set_by_hand(request: Request, desk: PageAsking) -> Response:
    """Sets the rate whose effect was shown, with a reason."""
    entered = await typed(request)
    read = _read(entered)
    if isinstance(read, Typed):
        refusal = Refusal.of(InvalidInputError("Some of what was sent is not valid."))
        return await _again(request, desk, entered, refusal, read)
    try:
        known = await set_rate(desk, _wish(read))
    except DomainError as error:
        return await _again(request, desk, entered, Refusal.of(error), Typed())
    return done(ADDRESS, "rate", anchor=f"rate-{known.rate.currency}")


@router.post("/tasks/{rate_task_id}/done", dependencies=EDITING)
async def finish(rate_task_id: str, desk: PageAsking) -> Response:
    """Marks a task about rates as done."""
    await finish_task(desk, rate_task_id)
    return done(ADDRESS, "task")


async def _again(
    request: Request, desk: Desk, entered: Typed, refusal: Refusal, errors: Typed
) -> HTMLResponse:
    """The page with what was typed, and its effect if it can be told."""
    read = _read(entered | {"reason": LATER})
    effect = None
    if isinstance(read, RateIn):
        async with desk.sessions() as session:
            effect = await effect_of(session, _wish(read))
    return await _page(request, desk, entered, effect=effect, refusal=refusal, errors=errors)


def _read(entered: dict[str, str]) -> RateIn | Typed:
    """What was typed as a rate, or what is wrong with it by field.

    A comma is refused: it stands before decimals in one country and between thousands in another.
    """
    fields = {name: entered.get(name, "").strip() for name in ("currency", "base", "reason")}
    text = entered.get("rate", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    try:
        return RateIn.model_validate(
            {
                **fields,
                "base": fields["base"] or EURO,
                "rate": text,
                "confirmed": entered.get("confirmed", "") == "yes",
            }
        )
    except ValidationError as error:
        return Typed(sentences(error))


def _wish(read: RateIn) -> Wish:
    return Wish(read.currency, read.base, read.rate, read.reason, read.confirmed)


async def _page(
    request: Request,
    desk: Desk,
    entered: Typed,
    *,
    effect: Effect | None = None,
    refusal: Refusal | None = None,
    errors: Typed | None = None,
) -> HTMLResponse:
    found = await overview(desk)
    lines = [_line(found, currency) for currency in found.known]
    traded = sorted(
        (one for one in lines if one.currency in TRADED), key=lambda one: TRADED.index(one.currency)
    )
    return page(
        request,
        desk,
        "exchange_rates.html",
        section=SECTION,
        refusal=refusal,
        form=entered,
        errors=errors or Typed(),
        effect=effect,
        lists=[("traded", traded), ("other", [one for one in lines if one not in traded])],
        old=[one.currency for one in traded if one.stale],
        found=found,
        currencies=[(one, one) for one in sorted({*TRADED, *found.known})],
        bases=[(one, one) for one in bases(found.in_force)],
        longest_reason=LONGEST_REASON,
        width=WIDTH,
        height=HEIGHT,
    )


def _line(found: Overview, currency: str) -> Line:
    known = found.known[currency]
    rate, dollar = known[0].rate, found.in_force.by_currency.get("USD")
    return Line(
        currency,
        rate,
        known[0].set_by,
        rate.age_days(found.today),
        rate.stale(found.today, found.policy.exchange_stale_days),
        rate.per_euro / dollar.per_euro if dollar and currency != "USD" else None,
        known,
        points_of([one.rate.per_euro for one in reversed(known)]),
    )


def points_of(rates: Sequence[Decimal]) -> str:
    """A line through numbers, the first at the left, the largest at the top; empty for one."""
    if len(rates) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    low, high = min(rates), max(rates)
    span = (high - low) or Decimal(1)
    step = Decimal(WIDTH - 4) / (len(rates) - 1)
    return " ".join(
        f"{2 + step * place:.1f},{2 + (high - rate) / span * (HEIGHT - 4):.1f}"
        for place, rate in enumerate(rates)
    )
