"""Every route by which staff change something leaves an event: who, what, when, and from where."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from api.app import create_app
from api.identity.allowed import declared_routes
from api.identity.guards import CSRF_HEADER, SAFE_METHODS, csrf_token
from models.domain.booking_hash import booking_hash
from models.settings import Environment, Settings
from tests.api.audit.conftest import events
from tests.api.audit.samples import CHANGES_NOTHING, SAMPLES
from tests.api.audit.world import begin, build
from tests.support.cluster import Cluster
from tests.support.desk import Office, open_office

STAFF_PATHS = ("/api/", "/backoffice")
ROUTES = sorted(
    route.name
    for route in declared_routes(create_app(Settings(environment=Environment.TEST)))
    if route.method not in SAFE_METHODS and route.path.startswith(STAFF_PATHS)
)


@dataclass(frozen=True)
class Furnished:
    """An office with all that hangs on a booking, as it was left."""

    office: Office
    database_url: str
    folder: Path
    world: dict[str, str]


@pytest_asyncio.fixture(scope="module")
async def furnished(
    cluster: Cluster,
    temporal_address: str,
    temporal_client: Client,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Furnished]:
    """Made once: each test begins with a copy."""
    folder = tmp_path_factory.mktemp("furnished")
    with cluster.fresh_database() as url:
        async with open_office(url, temporal_address, temporal_client, folder) as office:
            world = await build(office)
        yield Furnished(office, url, folder, world)


@pytest_asyncio.fixture
async def office(
    cluster: Cluster, furnished: Furnished, temporal_address: str, tmp_path: Path
) -> AsyncIterator[Office]:
    """A copy of the furnished office, its workflows running."""
    shutil.copytree(furnished.folder, tmp_path, dirs_exist_ok=True)
    client = furnished.office.temporal
    with cluster.fresh_database(furnished.database_url) as url:
        async with open_office(
            url, temporal_address, client, tmp_path, like=furnished.office
        ) as opened:
            await begin(opened, furnished.world)
            yield opened


@pytest.fixture
def world(furnished: Furnished) -> dict[str, str]:
    """The ids of what is in it, by the names that paths and samples use."""
    return furnished.world


def test_every_sample_is_for_a_route_that_is_there() -> None:
    assert {*SAMPLES, *CHANGES_NOTHING} - set(ROUTES) == set()


@pytest.mark.parametrize("route", [one for one in ROUTES if one not in CHANGES_NOTHING])
async def test_a_change_leaves_an_event(office: Office, world: dict[str, str], route: str) -> None:
    assert route in SAMPLES, "give tests/api/audit/samples.py a request for this route"
    sample = SAMPLES[route]
    method, path = route.split()
    headers = {CSRF_HEADER: csrf_token(sample.who), "x-forwarded-for": "203.0.113.9"}
    async with office.browser(sample.who) as browser:
        if sample.first:
            await browser.post(sample.first.format(**world))
        answer = await browser.request(
            method,
            path.format(**world),
            headers=headers,
            **sample.content(path, world),
        )
    assert answer.status_code in {200, 201, 204, 303}, answer.text
    async with office.resources.sessions() as session:
        of_all = await events(session)
    request_id = answer.headers["x-trace-id"]
    found = [event for event in of_all if event.request_id == request_id]
    assert found, f"{route} leaves no audit event"
    assert sample.first or found == of_all
    assert {event.login for event in found} == {sample.who}
    assert all(event.ip and event.roles and event.subject for event in found)


async def test_a_decision_is_kept_with_what_was_before_and_asked(
    office: Office, world: dict[str, str]
) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/stage"
    body = {"stage": "WON", "booking_hash": world["hash"]}
    async with office.browser("marc") as browser:
        for _ in range(2):
            await browser.patch(path, json=body, headers={"Idempotency-Key": "k"})
    async with office.resources.sessions() as session:
        (event,) = await events(session)
    assert (event.action, event.actor) == ("STAGE_CHANGED", office.marc.id)
    assert event.after is not None
    assert event.after["stage"] == "WON"
    assert event.command_id


async def test_what_was_refused_leaves_no_event(office: Office) -> None:
    await office.start(office.mine.id, "BOOKING_CLOSED")
    path = f"/api/v1/bookings/{office.mine.id}"
    wanted = {"stage": "WON", "booking_hash": booking_hash(office.mine.id, 1)}
    async with office.browser("marc") as browser:
        assert (await browser.patch(f"{path}/stage", json=wanted)).status_code == 409
        stale = {"notes": "x", "booking_hash": "stale"}
        assert (await browser.patch(f"{path}/notes", json=stale)).status_code == 409
    async with office.resources.sessions() as session:
        assert await events(session) == []


async def test_a_change_is_kept_as_it_was_and_as_it_is(
    office: Office, world: dict[str, str]
) -> None:
    async with office.browser("ada") as browser:
        await browser.patch(f"/api/v1/tours/{world['tour_id']}", json={"priceFrom": 1490})
    async with office.resources.sessions() as session:
        (event,) = await events(session)
    assert (event.before, event.after) == ({"price_from": 1290}, {"price_from": 1490})
