"""Size, rate, origin and headers: what every request passes, and what is stopped."""

import time
from collections.abc import AsyncIterator

import pytest

from api.middleware.client_address import ClientAddresses, household
from api.middleware.rate_limit import MOST_CLIENTS, Rate, SlidingWindow, parse_rate
from tests.api.frame.conftest import OpenApi

WEBSITE = "https://www.asiatravelplan.example"
KIB = 1 << 10
MIB = 1 << 20


async def chunks(size: int, sent: list[int]) -> AsyncIterator[bytes]:
    """A body without Content-Length, in pieces of 64 KiB, counted as they are taken."""
    for _ in range(0, size, 64 * KIB):
        sent.append(64 * KIB)
        yield b"x" * (64 * KIB)


async def test_a_body_of_1_mb_is_refused(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        refused = await client.post("/public/v1/probe", content=b"x" * MIB)
        assert (refused.status_code, refused.json()["code"]) == (413, "TOO_LARGE")
        assert refused.headers["content-type"] == "application/problem+json"
        assert (await client.post("/probe/size", content=b"x" * (256 * KIB))).json() == 256 * KIB
        too_much = await client.post("/probe/size", content=b"x" * (256 * KIB + 1))
        assert too_much.status_code == 413


async def test_a_body_without_a_length_is_counted_and_not_read_to_its_end(frame: OpenApi) -> None:
    sent: list[int] = []
    async with frame() as api, api.client() as client:
        assert (await client.post("/probe/size", content=chunks(256 * KIB, sent))).json() == (
            256 * KIB
        )
        sent.clear()
        refused = await client.post("/probe/size", content=chunks(8 * MIB, sent))
    assert refused.status_code == 413
    assert sum(sent) <= 512 * KIB


async def test_a_photo_may_be_larger(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        path = "/api/v1/tours/tour_1/image"
        for photo in (b"x" * MIB, chunks(MIB, [])):
            assert (await client.post(path, content=photo)).status_code in {200, 401}
        assert (await client.post(path, content=b"x" * (17 * MIB))).status_code == 413


async def test_head_is_answered_as_get_without_its_body(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        for path, status in (("/public/v1/probe", 200), ("/public/v1/nowhere", 404)):
            whole, head = await client.get(path), await client.head(path)
            assert (whole.status_code, head.status_code) == (status, status)
            assert head.content == b""
            for name in ("content-type", "content-length", "x-content-type-options"):
                assert head.headers[name] == whole.headers[name]


async def test_the_rate_limit_refuses_and_says_when_to_come_back(frame: OpenApi) -> None:
    async with frame(rate_limit="3/minute") as api, api.client() as client:
        statuses = [(await client.get("/public/v1/probe")).status_code for _ in range(3)]
        refused = await client.get("/public/v1/probe")
        assert statuses == [200, 200, 200]
        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
        assert 1 <= int(refused.headers["retry-after"]) <= 120
        assert (await client.post("/quote/token/probe")).status_code == 429
        assert (await client.get("/quote/token/probe")).status_code == 200
        assert (await client.get("/public/v1/tour-images/probe.webp")).status_code == 200
        assert (await client.get("/probe/limits?count=1")).status_code == 200
        async with api.client(address="203.0.113.10") as other:
            assert (await other.get("/public/v1/probe")).status_code == 200


async def test_one_ipv6_network_is_one_client(frame: OpenApi) -> None:
    async with frame(rate_limit="1/minute") as api:
        for address, status in (
            ("2001:db8:1:2::1", 200),
            ("2001:db8:1:2:ffff::9", 429),
            ("2001:db8:1:3::1", 200),
        ):
            async with api.client(address=address) as client:
                assert (await client.get("/public/v1/probe")).status_code == status


async def test_only_a_trusted_proxy_may_name_the_client(frame: OpenApi) -> None:
    async with frame(trusted_proxies="10.0.0.0/8,192.0.2.1") as api:
        for peer, forwarded, client_is in (
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "6.6.6.6, 198.51.100.1, 192.0.2.1", "198.51.100.1"),
            ("10.1.2.3", "198.51.100.1, nonsense", "10.1.2.3"),
            ("10.1.2.3", "", "10.1.2.3"),
            ("192.0.2.1", "2001:db8::7", "2001:db8::7"),
        ):
            async with api.client({"X-Forwarded-For": forwarded}, peer) as client:
                assert (await client.get("/public/v1/probe")).json() == client_is


def test_households() -> None:
    assert household("203.0.113.9") == "203.0.113.9"
    assert household("::ffff:203.0.113.9") == "203.0.113.9"
    assert household("2001:db8:1:2:3::1") == "2001:db8:1:2::/64"
    assert household("unix:x") == "unix:x"
    with pytest.raises(ValueError, match="does not appear to be"):
        ClientAddresses(["not an address"])


def test_rates_are_read() -> None:
    assert parse_rate("60/minute") == Rate(60, 60.0)
    assert parse_rate("5/second") == Rate(5, 1.0)
    assert parse_rate("1000/hour") == Rate(1000, 3600.0)
    assert parse_rate("off") is None
    for wrong in ("", "0/minute", "60", "60/day", "-1/minute", "many/minute"):
        with pytest.raises(ValueError, match="write <count>/"):
            parse_rate(wrong)


def test_the_window_slides() -> None:
    now = 600.0
    window = SlidingWindow(Rate(10, 60.0), lambda: now)
    assert [window.wait_seconds("a") for _ in range(10)] == [0.0] * 10
    assert window.wait_seconds("a") == pytest.approx(66.0)
    now = 665.9
    assert window.wait_seconds("a") > 0
    now = 666.1
    assert window.wait_seconds("a") == 0.0
    assert window.wait_seconds("a") == pytest.approx(5.9)
    now = 672.1
    assert window.wait_seconds("a") == 0.0
    now = 1200.0
    assert [window.wait_seconds("a") for _ in range(10)] == [0.0] * 10


def test_waiting_as_long_as_told_is_enough() -> None:
    now = 0.0
    window = SlidingWindow(Rate(7, 60.0), lambda: now)
    for step in range(400):
        wait = window.wait_seconds("a")
        if wait:
            now += wait + 1e-6
            assert window.wait_seconds("a") == 0.0
        now += (step * 7919 % 13) / 3


def test_memory_is_bounded() -> None:
    now = 0.0
    window = SlidingWindow(Rate(10, 60.0), lambda: now)
    for turn in range(3):
        now = 60.0 * turn
        for client in range(MOST_CLIENTS + 1000):
            window.wait_seconds(f"{turn}-{client}")
    assert len(window._now) == len(window._before) == MOST_CLIENTS


async def test_every_answer_carries_the_guarding_headers(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        answers = [
            await client.get(path)
            for path in ("/public/v1/probe", "/nowhere", "/probe/fail/unexpected")
        ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in answer.headers


async def test_token_pages_never_tell_where_one_comes_from(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        page = await client.get("/quote/token/probe")
        quote = await client.get("/public/v1/quotes/token")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert quote.headers["referrer-policy"] == "no-referrer"
    policies = page.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "form-action 'self' https://checkout.stripe.com" in policies[0]


async def test_production_insists_on_https(frame: OpenApi) -> None:
    real = {
        "stripe_api_base": "https://api.stripe.com",
        "postmark_api_base": "https://api.postmarkapp.com",
        "twilio_api_base": "https://api.twilio.com",
        "ecb_rates_url": "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
        "turnstile_verify_url": "https://challenges.cloudflare.com/turnstile/v0/siteverify",
        "turnstile_script_url": "https://challenges.cloudflare.com/turnstile/v0/api.js",
        "turnstile_site_key": "0x4AAAAAAAB",
        "oidc_issuer": "https://login.example",
        "public_url": "https://trips.example",
        "captcha_required": True,
        "rate_limit": "60/minute",
        "environment": "production",
        "data_keys": "a-key-of-our-own-with-32-characters",
    }
    secrets = (
        "stripe_api_key",
        "stripe_webhook_secret",
        "postmark_server_token",
        "postmark_webhook_password",
        "twilio_auth_token",
        "turnstile_secret",
        "oidc_client_secret",
        "link_secret",
    )
    async with frame(**real, **dict.fromkeys(secrets, "real")) as api, api.client() as client:
        answer = await client.get("/nowhere")
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")


async def test_only_configured_websites_may_call_with_cookies(frame: OpenApi) -> None:
    async with frame(allowed_origins=WEBSITE) as api, api.client() as client:
        asked = {"Access-Control-Request-Method": "PATCH"}
        preflight = await client.options("/api/v1/bookings", headers={"Origin": WEBSITE, **asked})
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == WEBSITE
        assert preflight.headers["access-control-allow-credentials"] == "true"
        assert preflight.headers["access-control-allow-methods"] == "GET, POST, PATCH, OPTIONS"
        assert preflight.headers["access-control-allow-headers"] == (
            "Content-Type, Idempotency-Key, Authorization, X-Requested-With"
        )
        evil = {"Origin": "https://evil.example"}
        refused = await client.options("/api/v1/bookings", headers={**evil, **asked})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers
        shared = await client.get("/public/v1/probe", headers={"Origin": WEBSITE})
        assert shared.headers["access-control-allow-origin"] == WEBSITE
        assert "origin" in shared.headers["vary"].lower()
        for headers in (evil, {}):
            alone = await client.get("/public/v1/probe", headers=headers)
            assert "access-control-allow-origin" not in alone.headers
            assert "origin" in alone.headers["vary"].lower()
        failed = await client.get("/probe/fail/unexpected", headers={"Origin": WEBSITE})
        assert (failed.status_code, "access-control-allow-origin" in failed.headers) == (500, True)


async def test_the_api_starts_at_once_while_everything_is_away(frame: OpenApi) -> None:
    started = time.perf_counter()
    async with frame() as api, api.client() as client:
        assert (await client.get("/probe/limits?count=2")).json() == 2
    assert time.perf_counter() - started < 2
