"""Every route, asked by every role about one's own and another's: as its declaration promises."""

import pytest

from api.identity.allowed import DeclaredRoute
from api.identity.guards import SAFE_METHODS
from tests.api.access.conftest import Furnish
from tests.api.access.world import (
    PARAMETER,
    PEOPLE,
    Access,
    Verdict,
    Whose,
    expected,
    routes,
    staff_routes,
    verdict_of,
)
from tests.api.audit.samples import CHANGES_NOTHING, SAMPLES

pytestmark = pytest.mark.timeout(600)

Cell = tuple[DeclaredRoute, Whose]


def test_every_route_declares_who_may_come_in() -> None:
    silent = [one.name for one in routes() if not one.permissions and one.door is None]
    assert silent == [], "declare Allowed(Permission.X) or @opened(Door.X) beside these routes"


def test_no_route_is_for_staff_and_for_others_at_once() -> None:
    assert [one.name for one in routes() if one.permissions and one.door] == []


def test_what_staff_work_with_is_behind_the_login() -> None:
    outside = [one.name for one in routes() if one.door and one.path.startswith("/backoffice")]
    assert outside == []
    assert [one.name for one in routes() if one.door and one.path.startswith("/api/")] == []


@pytest.mark.parametrize("person", PEOPLE)
async def test_each_role_gets_in_where_it_may_and_nowhere_else(
    furnished: Furnish, person: str
) -> None:
    access = await furnished(person)
    cells = [cell for route in staff_routes() for cell in cells_of(route, person)]
    missing = {name for route, _ in cells for name in PARAMETER.findall(route.path)}
    assert missing - access.ids[Whose.OWN].keys() == set(), "give tests/api/audit/world.py these"
    refused = [cell for cell in cells if expected(cell[0], person, cell[1]) is not Verdict.IN]
    let_in = [cell for cell in cells if cell not in refused]
    wrong = [*await ask_all(access, person, refused), *await ask_all(access, person, let_in)]
    assert not wrong, "\n".join(wrong)


def cells_of(route: DeclaredRoute, person: str) -> list[Cell]:
    """Whose things to ask a route about: one suffices where the address or the role decides."""
    alike = not PARAMETER.search(route.path) and route.method in SAFE_METHODS
    at_the_door = expected(route, person, Whose.OTHER) in {Verdict.LOGIN, Verdict.FORBIDDEN}
    return [(route, whose) for whose in ((Whose.OWN,) if alike or at_the_door else Whose)]


async def ask_all(access: Access, person: str, cells: list[Cell]) -> list[str]:
    """What is answered otherwise than declared, in words."""
    wrong = []
    reading_first = sorted(cells, key=lambda cell: cell[0].method != "GET")
    async with access.client(person) as client:
        for route, whose in reading_first:
            promised = expected(route, person, whose)
            if promised is Verdict.IN and route.method not in SAFE_METHODS:
                await access.renew(route)
            answer = await access.ask(client, route, person, whose)
            got = verdict_of(answer)
            if got is not promised or answer.status_code >= 500:
                wrong.append(f"{route.name} of {whose}: {promised}, got {answer.status_code}")
    return wrong


def test_every_route_that_changes_something_has_a_request() -> None:
    """Without one the test above would be refused for what it sends, not for who asks."""
    changing = {one.name for one in staff_routes() if one.method != "GET"}
    assert changing - SAMPLES.keys() - CHANGES_NOTHING.keys() == set()
