"""The page of one customer: all that is known, and the forms that change it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.customer_words import countries, country_name, told
from api.pages.backoffice.frame import Refusal, Typed, page
from api.pages.formats import words
from api.pages.translation import N_, gettext
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.customers import ConsentChannel, ConsentPurpose, FurtherContactKind, masked
from models.store.customer_changes import ChangeRow, list_changes
from models.store.merge_undo import MergeRow, list_merges
from models.store.profiles import Profile, profile_of
from models.store.suggestions import SuggestionRow, suggestions_for

SECTION: Final = "customers"
RECENT: Final = 5
"""So many changes stand on the page; the others have one of their own."""
MOST_MERGES: Final = 20
REASONS: Final = {
    "SAME_PASSPORT": N_("the same passport"),
    "SAME_PHONE": N_("the same phone number"),
    "SAME_NAME": N_("the same name"),
    "SIMILAR_NAME": N_("a similar name"),
    "COMMON_NAME": N_("the same name, which many have"),
    "SIMILAR_EMAIL": N_("the same beginning of the e-mail address"),
    "IN_ONE_HOUSEHOLD": N_("the same household"),
    "TRAVEL_TOGETHER": N_("named as a travel companion"),
}
KINDS: Final = {"SAME_PERSON": N_("One person?"), "SAME_HOUSEHOLD": N_("One household?")}


@dataclass(frozen=True)
class Shown:
    """What the page shows of a customer."""

    profile: Profile
    recent: list[ChangeRow]
    changes: int
    suggestions: list[SuggestionRow]
    merges: list[MergeRow]


async def customer_page(
    request: Request,
    desk: Desk,
    customer_id: str,
    *,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    """The page; after a refusal with what was typed.

    Raises:
        NotFoundError: there is no such customer for the reader.
    """
    async with desk.sessions() as session:
        shown = await _shown(session, desk, customer_id)
    today = datetime.now(UTC).date()
    return page(
        request,
        desk,
        "customer.html",
        section=SECTION,
        refusal=refusal,
        typed=entered or Typed(),
        profile=shown.profile,
        customer=shown.profile.customer,
        past={row.booking.id for row in shown.profile.past_trips(today)},
        today=today,
        recent=[(row, told(row)) for row in shown.recent],
        changes=shown.changes,
        suggestions=shown.suggestions,
        merges=shown.merges,
        may_edit=desk.member.may(Permission.EDIT_CUSTOMERS),
        may_merge=desk.member.may(Permission.MERGE_CUSTOMERS),
        sees_passports=desk.member.may(Permission.READ_PASSPORTS),
        masked=masked,
        country_name=country_name,
        reasons=REASONS,
        kinds=KINDS,
        contact_options=[(one.value, words(one)) for one in FurtherContactKind],
        channel_options=[(one.value, words(one)) for one in ConsentChannel],
        purpose_options=[(one.value, words(one)) for one in ConsentPurpose],
        country_options=countries(gettext("Please choose")),
    )


async def _shown(session: AsyncSession, desk: Desk, customer_id: str) -> Shown:
    profile = await profile_of(session, customer_id, desk.member.only_owner)
    recent = await list_changes(
        session,
        profile.records,
        passports=desk.member.may(Permission.READ_PASSPORTS),
        page=1,
        page_size=RECENT,
    )
    if not desk.member.may(Permission.MERGE_CUSTOMERS):
        return Shown(profile, recent.items, recent.total, [], [])
    merges = await list_merges(session, page=1, page_size=MOST_MERGES, of=profile.records)
    suggestions = await suggestions_for(session, profile.customer.id)
    return Shown(profile, recent.items, recent.total, suggestions, merges.items)
