"""The policy record."""

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError
from models.domain.policy import Policy
from models.tables.compliance import PolicyVersion


@lru_cache(maxsize=1)
def _policies() -> TypeAdapter[Policy]:
    return TypeAdapter(Policy)


def parse_policy(version: int, body: dict[str, Any]) -> Policy:
    """A stored policy; fields that it does not name have the specification's defaults."""
    return _policies().validate_python({**body, "version": version})


async def load_policy(session: AsyncSession, version: int) -> Policy:
    """One version of the policy.

    Raises:
        NotFoundError: there is no such version.
    """
    stored = await session.get(PolicyVersion, version)
    if stored is None:
        raise NotFoundError(f"There is no policy version {version}.")
    return parse_policy(stored.version, stored.body)


async def policies_in_force(session: AsyncSession) -> list[tuple[str | None, Policy]]:
    """Every active policy with the campaign that it is for; the one for all others comes first."""
    statement = select(PolicyVersion).where(PolicyVersion.active)
    stored = await session.scalars(statement.order_by(PolicyVersion.campaign.asc().nulls_first()))
    return [(row.campaign, parse_policy(row.version, row.body)) for row in stored]
