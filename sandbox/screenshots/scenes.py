"""Every page worth looking at, by name, with bookings at every stage behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from sandbox.demo.mailbox import Mailbox
from sandbox.demo.staff_desk import StaffDesk
from sandbox.screenshots.guests import Guest
from sandbox.screenshots.office_pages import office_paths

PUBLIC: Final = {
    "website": "/",
    "website-nothing-found": "/?dest=Laos&style=Luxury",
    "enquire": "/enquire",
    "reference": "/docs",
    "not-found": "/nowhere",
    "link-unknown": "/quote/unknown",
    "login": "/auth/login?return_to=/backoffice",
}
STAND_INS: Final = {
    "sandbox": "/",
    "mailbox": "/mailbox",
    "checkout-missing": "/stripe/checkout/unknown",
}
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
    await desk.add_photos()
    scenes = Scenes(
        {name: website + path for name, path in PUBLIC.items()}
        | {name: sandbox + path for name, path in STAND_INS.items()},
    )
    plays = {name: play for name, play in PLAYS.items() if expiring or name != "expired"}
    for number, name in enumerate(plays, start=1):
        campaign = expiring if name == "expired" else ""
        scenes.guests[name] = Guest(
            number, website, mailbox, desk, lambda _: None, campaign=campaign, called=NAMES[name]
        )
    await asyncio.gather(*(play(scenes.guests[name]) for name, play in plays.items()))
    await _collect(scenes, sandbox)
    paths = await office_paths(desk.visitor, scenes.guests, sandbox)
    scenes.office = {name: website + path for name, path in paths.items()}
    for guest in scenes.guests.values():
        await guest.closes()
    await mailbox.close()
    await desk.visitor.close()
    return scenes


async def _collect(scenes: Scenes, sandbox: str) -> None:
    for name, guest in scenes.guests.items():
        for link, url in guest.links.items():
            scenes.public[f"{link}-{name}".replace(" ", "-")] = url
    letters = await scenes.guests["quoted"].mailbox.messages(to=scenes.guests["quoted"].email)
    scenes.public["mail"] = f"{sandbox}/mailbox/mail/{letters[0]['id']}"


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
