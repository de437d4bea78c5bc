"""The policy record: versions, drafts of the next one, and how a draft is put in force."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError, PolicyChangedError
from models.domain.policy import Policy, changes_clocks, with_clocks_of
from models.messages.ids import new_id
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking
from models.tables.rosters import PolicyDraft, PolicyRollout


@lru_cache(maxsize=1)
def _policies() -> TypeAdapter[Policy]:
    return TypeAdapter(Policy)


def parse_policy(version: int, body: dict[str, Any]) -> Policy:
    """A stored policy; fields that it does not name have the specification's defaults."""
    return _policies().validate_python({**body, "version": version})


def policy_body(policy: Policy) -> dict[str, Any]:
    """What is stored of a policy: every field but the version."""
    body: dict[str, Any] = _policies().dump_python(policy, mode="json")
    body.pop("version")
    return body


async def load_policy(session: AsyncSession, version: int) -> Policy:
    """One version of the policy.

    Raises:
        NotFoundError: there is no such version.
    """
    stored = await find_version(session, version)
    return parse_policy(stored.version, stored.body)


async def policy_of(session: AsyncSession, booking: Booking) -> Policy:
    """What a booking follows: its own terms, and the clocks of a newer version if it has one."""
    return await following(
        session, booking, await session.get_one(PolicyVersion, booking.policy_version)
    )


async def following(session: AsyncSession, booking: Booking, terms: PolicyVersion) -> Policy:
    """The same, for whoever has read the version of the terms already."""
    policy = parse_policy(terms.version, terms.body)
    if booking.clocks_version is None:
        return policy
    return with_clocks_of(policy, await load_policy(session, booking.clocks_version))


async def policies_in_force(session: AsyncSession) -> list[tuple[str | None, Policy]]:
    """Every active policy with the campaign that it is for; the one for all others comes first."""
    statement = select(PolicyVersion).where(PolicyVersion.active)
    stored = await session.scalars(statement.order_by(PolicyVersion.campaign.asc().nulls_first()))
    return [(row.campaign, parse_policy(row.version, row.body)) for row in stored]


async def policy_in_force(session: AsyncSession, campaign: str | None) -> Policy:
    """The active policy of a campaign, or of all enquiries without one (None).

    Raises:
        NotFoundError: the campaign has no policy of its own.
    """
    stored = await session.scalar(_active(campaign))
    if stored is None:
        raise NotFoundError("There is no policy in force for this campaign.")
    return parse_policy(stored.version, stored.body)


def _active(campaign: str | None) -> Any:
    return select(PolicyVersion).where(
        PolicyVersion.active, PolicyVersion.campaign.is_not_distinct_from(campaign)
    )


async def find_version(session: AsyncSession, version: int) -> PolicyVersion:
    """One version as it is stored.

    Raises:
        NotFoundError: there is no such version.
    """
    stored = await session.get(PolicyVersion, version)
    if stored is None:
        raise NotFoundError(f"There is no policy version {version}.")
    return stored


async def version_before(session: AsyncSession, version: int) -> Policy | None:
    """The version that was in force before this one; None for the first of its campaign."""
    stored = await find_version(session, version)
    earlier = await session.scalar(
        select(PolicyVersion)
        .where(
            PolicyVersion.campaign.is_not_distinct_from(stored.campaign),
            PolicyVersion.version < version,
        )
        .order_by(PolicyVersion.version.desc())
        .limit(1)
    )
    return parse_policy(earlier.version, earlier.body) if earlier else None


async def list_versions(
    session: AsyncSession, *, page: int, page_size: int
) -> tuple[list[PolicyVersion], int]:
    """Versions, the newest first, and how many there are. Pages count from 1."""
    statement = select(PolicyVersion).order_by(
        PolicyVersion.created_at.desc(), PolicyVersion.version.desc()
    )
    found = await session.scalars(statement.limit(page_size).offset((page - 1) * page_size))
    total = await session.scalar(select(func.count()).select_from(PolicyVersion))
    return list(found), total or 0


@dataclass(frozen=True)
class Draft:
    """A policy on its way into force, beside the version that it was written upon."""

    id: str
    campaign: str | None
    before: Policy
    after: Policy
    """Its version is the one it was based on."""
    created_by: str
    applied_version: int | None


async def store_draft(
    session: AsyncSession, policy: Policy, *, created_by: str, draft_id: str | None = None
) -> str:
    """Keeps a policy for a look at what it changes; `policy.version` is what it is based on.

    The same `draft_id` is the same draft. Returns its id.
    """
    draft_id = draft_id or new_id("draft")
    await session.execute(
        insert(PolicyDraft)
        .values(
            id=draft_id,
            based_on=policy.version,
            body=policy_body(policy),
            created_by=created_by,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )
    return draft_id


async def find_draft(session: AsyncSession, draft_id: str, *, lock: bool = False) -> Draft:
    """A draft.

    Raises:
        NotFoundError: there is none.
    """
    statement = (
        select(PolicyDraft, PolicyVersion)
        .join(PolicyVersion, PolicyVersion.version == PolicyDraft.based_on)
        .where(PolicyDraft.id == draft_id)
    )
    if lock:
        statement = statement.with_for_update(of=PolicyDraft)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such draft of the policy.")
    draft, base = row
    return Draft(
        draft.id,
        base.campaign,
        parse_policy(base.version, base.body),
        parse_policy(base.version, draft.body),
        draft.created_by,
        draft.applied_version,
    )


async def put_in_force(session: AsyncSession, draft_id: str, *, by: str) -> tuple[int, bool]:
    """Makes a draft the version in force, once; running bookings are told by and by.

    Returns:
        The version, and whether this call made it.

    Raises:
        NotFoundError: there is no such draft.
        PolicyChangedError: another version than it was based on is in force by now.
    """
    draft = await find_draft(session, draft_id, lock=True)
    if draft.applied_version is not None:
        return draft.applied_version, False
    active = await session.scalar(_active(draft.campaign).with_for_update())
    if active is None or active.version != draft.before.version:
        raise PolicyChangedError
    version = await _next_version(session, draft.campaign)
    active.active = False
    await session.flush()
    body = policy_body(draft.after)
    session.add(PolicyVersion(version=version, campaign=draft.campaign, body=body, created_by=by))
    await session.flush()
    await session.execute(
        update(PolicyDraft).where(PolicyDraft.id == draft_id).values(applied_version=version)
    )
    if changes_clocks(draft.before, draft.after):
        await _start_rollout(session, draft.campaign, version)
    return version, True


async def _next_version(session: AsyncSession, campaign: str | None) -> int:
    """One more than the campaign's newest; where another campaign has it, one more than any."""
    same = PolicyVersion.campaign.is_not_distinct_from(campaign)
    newest = await session.scalar(select(func.max(PolicyVersion.version)).where(same))
    version = (newest or 0) + 1
    if await session.get(PolicyVersion, version) is None:
        return version
    return (await session.scalar(select(func.max(PolicyVersion.version))) or 0) + 1


async def _start_rollout(session: AsyncSession, campaign: str | None, version: int) -> None:
    """Running bookings hear of this version instead of any earlier one of the campaign."""
    earlier = select(PolicyVersion.version).where(
        PolicyVersion.campaign.is_not_distinct_from(campaign)
    )
    await session.execute(
        update(PolicyRollout)
        .where(PolicyRollout.finished_at.is_(None), PolicyRollout.version.in_(earlier))
        .values(finished_at=func.now())
    )
    session.add(PolicyRollout(version=version))
    await session.flush()
