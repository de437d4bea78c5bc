"""What every page of a link shares: its forms, who sent them, its answer."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment
from starlette.datastructures import UploadFile

from api.identity.guards import check_form
from api.middleware.client_address import client_address
from api.pages.rendering import ENVIRONMENT, render_by
from api.problems import problem_of
from api.resources import ApiResources, Resources
from models.domain.errors import DecisionUnavailableError, DomainError, InvalidInputError
from models.messages.ids import CommandId

ONE_DAY = timedelta(days=1)
KEY_FIELD = "idempotency_key"
LONGEST_KEY = 100
LONGEST_AGENT = 500


@dataclass(frozen=True)
class Visitor:
    """Where an answer came from, as evidence."""

    ip_address: str
    user_agent: str | None


@dataclass(frozen=True)
class LinkForm:
    """The fields of a form that was sent from one of these pages."""

    fields: dict[str, str]

    @property
    def key(self) -> str:
        """The form's idempotency key.

        Raises:
            InvalidInputError: there is none, or it is no key.
        """
        key = self.fields.get(KEY_FIELD, "")
        if not 0 < len(key) <= LONGEST_KEY:
            raise InvalidInputError("This form is not complete. Open the page again and retry.")
        return key

    def text(self, name: str, most: int) -> str:
        """A field without white space around it.

        Raises:
            InvalidInputError: it is longer than `most` characters.
        """
        value = self.fields.get(name, "").strip()
        if len(value) > most:
            raise InvalidInputError(f"Please write at most {most} characters.")
        return value

    def again(self, error: DomainError | None) -> dict[str, str]:
        """What the page shows again after a refusal, or while it is filled in: all that was typed.

        The key is kept only while nobody knows what became of the command: a refusal is final for
        its key.
        """
        typed = {name: value for name, value in self.fields.items() if name != KEY_FIELD}
        if isinstance(error, DecisionUnavailableError):
            typed["kept_key"] = self.key
        return typed

    def command_id(self, action: str) -> CommandId:
        """The id of the command that this form asks for; sent again, it is the same command."""
        return CommandId(f"{action}:{self.key}")


def visitor_of(request: Request) -> Visitor:
    """Who sends a request."""
    agent = request.headers.get("user-agent", "").replace("\x00", "")[:LONGEST_AGENT]
    return Visitor(client_address(request), agent or None)


def page_nonce(resources: Resources, token: str) -> str:
    """What proves that a form was sent from the page of this token, which a GET never does."""
    secret = resources.settings.link_secret.get_secret_value()
    digest = hmac.digest(secret.encode(), f"page:{token}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def sent_form(request: Request, resources: ApiResources, token: str) -> LinkForm:
    """Dependency: the form of a POST.

    Raises:
        Problem: it was not sent from our page.
    """
    await check_form(request, page_nonce(resources, token))
    form = await request.form()
    texts = {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    return LinkForm({name: value.replace("\x00", "") for name, value in texts.items()})


Form = Annotated[LinkForm, Depends(sent_form)]


def link_page(
    request: Request,
    resources: Resources,
    token: str,
    template: str,
    *,
    form: LinkForm | None = None,
    error: DomainError | None = None,
    environment: Environment = ENVIRONMENT,
    **facts: object,
) -> Response:
    """A page of `templates/customer`, in the language of its environment.

    A refusal of the form that was sent gives the page its status, sentence and headers; what was
    typed stands there again.
    """
    problem = problem_of(error) if error else None
    context = {
        "csrf_token": page_nonce(resources, token),
        "token": token,
        "one_day": ONE_DAY,
        "contact": parseaddr(resources.settings.mail_from)[1],
        "problem": problem.sentence if problem else None,
        "fields": form.again(error) if form else {},
        **facts,
    }
    status = problem.kind.status if problem else HTTPStatus.OK
    response = render_by(environment, request, f"customer/{template}.html", status, context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if problem:
        response.headers.update(problem.headers)
    return response


def back_to(path: str) -> Response:
    """Shows a page after a form was taken."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
