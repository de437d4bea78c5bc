"""What every page of the back office shows: who is logged in, what they may do, what was said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.pages.backoffice.navigation import groups_for, personal_for
from api.pages.rendering import render
from api.pages.translation import N_, gettext
from api.problems import problem_of
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.errors import BookingChangedError, DomainError

SAID = {
    "assigned": N_("The booking has a new owner."),
    "stage": N_("The stage was changed."),
    "notes": N_("The notes were saved."),
    "added": N_("Added to the timeline."),
    "sent": N_("The quote is on its way to the customer."),
    "draft": N_("The draft was saved."),
    "undone": N_("The last save was undone."),
    "approval_asked": N_("The managers were asked. You get a task when they have decided."),
    "approved": N_("The version is approved and can be sent."),
    "not_approved": N_("The version is not approved; whoever asked gets a task."),
    "revived": N_("This is a new draft with the same content, at today's costs. Send it, or edit."),
    "asked": N_("The other supplier was asked."),
    "item": N_("The preparation was closed."),
    "details": N_("The enquiry was corrected."),
    "noted": N_("The note was added."),
    "contact": N_("The contact was logged."),
    "file_added": N_("The file was added."),
    "file_deleted": N_("The file was deleted."),
    "kept": N_("Nothing was changed: the booking stays as it is."),
    "task_added": N_("The task was added."),
    "task_changed": N_("The task was changed."),
    "later": N_("You will be reminded again."),
    "task": N_("The task is done."),
    "view_kept": N_("The view was kept."),
    "view_changed": N_("The view was changed."),
    "view_gone": N_("The view was removed."),
    "reopened": N_("The task is open again."),
    "enquiry": N_("The enquiry is a booking now."),
    "known": N_("We had this enquiry already; this is its booking."),
    "filed": N_("The message is on the booking's timeline."),
    "dismissed": N_("The message was put aside."),
    "waiting": N_("The message waits again."),
    "policy_draft": N_("Your draft is kept. Nothing is in force before you confirm it."),
    "policy": N_("The policy is in force. Running bookings hear of it now, a few at a time."),
    "rate": N_("The rate is in force. What was sent before keeps its own."),
    "rule_kept": N_("The rule was saved. New prices go by it."),
    "rule_moved": N_("The order was changed. New prices go by it."),
    "rule_retired": N_("The rule was retired. It can be put back."),
    "rule_back": N_("The rule is asked again."),
    "charm": N_("The charm prices were changed. New prices go by them."),
    "leave": N_("The leave was entered."),
    "leave_back": N_("The leave was taken back."),
    "shifts": N_("The hours were saved."),
    "preferences": N_("Your preferences were saved in this browser."),
    "portrait": N_("Customers see your photo now, beside your name."),
    "portrait_gone": N_("Customers see your initials now."),
    "session_ended": N_("That login was ended."),
    "sessions_ended": N_("You are logged out everywhere else."),
    "device_known": N_("Good to know. Nothing more will be said of this device."),
    "device_disowned": N_(
        "That login was ended. Please change your password at the login service now."
    ),
    "customer": N_("The customer was changed."),
    "customer_contact": N_("The contacts were changed."),
    "customer_companion": N_("The travel companions were changed."),
    "customer_household": N_("The household was changed."),
    "customer_consent": N_("What the customer said was kept."),
    "passport": N_("The passport was added."),
    "passport_ended": N_("The passport is not in use any more."),
    "merged": N_("The two records are one customer now."),
    "parted": N_("The merge was taken back."),
    "dismissed_match": N_("They will not be suggested again."),
    "segment_kept": N_("The segment was kept."),
    "segment_changed": N_("The segment was changed."),
    "segment_gone": N_("The segment was removed."),
    "partner": N_("The partner was saved."),
    "partner_contacts": N_("The contacts were changed."),
    "partner_licences": N_("The licences were changed."),
    "partner_risks": N_("The risks were changed."),
    "partner_contracts": N_("The contract is in use. What was agreed before stays known."),
    "partner_bank": N_("The bank data were saved."),
    "rate_card": N_("This version of the rate card is in use now."),
    "rate_import": N_("What you saw is the version in use now."),
    "photo_kept": N_("The photo is in the library. Quotes can show it."),
    "photo_archived": N_("The photo is archived. Quotes that show it go on showing it."),
    "template_kept": N_("The template was kept. New quotes can begin with it."),
    "template_named": N_("The template was renamed."),
    "template_archived": N_("The template was archived. It can be put back."),
    "template_back": N_("The template is in use again."),
    "text_kept": N_("The text was kept. It can be put into quotes."),
    "text_changed": N_("The text was changed. Quotes that have it stay as they are."),
    "text_archived": N_("The text was archived. It can be put back."),
    "text_back": N_("The text is in use again."),
    "cancelled": N_("The booking was cancelled. Watch the timeline for each undo."),
}
"""What a page says after a form was done; addresses carry only the key."""
WRONG = N_("Some fields need another look. Nothing was saved yet; what you typed is still here.")
UNDOING = {
    "merged": "/backoffice/customer-merges/{}/undo",
    "task": "/backoffice/bookings/{}/tasks/{}/reopen",
    "filed": "/backoffice/triage/{}/return",
    "dismissed": "/backoffice/triage/{}/return",
}
"""Where a form goes that undoes what was said; addresses carry only the ids for its gaps."""
ID = re.compile(r"[a-z]+_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Typed(dict[str, str]):
    """Texts by field: what a person typed, or what is wrong with it; empty for all others."""

    def __missing__(self, name: str) -> str:
        """Nothing there."""
        return ""


@dataclass(frozen=True)
class Refusal:
    """Why something was not done, for the top of the page; `field` is the one it is about."""

    title: str
    text: str
    status: int
    field: str = ""

    @classmethod
    def of(cls, error: DomainError, field: str = "") -> "Refusal":
        """A refusal in words for the person who asked."""
        if isinstance(error, BookingChangedError):
            return cls(
                gettext("Somebody else changed this booking meanwhile"),
                gettext(
                    "Nothing was saved yet. This page shows the booking as it stands now, with "
                    "what you typed still in its field: look at both, then save again."
                ),
                problem_of(error).kind.status,
                field,
            )
        sentence = gettext(str(error))
        return cls(gettext("That was not done"), sentence, problem_of(error).kind.status, field)


@dataclass(frozen=True)
class Can:
    """What the person may do, as the templates ask."""

    assign: bool
    change_stage: bool
    edit: bool
    see_profit: bool
    approve: bool


def abilities(desk: Desk) -> Can:
    """What this member of staff may do."""
    return Can(
        assign=desk.member.may(Permission.ASSIGN_BOOKINGS),
        change_stage=desk.member.may(Permission.CHANGE_STAGE),
        edit=desk.member.may(Permission.EDIT_BOOKINGS),
        see_profit=desk.member.may(Permission.SEE_PROFIT),
        approve=desk.member.may(Permission.APPROVE_QUOTES),
    )


def page(
    request: Request,
    desk: Desk,
    template: str,
    *,
    section: str,
    refusal: Refusal | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page in the back office's frame; a refusal gives it its status.

    What was done before it (`said` in its address) is told by the frame, with a way back if there
    is one.
    """
    return render(
        request,
        f"backoffice/{template}",
        status=refusal.status if refusal else HTTPStatus.OK,
        section=section,
        viewer=desk.member,
        can=abilities(desk),
        groups=groups_for(desk.member),
        personal=personal_for(desk.member),
        toast=_toast(request),
        said=None,
        refusal=refusal,
        **context,
    )


