"""Runs the stand-ins and a receiver of their webhooks over real HTTP on ports of their own."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

import httpx2
import uvicorn
from postmarker.core import PostmarkClient
from twilio.rest import Client

from models.settings import Environment, Settings
from sandbox.courier import Backoff
from sandbox.server import create_sandbox

QUICK = Backoff(first=0.05, longest=0.2)
PATIENCE_SECONDS = 10.0
Found = TypeVar("Found")


class PrefixedPostmarkClient(PostmarkClient):  # type: ignore[misc]  # postmarker has no types
    """postmarker drops its root's path unless an address is relative to it."""

    def call(self, method: str, endpoint: str, *args: object, **kwargs: object) -> object:
        """Keeps the root's path."""
        return super().call(method, endpoint.lstrip("/"), *args, **kwargs)


@dataclass
class Sandbox:
    """A running sandbox and clients that talk to it."""

    url: str
    settings: Settings

    def postmark(self, token: str = "") -> PostmarkClient:
        return PrefixedPostmarkClient(
            server_token=token or self.settings.postmark_server_token.get_secret_value(),
            root_api_url=f"{self.url}/postmark/",
            timeout=10,
        )

    def twilio(self, token: str = "") -> Client:
        client = Client(
            self.settings.twilio_account_sid,
            token or self.settings.twilio_auth_token.get_secret_value(),
        )
        client.api.base_url = f"{self.url}/twilio"
        return client

    def send_mail(self, **fields: object) -> str:
        """Sends a mail by the real client and returns its id."""
        mail = {"From": self.settings.mail_from, "To": "anna@home.example", "TextBody": "Hello"}
        sent: dict[str, str] = self.postmark().emails.send(**(mail | fields))
        return sent["MessageID"]

    def send_text(self, **fields: object) -> str:
        """Sends a phone message by the real client and returns its id."""
        text = {"to": "+84901234567", "from_": self.settings.twilio_sms_from, "body": "Hello"}
        return str(self.twilio().messages.create(**(text | fields)).sid)

    def get(self, path: str, **query: str) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", params=query or None, follow_redirects=True)

    def mailbox(self, **query: str) -> list[dict[str, object]]:
        """What the mailbox's JSON lists."""
        response = self.get("/mailbox/api/messages", **query)
        assert response.status_code == 200, response.text
        listed: list[dict[str, object]] = response.json()
        return listed


def settings_for(data_dir: Path, *, public_url: str = "http://127.0.0.1:9") -> Settings:
    """Settings of a sandbox whose webhooks go to `public_url`; nobody listens on port 9."""
    return Settings(environment=Environment.TEST, data_dir=data_dir, public_url=public_url)


@contextmanager
def running(settings: Settings, *, backoff: Backoff = QUICK) -> Iterator[Sandbox]:
    """Serves a sandbox from a thread for as long as the block lasts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            create_sandbox(settings, backoff=backoff),
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            eventually(lambda: server.started)
            yield Sandbox(url, settings)
        finally:
            server.should_exit = True
            thread.join()


@dataclass(frozen=True)
class Received:
    """A webhook as it came in."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A customer's server: keeps what it gets and answers with `statuses`, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def wait_for(self, count: int) -> list[Received]:
        """The first webhooks, once there are so many."""
        eventually(lambda: len(self.received) >= count)
        return self.received


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens for as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            url = f"{receiver.url}{self.path}"
            receiver.received.append(Received(url, dict(self.headers.items()), body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def eventually(check: Callable[[], Found]) -> Found:
    """The first true result of a check that is asked again and again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found
