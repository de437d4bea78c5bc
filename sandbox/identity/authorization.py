"""The pages of a login: the client's request, the form, and the way back with a code."""

import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from sandbox.bodies import read_form
from sandbox.identity.clients import Client
from sandbox.identity.demo_staff import BY_USERNAME, DEMO_STAFF
from sandbox.identity.memory import Grant, IdentityMemory, Request, Session
from sandbox.pages import page

COOKIE = "sandbox_identity"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
PROMPTS = {"none", "login", "consent", "select_account"}
SEE_OTHER = 303


class Authorization:
    """`/authorize`, `/login` and `/logout`."""

    def __init__(self, client: Client, memory: IdentityMemory) -> None:
        self._client = client
        self._memory = memory

    async def authorize(self, http: HttpRequest) -> Response:
        """`GET /authorize`: a code for whoever is logged in already, or the login page."""
        query = http.query_params
        if fault := self._untrusted(query):
            return self.message(http, "This login can't begin", fault, HTTPStatus.BAD_REQUEST)
        request = Request(
            client_id=query["client_id"],
            redirect_uri=query["redirect_uri"],
            scope=query.get("scope", ""),
            state=query.get("state", ""),
            nonce=query.get("nonce", ""),
            code_challenge=query.get("code_challenge", ""),
        )
        if error := _fault(query):
            return _back(request, error=error[0], error_description=error[1])
        prompts = set(query.get("prompt", "").split())
        session = self._memory.find_session(http.cookies.get(COOKIE, ""))
        if session and _recent(session, query) and not prompts & {"login", "select_account"}:
            return self._with_code(request, session)
        if "none" in prompts:
            return _back(request, error="login_required")
        return self._form(http, self._memory.keep_request(request))

    async def log_in(self, http: HttpRequest) -> Response:
        """`POST /login`: name and password; back to the client with a code when they are right."""
        form = dict(await read_form(http))
        token = form.get("request", "")
        request = self._memory.find_request(token)
        if request is None:
            text = "It was begun too long ago. Go back to where you came from and log in again."
            return self.message(http, "This login has expired", text, HTTPStatus.BAD_REQUEST)
        person = BY_USERNAME.get(form.get("username", "").strip().lower())
        if person is None or person.password != form.get("password"):
            return self._form(http, token, wrong=form.get("username", ""))
        cookie, session = self._memory.keep_session(person.username)
        response = self._with_code(request, session)
        path = http.scope.get("root_path") or "/"
        response.set_cookie(COOKIE, cookie, path=path, httponly=True, samesite="lax")
        return response

    async def log_out(self, http: HttpRequest) -> Response:
        """`GET|POST /logout`: ends the provider's session, then back to where the client says."""
        asked = dict(http.query_params)
        if http.method == "POST":
            asked |= dict(await read_form(http))
        self._memory.end_session(http.cookies.get(COOKIE, ""))
        target = asked.get("post_logout_redirect_uri", "")
        if self._client.may_return_to(target):
            if state := asked.get("state"):
                target += ("&" if "?" in target else "?") + urlencode({"state": state})
            response: Response = RedirectResponse(target, SEE_OTHER)
        else:
            response = self.message(http, "You are logged out", "You may close this page.")
        response.delete_cookie(COOKIE, path=http.scope.get("root_path") or "/")
        return response

    def message(
        self, http: HttpRequest, title: str, text: str, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        """A page that only says something."""
        return page(http, "identity/message.html", {"title": title, "text": text}, status)

    def _untrusted(self, query: Mapping[str, str]) -> str:
        """Why the browser can't even be sent back; empty if it can."""
        if query.get("client_id") != self._client.client_id:
            return "The client_id is not known here. Check OIDC_CLIENT_ID."
        if query.get("redirect_uri") != self._client.redirect_uri:
            return f"The redirect_uri is not registered; {self._client.redirect_uri} is."
        return ""

    def _with_code(self, request: Request, session: Session) -> Response:
        return _back(request, code=self._memory.keep_code(Grant(request, session)))

    def _form(self, http: HttpRequest, token: str, wrong: str | None = None) -> Response:
        root = http.scope.get("root_path", "")
        context = {"action": f"{root}/login", "token": token, "people": DEMO_STAFF, "wrong": wrong}
        response = page(http, "identity/login.html", context)
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy.replace(
            "form-action 'self'", f"form-action {self._client.form_targets}"
        )
        return response


def _fault(query: Mapping[str, str]) -> tuple[str, str] | None:
    """What is wrong with a request, as error code and sentence."""
    if query.get("response_type") != "code":
        return "unsupported_response_type", "only response_type=code is offered"
    if "openid" not in query.get("scope", "").split():
        return "invalid_scope", "the scope must have openid"
    if query.get("code_challenge_method") != "S256":
        return "invalid_request", "PKCE is required: code_challenge_method=S256"
    if not CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "invalid_request", "PKCE is required: the code_challenge is no SHA-256"
    if not set(query.get("prompt", "").split()) <= PROMPTS:
        return "invalid_request", "the prompt is not known"
    return None


def _recent(session: Session, query: Mapping[str, str]) -> bool:
    """Whether the session is as young as the client asks by `max_age`."""
    max_age = query.get("max_age", "")
    return not max_age.isdigit() or time.time() - session.auth_time <= int(max_age)


def _back(request: Request, **answer: str) -> Response:
    if request.state:
        answer["state"] = request.state
    return RedirectResponse(f"{request.redirect_uri}?{urlencode(answer)}", SEE_OTHER)
