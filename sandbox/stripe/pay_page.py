"""The page on which people pay: a card form, the bank's question, and what came of it."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.bodies import TooLargeError, read_form
from sandbox.memory import Memory
from sandbox.pages import page
from sandbox.stripe.cards import read_card
from sandbox.stripe.currencies import money
from sandbox.stripe.errors import StripeError
from sandbox.stripe.objects import Json
from sandbox.stripe.payments import NEEDS_HOLDER, SUCCEEDED
from sandbox.stripe.sessions import COMPLETE, OPEN, CheckoutSessions

SESSION_MARK = "{CHECKOUT_SESSION_ID}"


class PayPage:
    """The handlers of the pages that people see."""

    def __init__(self, memory: Memory, sessions: CheckoutSessions) -> None:
        self._memory = memory
        self._sessions = sessions

    async def show(self, request: Request) -> Response:
        """`GET /checkout/{id}`: the form, or why nothing can be paid here."""
        session = self._session(request)
        if session is None:
            return _missing(request)
        if session["status"] != OPEN:
            return _closed(request, session)
        return self._form(request, session, {}, {})

    async def pay(self, request: Request) -> Response:
        """`POST /checkout/{id}/pay`: tries the card."""
        form = await _form_of(request)
        session = self._session(request)
        if session is None:
            return _missing(request)
        if session["status"] != OPEN:
            return _closed(request, session, HTTPStatus.CONFLICT)
        card, faults = read_card(form, _known_email(session))
        if card is None:
            return self._form(request, session, form, faults)
        with self._memory.transaction():
            intent = self._sessions.pay(session, card)
        if intent["status"] == NEEDS_HOLDER:
            return _go(f"{_address(request)}/authenticate")
        return self._after(request, session, intent)

    async def question(self, request: Request) -> Response:
        """`GET /checkout/{id}/authenticate`: the bank asks the card's holder."""
        session = self._session(request)
        if session is None:
            return _missing(request)
        intent = self._sessions.intent(session)
        if session["status"] != OPEN or intent is None or intent["status"] != NEEDS_HOLDER:
            return _go(_address(request))
        return _guarded(
            page(request, "stripe/authenticate.html", _facts(request, session)), session
        )

    async def answer(self, request: Request) -> Response:
        """`POST /checkout/{id}/authenticate`: the holder's `outcome`, `approve` or `refuse`."""
        form = await _form_of(request)
        session = self._session(request)
        if session is None:
            return _missing(request)
        intent = self._sessions.intent(session)
        if session["status"] != OPEN or intent is None or intent["status"] != NEEDS_HOLDER:
            return _go(_address(request))
        approved = form.get("outcome") == "approve"
        with self._memory.transaction():
            intent = self._sessions.answer(session, intent, approved=approved)
        return self._after(request, session, intent)

    def _session(self, request: Request) -> Json | None:
        try:
            with self._memory.transaction():
                return self._sessions.get(request.path_params["id"])
        except StripeError:
            return None

    def _after(self, request: Request, session: Json, intent: Json) -> Response:
        return _go(_success(session) if intent["status"] == SUCCEEDED else _address(request))

    def _form(
        self, request: Request, session: Json, form: Json, faults: dict[str, str]
    ) -> Response:
        intent = self._sessions.intent(session)
        error = intent["last_payment_error"] if intent and not faults else None
        items = self._sessions.line_items(session["id"])
        context = _facts(request, session) | {
            "items": [{**item, "total": _total(item)} for item in items],
            "known_email": _known_email(session),
            "typed": _typed(session, form),
            "faults": faults,
            "refusal": error["message"] if error else "",
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
        return _guarded(page(request, "stripe/checkout.html", context, status), session)


def _closed(request: Request, session: Json, status: HTTPStatus = HTTPStatus.OK) -> Response:
    paid = session["status"] == COMPLETE
    context = _facts(request, session) | {
        "paid": paid,
        "back": _success(session) if paid else session["cancel_url"],
    }
    return page(request, "stripe/closed.html", context, status)


def _missing(request: Request) -> Response:
    return page(request, "stripe/missing.html", {}, HTTPStatus.NOT_FOUND)


def _facts(request: Request, session: Json) -> Json:
    return {
        "session": session,
        "total": money(session["amount_total"], session["currency"]),
        "address": _address(request),
    }


def _total(item: Json) -> str:
    return money(item["amount_total"], item["currency"])


def _known_email(session: Json) -> str | None:
    """The address that the shop gave; one that was typed before may be changed."""
    if session["customer_email"] or session["customer"]:
        known: str | None = session["customer_details"]["email"]
        return known
    return None


def _typed(session: Json, form: Json) -> dict[str, str]:
    """What the person has typed so far; a card's number is never shown again."""
    before = session["customer_details"] or {}
    return {name: form.get(name) or before.get(name) or "" for name in ("email", "name")}


def _success(session: Json) -> str:
    return str(session["success_url"]).replace(SESSION_MARK, session["id"])


def _address(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/checkout/{request.path_params['id']}"


def _go(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _guarded(response: Response, session: Json) -> Response:
    """Lets the form lead on to the shop: browsers hold a form's redirects to its policy."""
    shop = urlsplit(session["success_url"])
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", f"form-action 'self' {shop.scheme}://{shop.netloc}"
    )
    return response


async def _form_of(request: Request) -> dict[str, str]:
    try:
        return dict(await read_form(request))
    except (TooLargeError, ValueError):
        return {}
