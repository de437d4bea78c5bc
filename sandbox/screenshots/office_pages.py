"""The pages of the back office: those that are always there, and those of what was played."""

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx2

from sandbox.demo.visitor import Page, Visitor
from sandbox.screenshots.guests import Guest

ALWAYS: Final = {
    "bookings": "/backoffice/bookings",
    "bookings-none": "/backoffice/bookings?search=nobody-of-this-name",
    "palette-page": "/backoffice/palette?q=anna",
    "bookings-undo": "/backoffice/bookings?said=stage",
    "office-not-found": "/backoffice/bookings/booking_unknown",
    "customers-filtered": "/backoffice/customers?destination=Vietnam",
    "customers-none": "/backoffice/customers?search=nobody-of-this-name",
    "customer-merges": "/backoffice/customer-merges",
    "partners-none": "/backoffice/partners?search=nobody-of-this-name",
    "partner-new": "/backoffice/partners/new",
    "photos-archived": "/backoffice/photos?archived=on",
    "texts-none": "/backoffice/text-blocks?search=nothing-of-this-name",
    "trip-templates-none": "/backoffice/trip-templates?search=nothing-of-this-name",
    "policy-edit": "/backoffice/policy/edit",
    "policy-versions": "/backoffice/policy/versions",
    "exchange-effect": "/backoffice/exchange-rates?currency=VND&base=EUR&rate=2747.36",
    "pricing-rule-new": "/backoffice/pricing-rules/new",
    "policy-version": "/backoffice/policy/versions/1",
}
PLACES: Final = ".places a[href^='/backoffice/']"
"""The links of the navigation: every page that is not about one thing alone."""
TRIAGE: Final = "/backoffice/triage"
PATIENCE_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.2
MAIL: Final = {
    "from": "Rosa Fuentes <rosa.fuentes@traveller.example>",
    "to": "trips@reply.asiatravelplan.example",
    "subject": "Temples of the south",
    "text": "We are four and would like to see the temples of the south in spring.",
}
"""From somebody unknown, so that it waits in triage."""


async def office_paths(
    visitor: Visitor, guests: Mapping[str, Guest], sandbox: str
) -> dict[str, str]:
    """Paths by name.

    Args:
        visitor: a manager who is logged in.
        guests: whose bookings were played, by name.
        sandbox: where the stand-ins listen.
    """
    start = await visitor.open("/backoffice/bookings")
    places = [str(place["href"]) for place in start.soup.select(PLACES)]
    return {
        **ALWAYS,
        **{path.removeprefix("/backoffice/").replace("/", "-"): path for path in places},
        **{f"booking-{name}": guest.office_page for name, guest in guests.items()},
        "builder": f"{guests['new'].office_page}/quotes/new",
        "assignment": f"{guests['new'].office_page}/assignment",
        "cancel": f"{guests['won'].office_page}/cancel",
        "timeline": f"{guests['won'].office_page}/timeline",
        "roster-person": _first(await visitor.open("/backoffice/roster"), "tbody a"),
        "policy-draft": await _draft(visitor),
        **await _of_templates(visitor, guests["new"]),
        "triage-message": await _waiting_message(visitor, sandbox),
        **await _of_quote(visitor, guests["quoted"]),
        **await _of_products(visitor),
    }


async def _of_products(visitor: Visitor) -> dict[str, str]:
    """A partner with its contract, and a rate card with the forms of its next version."""
    partner = _first(await visitor.open("/backoffice/partners?search=lotus"), "tbody a.strong")
    page = await visitor.open(partner)
    card = _first(page, "#cards tbody a.strong")
    gaps = await visitor.open("/backoffice/rate-cards?search=villa+mekong")
    return {
        "partner": partner,
        "partner-edit": f"{partner}/edit",
        "partner-contract": _first(page, "#contracts a[href*='/contracts/']"),
        "rate-card": card,
        "rate-card-gap": _first(gaps, "tbody a.strong"),
        "rate-card-edit": f"{card}/edit",
        "rate-card-new": _first(page, "#contracts a[href*='/rate-cards/new']"),
    }


async def _of_templates(visitor: Visitor, guest: Guest) -> dict[str, str]:
    """A template of a tour, and the builder that begins with it."""
    page = await visitor.open("/backoffice/trip-templates")
    tour = page.soup.select("select[name=tour_id] option")[-1]["value"]
    kept = await visitor.submit(
        page, "tour_id", tour_id=str(tour), name="Northern loop", destination="Vietnam"
    )
    path = httpx2.URL(kept.url).path
    begun = f"{guest.office_page}/quotes/new?start=template:{path.rpartition('/')[2]}"
    return {"trip-template": path, "builder-template": begun}


async def _of_quote(visitor: Visitor, guest: Guest) -> dict[str, str]:
    """A version, its customer, and what there is to them besides the page."""
    page = await visitor.open(guest.office_page)
    customer = _first(page, "a[href*='/backoffice/customers/']")
    others = await visitor.open("/backoffice/customers")
    version = _first(page, "#quotes a[href*='/quotes/quote_']")
    other = _first(others, f"tbody a[href^='/backoffice/customers/']:not([href='{customer}'])")
    return {
        "version": version,
        "version-today": f"{version}/today",
        "version-compare": f"{guest.office_page}/quotes/compare",
        "customer": customer,
        **{f"customer-{part}": f"{customer}/{part}" for part in ("edit", "changes", "passports")},
        "customer-merge-search": f"{customer}/merge?search=an",
        "customer-merge": f"{customer}/merge?with={other.rpartition('/')[2]}",
    }


async def _draft(visitor: Visitor) -> str:
    """A changed policy before it is in force."""
    form = await visitor.open("/backoffice/policy/edit")
    shown = await visitor.submit(form, "sla_QUALIFIED", sla_QUALIFIED="12")
    return httpx2.URL(shown.url).path


async def _waiting_message(visitor: Visitor, sandbox: str) -> str:
    """A mail that a manager has to sort."""
    async with httpx2.AsyncClient(base_url=sandbox) as post_office:
        sent = await post_office.post("/postmark/_sandbox/inbound", json=MAIL)
        sent.raise_for_status()
    waiting = f"a[href^='{TRIAGE}/']"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (page := await visitor.open(TRIAGE)).soup.select(waiting):  # noqa: ASYNC110 - a webhook brings it
            await asyncio.sleep(PAUSE_SECONDS)
    return _first(page, waiting)


def _first(page: Page, chosen: str) -> str:
    """Where the first link of this kind leads; there always is one."""
    link = page.soup.select_one(chosen)
    if link is None:
        raise LookupError(f"{page.url} has no {chosen}")
    return str(link["href"])
