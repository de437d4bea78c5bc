"""What every page of the back office shows: who is logged in, what they may do, what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.pages.rendering import render
from api.problems import problem_of
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.errors import BookingChangedError, DomainError

SAID = {
    "assigned": "The booking has a new owner.",
    "stage": "The stage was changed.",
    "notes": "The notes were saved.",
    "added": "Added to the timeline.",
    "sent": "The quote is on its way to the customer.",
    "draft": "The draft was saved.",
    "asked": "The other supplier was asked.",
    "item": "The preparation was closed.",
    "task": "The task is done.",
    "cancelled": "The booking was cancelled. Watch the timeline for each undo.",
}
"""What a page says after a form was done; addresses carry only the key."""


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
                "Somebody else changed this booking meanwhile",
                "Nothing was saved yet. This page shows the booking as it stands now, with what "
                "you typed still in its field: look at both, then save again.",
                problem_of(error).kind.status,
                field,
            )
        return cls("That was not done", str(error), problem_of(error).kind.status, field)


@dataclass(frozen=True)
class Can:
    """What the person may do, as the templates ask."""

    assign: bool
    change_stage: bool
    edit: bool


def abilities(desk: Desk) -> Can:
    """What this member of staff may do."""
    return Can(
        assign=desk.member.may(Permission.ASSIGN_BOOKINGS),
        change_stage=desk.member.may(Permission.CHANGE_STAGE),
        edit=desk.member.may(Permission.EDIT_BOOKINGS),
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
    """A page in the back office's frame; a refusal gives it its status."""
    return render(
        request,
        f"backoffice/{template}",
        status=refusal.status if refusal else HTTPStatus.OK,
        section=section,
        viewer=desk.member,
        can=abilities(desk),
        said=SAID.get(request.query_params.get("said", "")),
        refusal=refusal,
        **context,
    )


def done(path: str, said: str, anchor: str = "") -> RedirectResponse:
    """Back to a page that says what was done; a reload does it no second time."""
    target = f"{path}?said={said}" + (f"#{anchor}" if anchor else "")
    return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)


async def typed(request: Request) -> Typed:
    """The text fields of a form."""
    form = await request.form()
    return Typed({name: value for name, value in form.items() if isinstance(value, str)})


def named(options: Mapping[str, str], first: str) -> list[tuple[str, str]]:
    """Options of a select that begins with an empty choice."""
    return [("", first), *options.items()]
