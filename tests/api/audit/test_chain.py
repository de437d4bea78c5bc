"""The audit log only grows, and whatever was done to it behind its back is found."""

import asyncio

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from models.domain.auditing import AuditAction
from models.store.audit import record_audit
from models.store.audit_chain import Head, Verification, verify_chain
from models.tables.audit import AuditLink
from tests.api.audit.conftest import LINH, Tamper, write_events
from tests.support.desk import Office


async def verified(office: Office, known: Head | None = None) -> Verification:
    async with office.resources.sessions() as session:
        return await verify_chain(session, known)


async def test_an_untouched_log_is_whole(office: Office) -> None:
    assert (await verified(office)).head == Head()
    await write_events(office, 5)
    found = await verified(office)
    assert (found.events, found.faults, found.head.position) == (5, [], 5)
    assert (await verified(office, found.head)).faults == []


@pytest.mark.parametrize("table", ["audit_events", "audit_chain"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_can_be_changed_or_deleted(
    office: Office, table: str, statement: str
) -> None:
    await write_events(office, 1)
    column = "hash = ''" if table == "audit_chain" else "action = ''"
    with pytest.raises(IntegrityError, match="append-only"):
        async with office.resources.sessions.begin() as session:
            await session.execute(text(statement.format(table, column)))


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'staff_marc'",
        "at = at + interval '1 microsecond'",
        "action = 'TASK_DONE'",
        "subject = 'booking_x'",
        "booking_id = NULL",
        "before = '{}'",
        'after = \'{"notes": "nothing"}\'',
        "roles = '{atp_admin}'",
        "ip = NULL",
        "request_id = 'x'",
        "command_id = 'x'",
        "login = 'marc'",
    ],
)
async def test_a_changed_event_is_found(office: Office, tamper: Tamper, change: str) -> None:
    await write_events(office, 3)
    nth = "(SELECT event_id FROM audit_chain WHERE position = 2)"
    await tamper(f"UPDATE audit_events SET {change} WHERE id = {nth}")  # noqa: S608 - the test's own
    found = await verified(office)
    assert found.fault_count == 1
    assert found.faults[0].startswith("Event 2 (audit_")
    assert found.events == 2


async def test_a_deleted_event_is_found_with_and_without_its_link(
    office: Office, tamper: Tamper
) -> None:
    await write_events(office, 5)
    nth = "(SELECT event_id FROM audit_chain WHERE position = 2)"
    await tamper(f"DELETE FROM audit_events WHERE id = {nth}")  # noqa: S608 - the test's own
    assert (await verified(office)).faults == ["Event 2 was deleted."]
    await tamper("DELETE FROM audit_chain WHERE position = 4")
    faults = (await verified(office)).faults
    assert "Events 4 to 4 are missing." in faults
    assert "1 events have no place in the chain." in faults


async def test_events_that_changed_places_are_found(office: Office, tamper: Tamper) -> None:
    await write_events(office, 4)
    await tamper(
        "UPDATE audit_chain SET position = -position WHERE position IN (2, 3)",
        "UPDATE audit_chain SET position = 5 + position WHERE position < 0",
    )
    found = await verified(office)
    assert found.fault_count >= 2


async def test_an_end_that_was_cut_off_is_found_by_the_head_that_was_kept(
    office: Office, tamper: Tamper
) -> None:
    await write_events(office, 4)
    head = (await verified(office)).head
    await tamper(
        "DELETE FROM audit_events WHERE id IN "
        "(SELECT event_id FROM audit_chain WHERE position > 2)",
        "DELETE FROM audit_chain WHERE position > 2",
    )
    assert (await verified(office)).faults == []
    cut = await verified(office, head)
    assert cut.faults == [
        "The log ends at event 2, but event 4 was there before: its end was cut off."
    ]
    await write_events(office, 3)
    rewritten = await verified(office, head)
    assert rewritten.faults == ["Event 4 is not the one that was seen before."]


async def test_an_event_written_past_the_trigger_is_found(office: Office, tamper: Tamper) -> None:
    await write_events(office, 1)
    await tamper(
        "INSERT INTO audit_events (id, actor, login, action, subject, request_id) "
        "VALUES ('audit_x', 'a', 'a', 'TASK_DONE', 'task_x', 'r')"
    )
    assert (await verified(office)).faults == ["1 events have no place in the chain."]


async def test_forty_writers_at_once_make_one_chain_without_gaps(office: Office) -> None:
    async def write(number: int) -> None:
        async with office.resources.sessions.begin() as session:
            for part in range(2):
                await record_audit(session, LINH, AuditAction.TASK_DONE, f"task_{number}_{part}")

    for _ in range(4):
        await asyncio.gather(*(write(number) for number in range(10)))
    found = await verified(office)
    assert (found.faults, found.events, found.head.position) == ([], 80, 80)


async def test_a_writer_that_is_not_done_holds_up_nobody(office: Office) -> None:
    async with office.resources.sessions() as slow:
        await record_audit(slow, LINH, AuditAction.TASK_DONE, "task_slow")
        await asyncio.wait_for(write_events(office, 3), 30)
        await slow.commit()
    async with office.resources.sessions() as session:
        links = await session.scalars(select(AuditLink.position).order_by(AuditLink.position))
        assert list(links) == [1, 2, 3, 4]
    assert (await verified(office)).faults == []


async def test_what_was_undone_leaves_no_event_and_no_gap(office: Office) -> None:
    async with office.resources.sessions() as session:
        await record_audit(session, LINH, AuditAction.TASK_DONE, "task_undone")
        await session.rollback()
    await write_events(office, 1)
    found = await verified(office)
    assert (found.faults, found.head.position) == ([], 1)


async def test_an_event_costs_one_statement(office: Office) -> None:
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    await write_events(office, 1)
    assert len(statements) == 1


async def test_a_decision_that_is_asked_for_again_is_kept_once(office: Office) -> None:
    for _ in range(2):
        async with office.resources.sessions.begin() as session:
            await record_audit(session, LINH, AuditAction.STAGE_CHANGED, office.mine.id, once=True)
    found = await verified(office)
    assert (found.faults, found.events) == ([], 1)
