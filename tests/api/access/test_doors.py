"""Routes for others than staff: links and signatures are asked for, and what is open is listed."""

from typing import Any

import pytest

from api.identity.doors import Door
from tests.api.access.world import PARAMETER, routes
from tests.support.desk import Office

ANYBODY = {
    "GET /",
    "GET /auth/callback",
    "GET /auth/login",
    "GET /auth/logout",
    "GET /auth/me",
    "GET /docs",
    "GET /enquire",
    "GET /favicon.ico",
    "GET /health",
    "GET /openapi.json",
    "GET /public/v1/photos/{digest}/{file}",
    "GET /public/v1/tour-images/{tour_id}/{file}",
    "GET /public/v1/tours",
    "GET /robots.txt",
    "GET /static/",
    "POST /enquire",
    "POST /public/v1/bookings",
}
"""All that is open to the whole world: think twice before you add to it."""
BEHIND = {door: [one for one in routes() if one.door is door] for door in Door}


def test_only_what_is_listed_is_open_to_anybody() -> None:
    assert {one.name for one in BEHIND[Door.ANYONE]} == ANYBODY


def test_links_and_webhooks_stand_where_people_expect_them() -> None:
    assert all("{token}" in one.path for one in BEHIND[Door.LINK])
    assert all(one.path.startswith("/webhooks/") for one in BEHIND[Door.SIGNED])


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_token_that_nobody_was_given_opens_nothing(office: Office, accept: str) -> None:
    async with office.browser("ada") as browser:
        for route in BEHIND[Door.LINK]:
            path = PARAMETER.sub("A" * 43, route.path)
            answer = await browser.request(
                route.method, path, headers={"accept": accept}, **ANSWERED.get(route.path, {})
            )
            assert answer.status_code in {403, 404}, f"{route.name}: {answer.status_code}"


ANSWERED: dict[str, Any] = {
    "/public/v1/quotes/{token}/accept": {"json": {"name": "Mallory", "terms_version": "1"}},
    "/public/v1/quotes/{token}/decline": {"json": {"reason": "x"}},
}
"""What a valid answer says, so that it is the token that is refused."""


async def test_a_request_that_no_provider_signed_is_refused(office: Office) -> None:
    async with office.browser("ada") as browser:
        for route in BEHIND[Door.SIGNED]:
            answer = await browser.request(route.method, route.path, content=b"{}")
            assert answer.status_code in {400, 401, 403}, f"{route.name}: {answer.status_code}"
