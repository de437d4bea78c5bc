"""`/backoffice/pricing-rules`: by which rules prices are made, in their order."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page
from api.pages.backoffice.pricing_rule_form import (
    KINDS,
    LONGEST_NAME,
    charm_of,
    currency_of,
    from_form,
    to_form,
)
from api.pages.backoffice.pricing_rule_words import SCOPES, shown, shown_charm
from api.pages.backoffice.quote_fields import CURRENCIES
from api.pages.formats import words
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.rule_keeping import add_rule, change_rule, move_rule, set_charm, switch_rule
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.domain.pricing.markup import MarkupKind
from models.domain.pricing.rounding import CharmScope
from models.store import dossier, rule_books

router = APIRouter(
    prefix="/backoffice/pricing-rules",
    include_in_schema=False,
    dependencies=[Allowed(Permission.EDIT_PRICING_RULES)],
)

ADDRESS = "/backoffice/pricing-rules"
SECTION = "pricing-rules"
STEPS = {"first": -10_000, "earlier": -1, "later": 1, "last": 10_000}
"""Where the buttons of a rule move it."""
WRONG = "Some of what was sent is not valid."


@router.get("")
async def list_rules(request: Request, desk: PageReading) -> HTMLResponse:
    """The rules in the order in which they are asked, then those that were retired."""
    return await _list(request, desk)


@router.get("/new")
async def new_rule(request: Request, desk: PageReading) -> HTMLResponse:
    """The form for a further rule."""
    return await _form(request, desk, Typed(price="MARKUP", currency="USD"), {}, rule_id="")


@router.post("/charms")
async def charm(request: Request, desk: PageAsking) -> Response:
    """Makes prices in a currency look good from now on; without a step they stay as they come."""
    form = await request.form()
    entered = Typed({name: value for name, value in form.items() if isinstance(value, str)})
    read, errors = charm_of(entered)
    if errors:
        return await _list(request, desk, Refusal.of(InvalidInputError(WRONG)), entered, errors)
    try:
        await set_charm(desk, _version(form), currency_of(entered), read)
    except DomainError as error:
        return await _list(request, desk, Refusal.of(error), entered)
    return done(ADDRESS, "charm", anchor="charms")


@router.get("/{pricing_rule_id}")
async def show_rule(pricing_rule_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """The form with what a rule says now."""
    async with desk.sessions() as session:
        kept = (await rule_books.rule_book(session)).find(pricing_rule_id)
    entered, chosen = to_form(kept.terms)
    return await _form(request, desk, entered, chosen, rule_id=pricing_rule_id)


@router.post("")
async def add(request: Request, desk: PageAsking) -> Response:
    """Adds a rule."""
    return await _save(request, desk, "")


@router.post("/{pricing_rule_id}")
async def change(pricing_rule_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets a rule say something else."""
    return await _save(request, desk, pricing_rule_id)


@router.post("/{pricing_rule_id}/move")
async def move(pricing_rule_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets a rule be asked earlier or later."""
    form = await request.form()
    steps = STEPS.get(_text(form, "to"), 0)
    try:
        await move_rule(desk, _version(form), pricing_rule_id, steps)
    except DomainError as error:
        return await _list(request, desk, Refusal.of(error))
    return done(ADDRESS, "rule_moved", anchor=pricing_rule_id)


@router.post("/{pricing_rule_id}/retire")
async def retire(pricing_rule_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets a rule not be asked any more; it can be put back."""
    return await _switch(request, desk, pricing_rule_id, active=False)


@router.post("/{pricing_rule_id}/return")
async def put_back(pricing_rule_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets a retired rule be asked again."""
    return await _switch(request, desk, pricing_rule_id, active=True)


async def _switch(request: Request, desk: Desk, rule_id: str, *, active: bool) -> Response:
    try:
        await switch_rule(desk, _version(await request.form()), rule_id, active=active)
    except DomainError as error:
        return await _list(request, desk, Refusal.of(error))
    return done(ADDRESS, "rule_back" if active else "rule_retired", anchor=rule_id)


async def _save(request: Request, desk: Desk, rule_id: str) -> Response:
    form = await request.form()
    entered = Typed({name: value for name, value in form.items() if isinstance(value, str)})
    chosen = {name: _texts(form, name) for name in ("kinds", "partner_ids")}
    terms, errors = from_form(entered, chosen)
    if terms is None:
        refusal = Refusal.of(InvalidInputError(WRONG))
        return await _form(
            request, desk, entered, chosen, rule_id=rule_id, refusal=refusal, errors=errors
        )
    try:
        if rule_id:
            await change_rule(desk, _version(form), rule_id, terms)
        else:
            rule_id = await add_rule(desk, _version(form), terms)
    except DomainError as error:
        refusal = Refusal.of(error)
        return await _form(request, desk, entered, chosen, rule_id=rule_id, refusal=refusal)
    return done(ADDRESS, "rule_kept", anchor=rule_id)


async def _list(
    request: Request,
    desk: Desk,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
    errors: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        book = await rule_books.rule_book(session)
        partners = await dossier.active_partners(session)
    names = {one.id: one.name for one in partners}
    return page(
        request,
        desk,
        "pricing_rules.html",
        section=SECTION,
        refusal=refusal,
        book=book,
        asked=[shown(one, names) for one in book.rules if one.active],
        never=book.never_asked(),
        charms=[shown_charm(currency, one) for currency, one in book.charms.items()],
        form=entered or Typed(currency="USD", scope=CharmScope.PERSON.value),
        errors=errors or Typed(),
        currencies=[(one, one) for one in CURRENCIES],
        scopes=[(one.value, gettext(SCOPES[one])) for one in CharmScope],
        retired=[shown(one, names) for one in book.rules if not one.active],
    )


async def _form(
    request: Request,
    desk: Desk,
    entered: Typed,
    chosen: dict[str, list[str]],
    *,
    rule_id: str,
    refusal: Refusal | None = None,
    errors: Typed | None = None,
) -> HTMLResponse:
    """The form; after a refusal it is upon the book as it stands, with what was typed in it."""
    async with desk.sessions() as session:
        book = await rule_books.rule_book(session)
        partners = await dossier.active_partners(session)
    return page(
        request,
        desk,
        "pricing_rule.html",
        section=SECTION,
        refusal=refusal,
        form=entered,
        chosen=chosen,
        errors=errors or Typed(),
        based_on=book.version,
        rule_id=rule_id,
        kinds=[(one.value, words(one.value)) for one in KINDS],
        prices=[(one.value, words(one.value)) for one in MarkupKind],
        currencies=[(one, one) for one in CURRENCIES],
        partners=partners,
        longest_name=LONGEST_NAME,
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _version(form: FormData) -> int:
    """The book that somebody saw; what is no number was never in force."""
    text = _text(form, "based_on")
    return int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 - what Postgres' integer holds
