"""Every page worth looking at, by name, with bookings at every stage behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from sandbox.demo.mailbox import Mailbox
from sandbox.demo.staff_desk import StaffDesk
from sandbox.screenshots.guests import Guest

PUBLIC: Final = {
    "website": "/",
    "website-nothing-found": "/?dest=Laos&style=Luxury",
    "enquire": "/enquire",
    "reference": "/docs",
    "not-found": "/nowhere",
    "link-unknown": "/quote/unknown",
    "login": "/auth/login?return_to=/backoffice",
}
OFFICE: Final = {
    "bookings": "/backoffice/bookings",
    "bookings-none": "/backoffice/bookings?search=nobody-of-this-name",
    "palette-page": "/backoffice/palette?q=anna",
    "bookings-undo": "/backoffice/bookings?said=stage",
    "office-not-found": "/backoffice/bookings/booking_unknown",
    "customers-filtered": "/backoffice/customers?destination=Vietnam&style=Food",
    "customers-none": "/backoffice/customers?search=nobody-of-this-name",
    "customer-merges": "/backoffice/customer-merges",
}
STAND_INS: Final = {
    "sandbox": "/",
    "mailbox": "/mailbox",
    "checkout-missing": "/stripe/checkout/unknown",
}
PLACES: Final = ".places a[href^='/backoffice/']"
"""The links of the navigation: every page that is not about one thing alone."""
SOON: Final = 12.0
"""Seconds in which the quote of the expiring policy has expired."""


@dataclass
class Scenes:
    """Addresses by name: of everybody's pages, and of those that staff see after logging in."""

    public: dict[str, str] = field(default_factory=dict)
    office: dict[str, str] = field(default_factory=dict)
    guests: dict[str, Guest] = field(default_factory=dict)


async def prepare(website: str, sandbox: str, login: tuple[str, str], expiring: str = "") -> Scenes:
    """Plays the bookings, all at once.

    Args:
        website: where the API listens.
        sandbox: where the stand-ins listen.
        login: user name and password of a manager.
        expiring: the campaign of a policy whose quotes expire within seconds, if there is one.
    """
    desk, mailbox = StaffDesk(website), Mailbox(sandbox)
    await desk.log_in(*login)
    scenes = Scenes(
        {name: website + path for name, path in PUBLIC.items()}
        | {name: sandbox + path for name, path in STAND_INS.items()},
        {name: website + path for name, path in OFFICE.items()},
    )
    plays = {name: play for name, play in PLAYS.items() if expiring or name != "expired"}
    for number, name in enumerate(plays, start=1):
        campaign = expiring if name == "expired" else ""
        scenes.guests[name] = Guest(
            number, website, mailbox, desk, lambda _: None, campaign=campaign, called=NAMES[name]
        )
    await asyncio.gather(*(play(scenes.guests[name]) for name, play in plays.items()))
    await _collect(scenes, website, sandbox)
    for guest in scenes.guests.values():
        await guest.closes()
    await mailbox.close()
    await desk.visitor.close()
    return scenes


async def _collect(scenes: Scenes, website: str, sandbox: str) -> None:
    for name, guest in scenes.guests.items():
        for link, url in guest.links.items():
            scenes.public[f"{link}-{name}".replace(" ", "-")] = url
        scenes.office[f"booking-{name}"] = website + guest.office_page
    new, sent = scenes.guests["new"], scenes.guests["quoted"]
    start = await new.desk.visitor.open("/backoffice/bookings")
    for place in start.soup.select(PLACES):
        path = str(place["href"])
        scenes.office[path.removeprefix("/backoffice/").replace("/", "-")] = website + path
    scenes.office["builder"] = f"{website}{new.office_page}/quotes/new"
    page = await sent.desk.visitor.open(sent.office_page)
    version, customer = (
        str(page.soup.select_one(chosen)["href"])  # type: ignore[index]  # the page has both
        for chosen in ("#quotes a[href*='/quotes/quote_']", "a[href*='/backoffice/customers/']")
    )
    scenes.office |= {"version": website + version, "customer": website + customer}
    _collect_customer(scenes, website + customer, await _another_customer(new, customer))
    scenes.office["cancel"] = f"{website}{scenes.guests['won'].office_page}/cancel"
    letters = await sent.mailbox.messages(to=sent.email)
    scenes.public["mail"] = f"{sandbox}/mailbox/mail/{letters[0]['id']}"


async def _another_customer(guest: Guest, customer: str) -> str:
    """The id of a customer who is not the one at this address."""
    page = await guest.desk.visitor.open("/backoffice/customers")
    rows = page.soup.select("tbody a[href^='/backoffice/customers/']")
    paths = (str(row["href"]) for row in rows)
    return next(path for path in paths if path != customer).rpartition("/")[2]


def _collect_customer(scenes: Scenes, address: str, other_id: str) -> None:
    """What there is to one customer besides the page."""
    for name in ("edit", "changes", "passports"):
        scenes.office[f"customer-{name}"] = f"{address}/{name}"
    scenes.office["customer-merge-search"] = f"{address}/merge?search=an"
    scenes.office["customer-merge"] = f"{address}/merge?with={other_id}"


async def _new(guest: Guest) -> None:
    await guest.asks()


async def _quoted(guest: Guest) -> None:
    await guest.asks()
    await guest.gets_quote()


async def _asked_for_change(guest: Guest) -> None:
    await _quoted(guest)
    await guest.answers("change", wish="One day more at the sea, please.")


async def _superseded(guest: Guest) -> None:
    await _quoted(guest)
    await guest.gets_another_quote()


async def _declined(guest: Guest) -> None:
    await _quoted(guest)
    await guest.answers("decline", reason="We stay at home this year.")


async def _expired(guest: Guest) -> None:
    await _quoted(guest)
    await asyncio.sleep(SOON)


async def _accepted(guest: Guest) -> None:
    await _quoted(guest)
    await guest.accepts()
    await guest.opens_checkout()


async def _paid(guest: Guest) -> None:
    await _quoted(guest)
    await guest.accepts()
    await guest.pays()


async def _at_risk(guest: Guest) -> None:
    await _paid(guest)
    await guest.is_partly_refused()


async def _won(guest: Guest) -> None:
    await _paid(guest)
    await guest.is_confirmed()


async def _cancelled(guest: Guest) -> None:
    await _won(guest)
    await guest.cancels()


PLAYS: Final[dict[str, Callable[[Guest], Awaitable[None]]]] = {
    "new": _new,
    "quoted": _quoted,
    "change": _asked_for_change,
    "superseded": _superseded,
    "declined": _declined,
    "expired": _expired,
    "accepted": _accepted,
    "paid": _paid,
    "at-risk": _at_risk,
    "won": _won,
    "cancelled": _cancelled,
}
NAMES: Final = {
    "new": "Clara Fontaine",
    "quoted": "Jonas Berg",
    "change": "Priya Raman",
    "superseded": "Sofia Marino",
    "declined": "Peter Holm",
    "expired": "Lucas Meyer",
    "accepted": "Hannah Weiss",
    "paid": "Oliver Grant",
    "at-risk": "Ines Duarte",
    "won": "Anna Sommer",
    "cancelled": "Ben Winter",
}
