"""Every POST that creates takes an Idempotency-Key: sent again, it answers and doubles nothing."""

from sqlalchemy import func, select

from models.tables.base import Base
from tests.api.conventions.conftest import World
from tests.api.conventions.operations import CREATING, Operation, names, send
from tests.support.desk import Office

KEY = "idempotency-key"
BESIDE = {"sessions", "login_attempts"}
"""What grows because somebody asks, whatever they ask for."""


async def rows(office: Office) -> dict[str, int]:
    """How many rows each table has."""
    async with office.resources.sessions() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in BESIDE
        }


@names(CREATING)
async def test_the_same_key_creates_once(world: World, operation: Operation) -> None:
    office, ids = world
    assert operation.parameters[KEY]["in"] == "header"
    headers = {"Idempotency-Key": f"key-{operation.name}"}
    first = await send(office, ids, operation, headers=headers)
    assert first.status_code == 201, first.text
    before = await rows(office)
    again = await send(office, ids, operation, headers=headers)
    assert again.status_code in {200, 201}, again.text
    assert id_in(again.json()) == id_in(first.json())
    assert await rows(office) == before


def id_in(answer: dict[str, object]) -> object:
    """The id of what was created: at the top, or one level down."""
    for name, value in answer.items():
        if name == "id" or name.endswith("_id"):
            return value
        if isinstance(value, dict) and "id" in value:
            return value["id"]
    raise AssertionError(f"{answer} names no id")
