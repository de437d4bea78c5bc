"""Questions that readers of a quote ask on its page."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import InvalidInputError
from models.messages.ids import new_id
from models.store.owner_tasks import tell_owner
from models.store.timeline import add_activity
from models.tables.crm import Booking
from models.tables.quote_readers import QuoteCompanion, QuoteQuestion

ASKED = "QUESTION_ASKED"
CUSTOMER = "customer"
MOST_QUESTIONS = 100
"""Of one booking: a page that asks more often is no person's."""


async def ask_question(
    session: AsyncSession,
    booking: Booking,
    *,
    quote_version_id: str,
    companion: QuoteCompanion | None,
    key: str,
    body: str,
) -> bool:
    """Keeps a question, with its line on the timeline and a task; False when it is known.

    Raises:
        InvalidInputError: too many questions wait already.
    """
    question_id = new_id("question")
    count = await session.scalar(select(func.count()).where(QuoteQuestion.booking_id == booking.id))
    if (count or 0) >= MOST_QUESTIONS:
        raise InvalidInputError("Please write to us by e-mail: there are many questions already.")
    statement = insert(QuoteQuestion).values(
        id=question_id,
        booking_id=booking.id,
        quote_version_id=quote_version_id,
        companion_id=companion.id if companion else None,
        key=key,
        body=body,
    )
    stored = await session.scalar(statement.on_conflict_do_nothing().returning(QuoteQuestion.id))
    if stored is None:
        return False
    await add_activity(
        session,
        booking_id=booking.id,
        type=ASKED,
        actor=CUSTOMER,
        detail=question_id,
        dedupe_key=question_id,
    )
    asker = f" from {companion.name}" if companion else ""
    await tell_owner(
        session,
        booking,
        key=f"question:{question_id}",
        title=f"Answer the question{asker} about the quote",
        detail=body,
    )
    return True


async def questions_by(
    session: AsyncSession, booking_id: str, companion_id: str | None
) -> list[QuoteQuestion]:
    """What one reader has asked, the oldest first."""
    statement = select(QuoteQuestion).where(
        QuoteQuestion.booking_id == booking_id,
        QuoteQuestion.companion_id.is_not_distinct_from(companion_id),
    )
    return list(await session.scalars(statement.order_by(QuoteQuestion.id)))
