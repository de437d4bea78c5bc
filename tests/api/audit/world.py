"""What the requests of `samples.py` are about: a booking with all that hangs on it."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.quote_states import state_of_version
from models.domain.booking_hash import booking_hash
from models.domain.photos import Shown
from models.domain.threads import InboundKind
from models.messages.ids import new_id
from models.store import draft_states, policies, rosters
from models.store.photos import NewPhoto, add_photo
from models.store.quote_drafts import find_version, mark_changed
from models.store.sessions import Device, Login, open_session
from models.store.text_blocks import add_block
from models.tables.crm import Booking, Staff
from models.tables.identity import LoginAttempt
from models.tables.quote import QuoteVersion
from tests.api.audit.customer_world import customer_world, parts
from tests.api.audit.desk_world import desk_world, removable
from tests.api.audit.product_world import product_world
from tests.api.audit.template_samples import template_world
from tests.support import office as factories
from tests.support.desk import Office
from tests.support.inbound import arrive

PHONE = Device("198.51.100.7", "VN", "Mozilla/5.0 (iPhone) Safari/605")


async def build(office: Office) -> dict[str, str]:
    """Linh's booking, the workflows that decide about it, an administrator."""
    async with office.resources.sessions.begin() as session:
        await let_in(session, "ada", "atp_admin")
    return await world_of(office, office.mine)


async def let_in(session: AsyncSession, who: str, *roles: str, device: Device = PHONE) -> str:
    """Logs somebody in whose cookie and CSRF secret are their name; the session's id."""
    token = hashlib.sha256(who.encode()).hexdigest()
    login = Login(
        who.partition("@")[0], who.partition("@")[0], who.title(), "", frozenset(roles), ""
    )
    return await open_session(
        session, token_hash=token, csrf_secret=who, login=login, device=device
    )


async def world_of(
    office: Office, booking: Booking, *, person: str = "marc", serial: str = "900001"
) -> dict[str, str]:
    """Everything that hangs on a booking, by the names that paths and samples use.

    Args:
        office: where it is.
        booking: whose things these are.
        person: whose further session and login by a new device these are.
        serial: of numbers that are drawn once, for worlds beside each other.
    """
    async with office.resources.sessions.begin() as session:
        ids = await factories.accepted_trip(session, booking, serial=serial)
        tour = await factories.tour(session)
        draft = await session.scalar(
            select(QuoteVersion.id).where(
                QuoteVersion.booking_id == booking.id, QuoteVersion.status == "DRAFT"
            )
        )
        await saved_once(session, booking.id, str(draft), office.marc.id)
        roster = await policy_and_roster(session, office, int(serial))
        customers = await customer_world(session, booking)
        templates = await template_world(session, tour)
    messages = await two_messages(office, serial)
    world = {
        "booking_id": booking.id,
        "customer_id": booking.customer_id,
        "reference": booking.reference,
        "hash": booking_hash(booking.id, 1),
        "marc": office.marc.id,
        "other": ids["other"],
        "quote_id": str(draft),
        "invoice_id": ids["invoice"],
        "document_id": ids["document"],
        "service_order_id": ids["order"],
        "task_id": ids["task"],
        "key": "traveller_details",
        "tour_id": tour.id,
        "photo_id": await _photo(office),
        "text_block_id": await _text_block(office),
        **await taken_away(office, booking, person),
        **roster,
        **customers,
        **templates,
        **messages,
        **await desk_world(office, booking, ids),
    }
    await _shows_faces(office)
    await begin(office, world)
    return world


async def _photo(office: Office) -> str:
    """A photo in the library."""
    async with office.resources.sessions.begin() as session:
        new = NewPhoto(new_id("photo"), "a" * 64, 1600, 900, "Tea hills", "Moc Chau", "", "marc")
        photo, _ = await add_photo(session, new)
        return photo.id


async def _shows_faces(office: Office) -> None:
    """Everybody on the staff has a photo for customers."""
    face = Shown(id="", digest="f" * 64, width=480, height=480, alt="A face", credit="")
    async with office.resources.sessions.begin() as session:
        await session.execute(update(Staff).values(portrait=face))


async def _text_block(office: Office) -> str:
    """A text that quotes can have."""
    block_id = new_id("textblock")
    async with office.resources.sessions.begin() as session:
        await add_block(session, block_id, "Thanks", {"en": "Thank you."}, by="marc")
    return block_id


async def saved_once(session: AsyncSession, booking_id: str, draft_id: str, by: str) -> None:
    """A draft that somebody has saved in the builder, so that they can go back."""
    full = await find_version(session, booking_id, draft_id)
    await draft_states.add_state(session, full.version, state_of_version(full), 0, by)
    mark_changed(full.version, by)


async def begin(office: Office, world: dict[str, str]) -> None:
    """Starts the workflows that decide about a booking and about its service order."""
    for name in ("booking_id", "service_order_id"):
        await office.start(world[name])


async def two_messages(office: Office, mark: str) -> dict[str, str]:
    """A message that waits to be sorted, and an automatic answer that nobody needs to sort."""
    sessions = office.resources.sessions
    return {
        "inbound_id": await arrive(sessions, f"waits-{mark}"),
        "sorted_id": await arrive(sessions, f"sorted-{mark}", kind=InboundKind.AUTO_REPLY),
    }


async def policy_and_roster(session: AsyncSession, office: Office, number: int) -> dict[str, str]:
    """A draft of the policy, and a leave of Linh's; each `number` is another one."""
    in_force = await policies.policy_in_force(session, None)
    changed = replace(in_force, reopen_days=in_force.reopen_days + 1)
    draft_id = await policies.store_draft(session, changed, created_by="tests")
    day = date(2031, 1, 1) + timedelta(days=number % 1_000)
    row = await rosters.enter_leave(session, office.linh.id, day, day, by="tests")
    return {"draft_id": draft_id, "leave_id": row.leave.id, "staff_id": office.linh.id}


async def taken_away(office: Office, booking: Booking, person: str) -> dict[str, str]:
    """What requests take away: a session, a login, lists, a file, a leave, contacts, partners."""
    async with office.resources.sessions.begin() as session:
        return {
            **await another_login(session, person),
            **await product_world(session),
            **await removable(session, office, booking, person),
            **await parts(session, booking.customer_id, person),
        }


async def another_login(session: AsyncSession, person: str) -> dict[str, str]:
    """A second session of somebody, and a login of theirs by a new device."""
    session_id = await let_in(session, f"{person}@{new_id('device')}")
    attempt = LoginAttempt(
        id=f"attempt_{session_id.removeprefix('login_')}",
        outcome="SUCCESS",
        sub=person,
        username=person,
        new_device=True,
        session_id=session_id,
    )
    session.add(attempt)
    await session.flush()
    return {"session_id": session_id, "attempt_id": attempt.id}
