"""Cancelling: everything that was set going is undone, each until it is done or a person has it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError

from models.domain.stages import GuideAssignmentStatus, InstalmentStatus, ServiceOrderStatus
from models.messages.ids import guide_search_id
from models.messages.messaging import Template
from models.messages.payments import RefundBooking
from models.messages.records import NewTask, TimelineLine
from workflows import calls
from workflows.phases.losing import withdraw_quote
from workflows.phases.settling import close
from workflows.story import ACCOUNTANT, MANAGER, Story
from workflows.telling import tell


async def cancelling(story: Story) -> None:
    """Undoes a booking's trip. Every message that was still to come has lost its timer already."""
    undoes: dict[str, Coroutine[Any, Any, None]] = {
        "withdraw_quote": withdraw_quote(story),
        "expire_checkouts": calls.expire_checkouts(story.state.booking_id),
        "refund": _refund(story),
        "tell_customer": _tell_customer(story),
    }
    for order, status in story.state.service_orders.items():
        if status is not ServiceOrderStatus.RELEASED:
            undoes[f"release:{order}"] = tell(order, "release")
    for line, found in story.state.guides.items():
        if found is not GuideAssignmentStatus.RELEASED:
            undoes[f"release:{line}"] = tell(guide_search_id(line), "release")
    for instalment, part in story.state.instalments.items():
        if part.status is InstalmentStatus.OPEN:
            part.status = InstalmentStatus.WITHDRAWN
            undoes[f"withdraw:{instalment}"] = tell(instalment, "withdraw")
    await asyncio.gather(*(_undo(story, name, undo) for name, undo in undoes.items()))
    await close(story, "Cancelled, and everything undone or handed over")


async def _undo(story: Story, name: str, undo: Coroutine[Any, Any, None]) -> None:
    try:
        await undo
    except (ActivityError, ApplicationError):
        line = TimelineLine(type="UNDO_HANDED_OVER", detail=name)
        role = ACCOUNTANT if name == "refund" else MANAGER
        task = NewTask(key=f"undo:{name}", title=f"Undo by hand: {name}", owner_role=role)
        await story.note(line, task)


async def _refund(story: Story) -> None:
    cancellation = story.state.cancellation
    if cancellation is not None and cancellation.refund_minor > 0:
        refund = RefundBooking(
            booking_id=story.state.booking_id,
            cause="cancellation",
            refund_minor=cancellation.refund_minor,
        )
        await calls.refund_booking(refund)


async def _tell_customer(story: Story) -> None:
    await calls.send_message(
        story.state.booking_id, Template.BOOKING_CANCELLED, story.state.booking_id
    )
