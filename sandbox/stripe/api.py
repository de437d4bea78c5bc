"""How a request to Stripe's API is admitted, carried out once, and answered."""

import asyncio
import base64
import binascii
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.bodies import TooLargeError, read_form
from sandbox.memory import Memory
from sandbox.stripe.errors import StripeError
from sandbox.stripe.events import API_VERSION, Events
from sandbox.stripe.expanding import Expanding
from sandbox.stripe.idempotency import Answer, Asked, Idempotency
from sandbox.stripe.objects import Json, new_id
from sandbox.stripe.parameters import Fields, nested

VERSION = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(\.[a-z_]+)?")
FORM = "application/x-www-form-urlencoded"
LAG = "lag"
REQUEST_ID_LENGTH = 14

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """One of the API's addresses.

    Args:
        method: The HTTP method.
        path: The address, with `{id}` where an object's id stands.
        accepted: Its parameters.
        run: Does the work; gets the parameters and the id.
    """

    method: str
    path: str
    accepted: Fields
    run: Callable[[Json, str], Json]


class Api:
    """Carries out operations: one transaction each, with its idempotent answer in it."""

    def __init__(self, memory: Memory, events: Events, expanding: Expanding, api_key: str) -> None:
        self._memory = memory
        self._events = events
        self._expanding = expanding
        self._api_key = api_key
        self._idempotency = Idempotency(memory)

    async def answer(self, request: Request, operation: Operation) -> Response:
        """The response to a request, refusals included."""
        request_id = new_id("req", REQUEST_ID_LENGTH)
        try:
            self._admit(request)
            answer = await self._answer(request, operation, request_id)
        except StripeError as refusal:
            answer = Answer(refusal.status, refusal.body(), request_id)
        return _response(request, answer, request_id)

    async def _answer(self, request: Request, operation: Operation, request_id: str) -> Answer:
        pairs = await _pairs(request)
        key = request.headers.get("idempotency-key")
        if key is None or request.method == "GET":
            answer = self._carry_out(request, operation, pairs, request_id, None)
            await self._lag()
            return answer
        asked = Asked.of(key, f"{request.method} {_path(request)}", pairs)
        with self._idempotency.alone(asked):
            answer = self._idempotency.earlier(asked) or self._carry_out(
                request, operation, pairs, request_id, asked
            )
            await self._lag()
        return answer

    def _carry_out(
        self,
        request: Request,
        operation: Operation,
        pairs: Pairs,
        request_id: str,
        asked: Asked | None,
    ) -> Answer:
        """Does the work; a refusal of a sound request is kept for its key like a success."""
        params = operation.accepted(nested(pairs))
        key = asked.key if asked else None
        try:
            with self._memory.transaction(), self._events.caused_by(request_id, key):
                body = operation.run(params, request.path_params.get("id", ""))
                body = self._expanding.expand(body, params.get("expand", ()))
                answer = Answer(HTTPStatus.OK, body, request_id)
                if asked:
                    self._idempotency.keep(asked, answer)
        except StripeError as refusal:
            answer = Answer(refusal.status, refusal.body(), request_id)
            if asked and refusal.judged:
                self._idempotency.keep(asked, answer)
        return answer

    async def _lag(self) -> None:
        """Keeps the client waiting for an answer to what is done, as a test may want."""
        row = self._memory.row("SELECT value FROM switches WHERE name = ?", (LAG,))
        if row is not None and row["value"]:
            await asyncio.sleep(row["value"])

    def _admit(self, request: Request) -> None:
        shown = _shown_key(request.headers.get("authorization", ""))
        if not shown:
            raise StripeError(
                "You did not provide an API key. You need to provide your API key in the"
                " Authorization header, using Bearer auth (e.g. 'Authorization: Bearer"
                " YOUR_SECRET_KEY').",
                status=HTTPStatus.UNAUTHORIZED,
            )
        if not secrets.compare_digest(shown.encode(), self._api_key.encode()):
            raise StripeError(
                f"Invalid API Key provided: ****{shown[-4:]}", status=HTTPStatus.UNAUTHORIZED
            )
        version = request.headers.get("stripe-version", API_VERSION)
        if not VERSION.fullmatch(version):
            raise StripeError(f"Invalid Stripe API version: {version}")


async def unknown(request: Request, _error: Exception) -> Response:
    """The answer to an address or method that the stand-in doesn't have."""
    refusal = StripeError(
        f"Unrecognized request URL ({request.method}: {_path(request)}).",
        status=HTTPStatus.NOT_FOUND,
    )
    request_id = new_id("req", REQUEST_ID_LENGTH)
    return _response(request, Answer(refusal.status, refusal.body(), request_id), request_id)


def _response(request: Request, answer: Answer, request_id: str) -> Response:
    version = request.headers.get("stripe-version", "")
    headers = {
        "Request-Id": request_id,
        "Stripe-Version": version if VERSION.fullmatch(version) else API_VERSION,
        "Cache-Control": "no-cache, no-store",
    }
    if key := request.headers.get("idempotency-key"):
        headers |= {"Idempotency-Key": key, "Original-Request": answer.request_id}
    if answer.request_id != request_id:
        headers["Idempotent-Replayed"] = "true"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


async def _pairs(request: Request) -> Pairs:
    if request.method == "GET":
        return parse_qsl(request.url.query, keep_blank_values=True)
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip()
    if kind != FORM:
        raise StripeError(
            f"Invalid request (check that your POST content type is {FORM}).", judged=False
        )
    try:
        return await read_form(request)
    except (TooLargeError, ValueError):
        raise StripeError("The request's body is no form, or too large.", judged=False) from None


def _path(request: Request) -> str:
    return str(request.url.path).removeprefix(request.scope.get("root_path", ""))


def _shown_key(authorization: str) -> str:
    """The key of an `Authorization` header, by either of Stripe's schemes."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
