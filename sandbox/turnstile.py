"""A stand-in of Turnstile's check of challenge tokens.

A token `sandbox-pass-<anything>` passes once; `sandbox-pass-at-<seconds since 1970>-<anything>` was
issued at that second and passes once within 300 s; everything else fails.
"""

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from models.settings import Settings
from sandbox.bodies import LARGEST_FORM_BYTES, TooLargeError, read_body, read_form
from sandbox.memory import Memory
from sandbox.pages import STATIC

LIFETIME_SECONDS = 300
LONGEST_TOKEN = 2048
PASSING = re.compile(r"sandbox-pass-(?:at-(?P<issued_at>\d{1,12})-)?.+", re.DOTALL)
DUMMY_PASSES = "1x0000000000000000000000000000000AA"
DUMMY_FAILS = "2x0000000000000000000000000000000AA"
DUMMY_SPENT = "3x0000000000000000000000000000000AA"
INVALID, SPENT = "invalid-input-response", "timeout-or-duplicate"


@dataclass(frozen=True)
class Claim:
    """What a site sends to have a visitor's token checked."""

    secret: str
    token: str
    idempotency_key: str


class Verification:
    """The check itself, with a memory of the tokens already spent."""

    def __init__(self, settings: Settings, memory: Memory) -> None:
        self._secret = settings.turnstile_secret.get_secret_value()
        self._hostname = urlsplit(settings.public_url).hostname or ""
        self._memory = memory

    async def verify(self, request: Request) -> Response:
        """`POST /v0/siteverify`: form or JSON in, `success` and `error-codes` out."""
        try:
            claim = _claim(await _fields(request))
        except (TooLargeError, ValueError):
            return JSONResponse(_failure("bad-request"), status_code=HTTPStatus.BAD_REQUEST)
        fault = self._fault(claim)
        return JSONResponse(_failure(fault) if fault else self._success(claim))

    def _fault(self, claim: Claim) -> str:
        """The error code of a claim; empty when it passes, which spends its token."""
        if not claim.secret:
            return "missing-input-secret"
        if claim.secret not in {self._secret, DUMMY_PASSES, DUMMY_FAILS, DUMMY_SPENT}:
            return "invalid-input-secret"
        if not claim.token:
            return "missing-input-response"
        if len(claim.token) > LONGEST_TOKEN:
            return INVALID
        dummies = {DUMMY_PASSES: "", DUMMY_FAILS: INVALID, DUMMY_SPENT: SPENT}
        if claim.secret in dummies:
            return dummies[claim.secret]
        return self._fault_of_token(claim)

    def _fault_of_token(self, claim: Claim) -> str:
        passing = PASSING.fullmatch(claim.token)
        if passing is None:
            return INVALID
        issued_at = passing["issued_at"]
        if issued_at and not 0 <= time.time() - int(issued_at) <= LIFETIME_SECONDS:
            return SPENT
        return "" if self._spend(claim) else SPENT

    def _spend(self, claim: Claim) -> bool:
        """Whether the token was unspent, or spent by this same idempotency key."""
        with self._memory.transaction():
            self._memory.change(
                "INSERT OR IGNORE INTO challenge_tokens VALUES (?, ?, ?)",
                (claim.token, claim.idempotency_key, time.time()),
            )
            return self._changed() or self._same_key(claim)

    def _changed(self) -> bool:
        row = self._memory.row("SELECT changes()")
        return row is not None and row[0] == 1

    def _same_key(self, claim: Claim) -> bool:
        row = self._memory.row(
            "SELECT idempotency_key FROM challenge_tokens WHERE token = ?", (claim.token,)
        )
        key = claim.idempotency_key
        return bool(key) and row is not None and row["idempotency_key"] == key

    def _success(self, claim: Claim) -> dict[str, object]:
        passing = PASSING.fullmatch(claim.token)
        issued_at = passing["issued_at"] if passing else None
        moment = datetime.fromtimestamp(int(issued_at) if issued_at else time.time(), UTC)
        return {
            "success": True,
            "error-codes": [],
            "challenge_ts": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "hostname": self._hostname,
            "action": "",
            "cdata": "",
        }


def _failure(code: str) -> dict[str, object]:
    return {"success": False, "error-codes": [code], "messages": []}


async def _fields(request: Request) -> dict[str, str]:
    """The posted fields.

    Raises:
        ValueError: The body is neither a form nor a JSON object of strings.
    """
    if "json" not in request.headers.get("Content-Type", ""):
        return dict(await read_form(request))
    body = json.loads(await read_body(request, LARGEST_FORM_BYTES))
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        raise ValueError("the body must be a JSON object of strings")
    return body


def _claim(fields: dict[str, str]) -> Claim:
    """The claim that the fields make.

    Raises:
        ValueError: The idempotency key is no UUID, or a field is unknown.
    """
    if unknown := fields.keys() - {"secret", "response", "remoteip", "idempotency_key"}:
        raise ValueError(f"unknown fields: {sorted(unknown)}")
    key = fields.get("idempotency_key", "")
    return Claim(
        secret=fields.get("secret", ""),
        token=fields.get("response", ""),
        idempotency_key=str(UUID(key)) if key else "",
    )


def create_turnstile_app(settings: Settings, memory: Memory) -> Starlette:
    """The stand-in's ASGI app, to be mounted under `/turnstile`."""
    verification = Verification(settings, memory)
    return Starlette(
        routes=[
            Route("/v0/siteverify", verification.verify, methods=["POST"]),
            Route("/v0/api.js", _widget),
        ]
    )


async def _widget(_request: Request) -> Response:
    """`GET /v0/api.js`: the script that shows the challenge where a form asks for it."""
    return FileResponse(STATIC / "turnstile.js", headers={"Cache-Control": "max-age=300"})