@dataclass(frozen=True)
class Toast:
    """What was done, and where a form goes that undoes it; empty when nothing does."""

    text: str
    undo: str


def _toast(request: Request) -> Toast | None:
    said = request.query_params.get("said", "")
    if said not in SAID:
        return None
    of = request.query_params.get("of", "").split(",")
    undoing = UNDOING.get(said, "")
    fits = len(of) == undoing.count("{}") and all(map(ID.fullmatch, of))
    return Toast(gettext(SAID[said]), undoing.format(*of) if fits else "")


def done(path: str, said: str, anchor: str = "", of: Sequence[str] = ()) -> RedirectResponse:
    """Back to a page that says what was done; a reload does it no second time.

    Args:
        path: the page.
        said: a key of `SAID`; one of `UNDOING` offers to undo it.
        anchor: the part of the page to look at.
        of: the ids that the address of `UNDOING` needs.
    """
    ids = f"&of={','.join(of)}" if of else ""
    target = f"{path}?said={said}{ids}" + (f"#{anchor}" if anchor else "")
    return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)


async def typed(request: Request) -> Typed:
    """The text fields of a form."""
    form = await request.form()
    return Typed({name: value for name, value in form.items() if isinstance(value, str)})


def named(options: Mapping[str, str], first: str) -> list[tuple[str, str]]:
    """Options of a select that begins with an empty choice."""
    return [("", first), *options.items()]
