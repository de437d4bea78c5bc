"""The stand-in identity provider over real HTTP, and a browser that logs in at it."""

import base64
import hashlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from models.settings import Environment, Settings
from sandbox.identity import create_identity_provider

PUBLIC_URL = "http://127.0.0.1:8080"
WEBSITE = "https://www.asiatravelplan.example"
VERIFIER = "a-verifier-of-the-tests-with-more-than-43-characters"
PATIENCE_SECONDS = 10.0


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass
class RunningProvider:
    """A provider that listens, and the settings by which an API finds it."""

    settings: Settings
    state_dir: Path

    @property
    def issuer(self) -> str:
        return self.settings.oidc_issuer

    @property
    def callback(self) -> str:
        return f"{self.settings.public_url}/auth/callback"

    def rotate_keys(self, *, forget: bool = False) -> None:
        """Gives the provider a new key."""
        answer = httpx2.post(f"{self.issuer}/control/rotate-keys", params={"forget": int(forget)})
        answer.raise_for_status()

    def authorize(self, browser: httpx2.Client, **changes: str | None) -> httpx2.Response:
        """Opens the authorization endpoint with a good request, changed as asked."""
        query = {
            "response_type": "code",
            "client_id": self.settings.oidc_client_id,
            "redirect_uri": self.callback,
            "scope": "openid profile email",
            "state": "the-state",
            "nonce": "the-nonce",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        wanted = {name: value for name, value in query.items() if value is not None}
        return browser.get(f"{self.issuer}/authorize", params=wanted)

    def exchange(self, code: str, **changes: str) -> httpx2.Response:
        """Asks for the tokens of a code."""
        secret = self.settings.oidc_client_secret.get_secret_value()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": VERIFIER,
            **changes,
        }
        auth = (self.settings.oidc_client_id, secret)
        return httpx2.post(f"{self.issuer}/token", data=form, auth=auth)

    def access_token(self, username: str) -> str:
        """An access token of a person."""
        with httpx2.Client() as browser:
            back = log_in(browser, self.authorize(browser), username)
        token: str = self.exchange(query_of(back)["code"]).json()["access_token"]
        return token


def log_in(
    browser: httpx2.Client, form: httpx2.Response, username: str, password: str | None = None
) -> httpx2.Response:
    """Sends the login page's form; the answer sends the browser back to the client."""
    action = re.search(r'<form[^>]* action="([^"]+)"', form.text)
    token = re.search(r'name="request" value="([^"]+)"', form.text)
    assert action, form.text
    assert token, form.text
    fields = {
        "request": unescape(token[1]),
        "username": username,
        "password": password or f"{username}-demo",
    }
    return browser.post(str(form.url.join(action[1])), data=fields)


def query_of(answer: httpx2.Response) -> dict[str, str]:
    """The query of the address that an answer leads to."""
    parsed = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in parsed.items()}


@contextmanager
def serve_provider(state_dir: Path, port: int = 0) -> Iterator[RunningProvider]:
    """Serves a provider from a thread for as long as the block lasts."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        port = listener.getsockname()[1]
        settings = Settings(
            environment=Environment.TEST,
            public_url=PUBLIC_URL,
            allowed_origins=(WEBSITE,),
            oidc_issuer=f"http://127.0.0.1:{port}/oidc",
            sandbox_url=f"http://127.0.0.1:{port}",
        )
        app = Starlette(routes=[Mount("/oidc", create_identity_provider(settings, state_dir))])
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            _wait_for(server)
            yield RunningProvider(settings, state_dir)
        finally:
            server.should_exit = True
            thread.join()


def _wait_for(server: uvicorn.Server) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        assert time.monotonic() < give_up_at, "the provider did not start"
        time.sleep(0.01)
