"""The stand-ins' server: refused in production, stopped in order, nothing lost when killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from models.settings import Environment, Settings
from sandbox.server import SandboxInProductionError, create_sandbox
from sandbox.stack.ports import find_free
from tests.sandbox.running import Receiver, Sandbox, eventually, running, settings_for

ROOT = Path(__file__).parents[2]


@contextmanager
def process(data_dir: Path, public_url: str) -> Iterator[tuple[Sandbox, subprocess.Popen[bytes]]]:
    """The server as `make up` runs it."""
    port = find_free()
    settings = settings_for(data_dir, public_url=public_url)
    environment = {
        **os.environ,
        "ATP_DATA_DIR": str(data_dir),
        "ATP_SANDBOX_PORT": str(port),
        "ATP_PUBLIC_URL": public_url,
    }
    command = [sys.executable, "-m", "sandbox.server"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as started:  # noqa: S603 - our own module
        sandbox = Sandbox(f"http://127.0.0.1:{port}", settings)
        try:
            eventually(lambda: _healthy(sandbox))
            yield sandbox, started
        finally:
            started.kill()


def _healthy(sandbox: Sandbox) -> bool:
    try:
        return sandbox.get("/health").status_code == 200
    except httpx2.TransportError:
        return False


def test_it_never_loads_in_production(tmp_path: Path) -> None:
    real = SecretStr("r" * 40)
    settings = Settings(
        environment=Environment.PRODUCTION,
        data_dir=tmp_path,
        public_url="https://trips.example",
        captcha_required=True,
        link_secret=real,
        data_keys=SecretStr("a-key-of-our-own-with-32-characters"),
        stripe_api_key=real,
        stripe_webhook_secret=real,
        postmark_server_token=real,
        postmark_webhook_password=real,
        twilio_auth_token=real,
        turnstile_secret=real,
        oidc_client_secret=real,
        stripe_api_base="https://api.stripe.com",
        postmark_api_base="https://api.postmarkapp.com",
        twilio_api_base="https://api.twilio.com",
        turnstile_verify_url="https://challenges.cloudflare.com/turnstile/v0/siteverify",
        turnstile_script_url="https://challenges.cloudflare.com/turnstile/v0/api.js",
        turnstile_site_key="0x4AAAAAAAB",
        oidc_issuer="https://login.example",
        ecb_rates_url="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
    )
    with pytest.raises(SandboxInProductionError, match="never run in production"):
        create_sandbox(settings)
    assert list(tmp_path.iterdir()) == []


def test_a_restart_keeps_mails_states_and_inactive_addresses(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with running(settings) as sandbox:
        mail = sandbox.send_mail(To="a@bounce.example", Metadata={"message_id": "m1"})
        text = sandbox.send_text()
        eventually(lambda: sandbox.mailbox(to="a@bounce.example")[0]["state"] == "bounced")
        before = sandbox.mailbox()
    with running(settings) as again:
        eventually(lambda: again.twilio().messages(text).fetch().status == "delivered")
        assert [each["id"] for each in again.mailbox()] == [text, mail]
        assert again.mailbox(metadata_message_id="m1") == before[1:]
        with pytest.raises(Exception, match="inactive"):
            again.send_mail(To="a@bounce.example")


def test_a_killed_server_loses_no_mail_and_no_webhook(tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [503]
    with process(tmp_path, receiver.url) as (sandbox, server):
        sent = sandbox.send_mail(Metadata={"message_id": "m1"})
        server.send_signal(signal.SIGKILL)
        server.wait()
    with process(tmp_path, receiver.url) as (again, _server):
        assert [each["id"] for each in again.mailbox(metadata_message_id="m1")] == [sent]
        eventually(lambda: sum(sent.encode() in each.body for each in receiver.received) >= 2)


def test_it_stops_within_two_seconds_also_with_open_connections(tmp_path: Path) -> None:
    with process(tmp_path, "http://127.0.0.1:9") as (sandbox, server), httpx2.Client() as client:
        client.get(f"{sandbox.url}/mailbox")
        sandbox.send_mail()
        begin = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=10)
        assert time.monotonic() - begin < 2
        assert server.returncode in {0, -signal.SIGTERM}


def test_a_neighbour_is_mounted_and_lives_as_long_as_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        life.append("began")
        yield
        life.append("ended")

    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.url.path)

    neighbour = Starlette(routes=[Route("/pay", answer)], lifespan=lifespan)
    monkeypatch.setattr("sandbox.server.create_neighbours", lambda *_: {"/stripe": neighbour})
    with running(settings_for(tmp_path)) as sandbox:
        assert sandbox.get("/stripe/pay").text == "/stripe/pay"
        assert life == ["began"]
    assert life == ["began", "ended"]


def test_the_identity_provider_is_mounted(sandbox: Sandbox) -> None:
    discovery = sandbox.get("/oidc/.well-known/openid-configuration").json()
    assert discovery["issuer"] == sandbox.settings.oidc_issuer


def test_the_index_leads_to_everything(sandbox: Sandbox) -> None:
    text = sandbox.get("/").text
    for name in ("Stripe", "Postmark", "Twilio", "Turnstile", "Identity provider", "Mailbox"):
        assert name in text
    assert sandbox.get("/static/sandbox.css").headers["Content-Type"].startswith("text/css")
    assert sandbox.get("/static/mailbox.js").status_code == 200
