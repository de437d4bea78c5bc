"""The stand-in of Auth0 or Keycloak: OpenID Connect with the code flow and PKCE."""

import base64
import hashlib
import hmac
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.settings import Settings
from sandbox.bodies import TooLargeError, read_form
from sandbox.identity.authorization import Authorization
from sandbox.identity.clients import Client
from sandbox.identity.demo_staff import BY_USERNAME
from sandbox.identity.keys import ALGORITHM, SigningKeys
from sandbox.identity.memory import IdentityMemory
from sandbox.identity.tokens import Tokens, person_claims

NOT_KEPT = {"Cache-Control": "no-store"}


class Provider:
    """The endpoints that programs call."""

    def __init__(
        self, settings: Settings, client: Client, memory: IdentityMemory, keys: SigningKeys
    ) -> None:
        self._issuer = settings.oidc_issuer
        self._client = client
        self._memory = memory
        self._keys = keys
        self._tokens = Tokens(settings, keys)

    async def discovery(self, _request: Request) -> Response:
        """`GET /.well-known/openid-configuration`."""
        return JSONResponse(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "userinfo_endpoint": f"{self._issuer}/userinfo",
                "jwks_uri": f"{self._issuer}/jwks",
                "end_session_endpoint": f"{self._issuer}/logout",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "scopes_supported": ["openid", "profile", "email"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
                "code_challenge_methods_supported": ["S256"],
                "prompt_values_supported": ["none", "login", "consent", "select_account"],
            }
        )

    async def jwks(self, _request: Request) -> Response:
        """`GET /jwks`: the public keys."""
        return JSONResponse(self._keys.document())

    async def token(self, request: Request) -> Response:
        """`POST /token`: tokens for a code."""
        form = dict(await read_form(request))
        if not self._client.authenticated(request.headers.get("authorization", ""), form):
            return _error("invalid_client", HTTPStatus.UNAUTHORIZED, 'Basic realm="oidc"')
        if form.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type")
        grant = self._memory.take_code(form.get("code", ""))
        if grant is None or grant.request.redirect_uri != form.get("redirect_uri"):
            return _error("invalid_grant")
        if not _proves(form.get("code_verifier", ""), grant.request.code_challenge):
            return _error("invalid_grant")
        return JSONResponse(self._tokens.issue(grant), headers=NOT_KEPT)

    async def userinfo(self, request: Request) -> Response:
        """`GET|POST /userinfo`: who an access token speaks of."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        claims = self._tokens.read(token) if scheme.lower() == "bearer" else None
        person = BY_USERNAME.get(claims["preferred_username"]) if claims else None
        if person is None or (claims and claims.get("typ") != "Bearer"):
            challenge = 'Bearer error="invalid_token"'
            return _error("invalid_token", HTTPStatus.UNAUTHORIZED, challenge)
        return JSONResponse(person_claims(person), headers=NOT_KEPT)

    async def rotate_keys(self, request: Request) -> Response:
        """`POST /control/rotate-keys`: a new key; with `?forget=1` the old ones are gone."""
        key = self._keys.rotate()
        if request.query_params.get("forget") == "1":
            self._keys.forget_retired()
        return JSONResponse({"kid": key.kid})


def create_identity_provider(settings: Settings, state_dir: Path) -> Starlette:
    """The provider as an ASGI app, to be mounted where `settings.oidc_issuer` points.

    Args:
        settings: the issuer, the client's id and secret, and where browsers may be sent back.
        state_dir: where keys, codes and sessions are kept, in a file of its own.
    """
    memory = IdentityMemory(state_dir / "identity.sqlite3")
    client = Client(settings)
    provider = Provider(settings, client, memory, SigningKeys(memory))
    authorization = Authorization(client, memory)
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.discovery),
            Route("/jwks", provider.jwks),
            Route("/authorize", authorization.authorize),
            Route("/login", authorization.log_in, methods=["POST"]),
            Route("/logout", authorization.log_out, methods=["GET", "POST"]),
            Route("/token", provider.token, methods=["POST"]),
            Route("/userinfo", provider.userinfo, methods=["GET", "POST"]),
            Route("/control/rotate-keys", provider.rotate_keys, methods=["POST"]),
        ],
        exception_handlers={TooLargeError: _unreadable, ValueError: _unreadable},
    )


def _proves(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the one whose SHA-256 the login began with."""
    digest = hashlib.sha256(verifier.encode()).digest()
    shown = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(shown, challenge)


async def _unreadable(_request: Request, _fault: Exception) -> Response:
    return _error("invalid_request")


def _error(code: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, challenge: str = "") -> Response:
    headers = {**NOT_KEPT, "WWW-Authenticate": challenge} if challenge else NOT_KEPT
    return JSONResponse({"error": code}, status_code=status, headers=headers)
