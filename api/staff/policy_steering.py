"""What managers do with the policy: keep a draft, look at what it changes, put it in force."""

from dataclasses import dataclass
from datetime import UTC, datetime

from api.staff.desk import Desk
from models.domain.auditing import AuditAction
from models.domain.errors import InvalidInputError
from models.domain.policy import Policy, Rebased, rebase
from models.domain.policy_rules import faults
from models.messages.ids import id_of_command
from models.store import policies
from models.store.audit import differing
from models.store.policies import Draft, policy_body
from models.store.policy_preview import Preview, preview


class PolicyFaultsError(InvalidInputError):
    """A policy can't be put in force as it is; `faults` says why, by field."""

    def __init__(self, found: dict[str, str]) -> None:
        super().__init__("Some of these numbers can't be put in force. Look at the marked fields.")
        self.faults = found


@dataclass(frozen=True)
class Look:
    """A draft, what it changes for running bookings, and whether somebody was faster."""

    draft: Draft
    preview: Preview
    in_force: Policy
    joined: Rebased | None
    """The draft on top of what somebody else put in force meanwhile; None when nobody did."""

    @property
    def overtaken(self) -> bool:
        """Whether somebody else changed the policy since the draft was begun."""
        return self.joined is not None


async def keep_draft(desk: Desk, policy: Policy) -> str:
    """Keeps a draft that is based on `policy.version`, once for the command; returns its id.

    Raises:
        PolicyFaultsError: it can't be put in force as it is.
        NotFoundError: there is no such version.
    """
    if found := faults(policy):
        raise PolicyFaultsError(found)
    draft_id = id_of_command("draft", desk.command_id)
    async with desk.sessions.begin() as session:
        base = await policies.load_policy(session, policy.version)
        before, after = differing(policy_body(base), policy_body(policy))
        await desk.audit.record(
            session,
            AuditAction.POLICY_DRAFTED,
            draft_id,
            before=before,
            after=after,
            once=True,
        )
        return await policies.store_draft(session, policy, created_by=desk.actor, draft_id=draft_id)


async def look_at(desk: Desk, draft_id: str, *, page: int, page_size: int) -> Look:
    """A draft with a page of the running bookings whose clocks it moves.

    Raises:
        NotFoundError: there is no such draft.
    """
    async with desk.sessions() as session:
        draft = await policies.find_draft(session, draft_id)
        in_force = await policies.policy_in_force(session, draft.campaign)
        found = await preview(session, draft, now=datetime.now(UTC), page=page, page_size=page_size)
    overtaken = draft.applied_version is None and in_force.version != draft.before.version
    joined = rebase(draft.before, draft.after, in_force) if overtaken else None
    return Look(draft, found, in_force, joined)


async def put_in_force(desk: Desk, draft_id: str) -> int:
    """Makes a draft the version in force; running bookings hear of it by and by.

    Raises:
        NotFoundError: there is no such draft.
        PolicyChangedError: somebody else was faster.
    """
    async with desk.sessions.begin() as session:
        draft = await policies.find_draft(session, draft_id)
        version, made = await policies.put_in_force(session, draft_id, by=desk.actor)
        if made:
            before, after = differing(policy_body(draft.before), policy_body(draft.after))
            await desk.audit.record(
                session,
                AuditAction.POLICY_CHANGED,
                f"policy_{version}",
                before=before,
                after=after,
            )
    return version
