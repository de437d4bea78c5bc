"""How a running booking follows a changed policy: its clocks move, its terms stay."""

from collections.abc import Iterable, Iterator

from temporalio.exceptions import ActivityError

from models.domain.policy import Policy, changed_fields, with_clocks_of
from models.domain.sla import SlaClock, sla_clock
from models.domain.stages import GuideAssignmentStatus, InstalmentStatus, ServiceOrderStatus
from models.messages.ids import guide_search_id
from models.messages.policy import PolicyChanged, PolicyFollowed
from models.messages.records import MovedTask, NewTask, TimelineLine
from workflows import calls
from workflows.story import MANAGER, Story
from workflows.telling import tell

SIGNAL = "policy_followed"
COLLECTING = frozenset(
    {"reminder_days_before", "reminder_days_after", "overdue_finance_days", "overdue_manager_days"}
)
"""Fields by which a collection reminds and escalates."""
ORDERING = frozenset({"supplier_answer_hours", "supplier_urgent_fraction", "supplier_least_hours"})
"""Fields by which the next supplier gets their time to answer."""
GUIDING = frozenset({"guide_answer_hours"})
"""Fields by which the next guide gets theirs."""
SETTLED_GUIDES = frozenset({GuideAssignmentStatus.ACCEPTED, GuideAssignmentStatus.RELEASED})


async def follow_policy(story: Story, fact: PolicyChanged) -> None:
    """Takes over the clocks of a newer version; an older or known one changes nothing."""
    async with story.deciding:
        state = story.state
        followed = max(state.policy.version, state.clocks_version)
        if state.closed or state.cancellation is not None or fact.version <= followed:
            return
        try:
            newer = (await calls.load_policy(fact.version)).policy
        except ActivityError:
            await _hand_over(story, fact.version)
            return
        before, state.policy = state.policy, with_clocks_of(state.policy, newer)
        state.clocks_version = fact.version
        await _move_clock(story, _clock(story, before), fact.version)
        await _tell_children(story, set(changed_fields(before, state.policy)))


def _clock(story: Story, policy: Policy) -> SlaClock | None:
    return sla_clock(story.state.stage, story.state.stage_entered_at, policy)


async def _move_clock(story: Story, before: SlaClock | None, version: int) -> None:
    state = story.state
    clock = _clock(story, state.policy)
    if clock == before:
        await calls.record_progress(story.progress(projects=False, clocks_version=version))
        return
    _forget_passed_warning(story, clock)
    due_at = story.waiting.real(clock.due_at) if clock else None
    moved = MovedTask(key=f"follow_up:{state.stage}:{state.stage_count}", due_at=due_at)
    line = TimelineLine(
        type="POLICY_CHANGED",
        detail=f"Policy {version}: due {_when(state.sla_due_at)} -> {_when(due_at)}",
    )
    progress = story.progress(line, sla_due_at=due_at, clocks_version=version, moved_tasks=(moved,))
    await story.write(progress)


def _forget_passed_warning(story: Story, clock: SlaClock | None) -> None:
    """A clock that has run out already is escalated; nobody needs to be warned of it as well."""
    warning = f"sla_warning:{story.state.stage}:{story.state.stage_count}"
    if clock is not None and clock.due_at <= story.now() and warning not in story.state.rung:
        story.state.rung.append(warning)


def _when(instant: object) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "no clock"


async def _tell_children(story: Story, changed: Iterable[str]) -> None:
    fact = PolicyFollowed(policy=story.state.policy)
    for child in _concerned(story, frozenset(changed)):
        await tell(child, SIGNAL, fact)


def _concerned(story: Story, changed: frozenset[str]) -> Iterator[str]:
    """Ids of what runs beside the story with a clock that has changed."""
    state = story.state
    if changed & COLLECTING:
        for instalment_id, part in state.instalments.items():
            if part.collecting and part.status is InstalmentStatus.OPEN:
                yield instalment_id
    if changed & ORDERING:
        for order, status in state.service_orders.items():
            if status is not ServiceOrderStatus.CONFIRMED:
                yield order
    if changed & GUIDING:
        for line, found in state.guides.items():
            if found not in SETTLED_GUIDES:
                yield guide_search_id(line)


async def _hand_over(story: Story, version: int) -> None:
    line = TimelineLine(type="POLICY_NOT_FOLLOWED", detail=f"Policy {version} can't be read")
    task = NewTask(
        key=f"policy:{version}",
        title="The changed policy could not be applied to this booking: look at its clocks",
        owner_role=MANAGER,
    )
    await story.note(line, task)
