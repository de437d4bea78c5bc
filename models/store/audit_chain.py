"""Checks the audit log: every event, every link between them, and that no end was cut off."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlalchemy import Row, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.auditing import GENESIS, Asker, AuditFacts, chain_hash, details_hash
from models.tables.audit import AuditEvent, AuditLink

BATCH = 1000
MOST_FAULTS = 100
"""Further ones are only counted."""

Linked = Row[AuditLink, AuditEvent | None, str | None, str | None]


@dataclass(frozen=True)
class Head:
    """The last event of the chain, by which a later look finds out whether one was cut off."""

    position: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        """As people write it down: `<position>:<hash>`."""
        return f"{self.position}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The head that was written down; ValueError for another text."""
        position, _, hash_ = text.strip().partition(":")
        if len(hash_) != len(GENESIS):
            raise ValueError("A head is written <position>:<64 characters of hash>.")
        return cls(int(position), hash_)


@dataclass
class Verification:
    """What was found: the head, how many events are whole, and what is wrong, in sentences."""

    head: Head = field(default_factory=Head)
    events: int = 0
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0

    def wrong(self, sentence: str) -> None:
        """Notes a fault."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(sentence)


async def verify_chain(session: AsyncSession, known: Head | None = None) -> Verification:
    """Walks the whole chain, a thousand events at a time.

    Args:
        session: a transaction; the log may grow meanwhile.
        known: a head of an earlier look, which must still be there as it was.
    """
    found = Verification()
    async for link, event, before, after in _links(session):
        _check(found, link, event, before, after)
        if known and link.position == known.position and link.hash != known.hash:
            found.wrong(f"Event {known.position} is not the one that was seen before.")
        found.head = Head(link.position, link.hash)
    if known and found.head.position < known.position:
        found.wrong(
            f"The log ends at event {found.head.position}, but event {known.position} was there "
            "before: its end was cut off."
        )
    if unchained := await _count_unchained(session):
        found.wrong(f"{unchained} events have no place in the chain.")
    return found


def _check(
    found: Verification,
    link: AuditLink,
    event: AuditEvent | None,
    before: str | None,
    after: str | None,
) -> None:
    """Compares one link with the one before it and with its event."""
    expected = found.head.position + 1
    if link.position != expected:
        found.wrong(f"Events {expected} to {link.position - 1} are missing.")
    if event is None:
        found.wrong(f"Event {link.position} was deleted.")
        return
    whole = details_hash(event.salt, before, after) == link.details_hash
    previous = found.head.hash
    if not whole or chain_hash(link.position, previous, _facts(event), link.details_hash) != (
        link.hash
    ):
        found.wrong(f"Event {link.position} ({event.id}) is not what was written at its place.")
    else:
        found.events += 1


async def _links(session: AsyncSession) -> AsyncIterator[Linked]:
    """Every link with its event, in order; details as Postgres writes them."""
    last = 0
    while True:
        statement = (
            select(
                AuditLink,
                AuditEvent,
                cast(AuditEvent.before, Text).label("was"),
                cast(AuditEvent.after, Text).label("became"),
            )
            .outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
            .where(AuditLink.position > last)
            .order_by(AuditLink.position)
            .limit(BATCH)
        )
        rows = (await session.execute(statement)).all()
        for row in rows:
            yield row
        session.expunge_all()
        if len(rows) < BATCH:
            return
        last = rows[-1][0].position


async def _count_unchained(session: AsyncSession) -> int:
    statement = (
        select(func.count())
        .select_from(AuditEvent)
        .outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
        .where(AuditLink.position.is_(None))
    )
    return await session.scalar(statement) or 0


def _facts(event: AuditEvent) -> AuditFacts:
    asker = Asker(
        actor=event.actor,
        login=event.login,
        roles=tuple(event.roles),
        request_id=event.request_id,
        ip=event.ip,
        command_id=event.command_id,
    )
    return AuditFacts(event.id, event.at, asker, event.action, event.subject, event.booking_id)
