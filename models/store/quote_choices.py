"""What customers chose of a version: taken with their acceptance, and the plan that comes of it."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.choices import choices_of, counted, total_with
from models.domain.payment_plan import PlannedInstalment, planned_again
from models.domain.signing import signed_sha256
from models.store.message_facts import about_booking
from models.tables.quote import QuoteAcceptance, QuoteLine, QuoteVersion


async def take_choices(session: AsyncSession, acceptance_id: str, version: QuoteVersion) -> None:
    """Makes a sent version what its acceptance chose of it, and takes the acceptance.

    The version's lines and its price are the customer's from here on. Without choices, or without
    the acceptance, they are as they were offered.
    """
    lines = await _lines(session, version.id)
    acceptance = await session.get(QuoteAcceptance, acceptance_id)
    if acceptance is None or acceptance.quote_version_id != version.id:
        return
    choices = choices_of(lines)
    if acceptance.choices is not None:
        choices = frozenset(acceptance.choices)
    total_minor = total_with(lines, choices)
    acceptance.accepted = True
    acceptance.document_sha256 = version.document_sha256
    acceptance.total_minor = total_minor
    acceptance.signed_sha256 = hash_of(acceptance, version.currency, version.document_sha256)
    await session.flush()
    await _choose(session, version.id, counted(lines, choices), lines)
    version.total_minor = total_minor


async def plan_of(
    session: AsyncSession, version: QuoteVersion, plan: tuple[PlannedInstalment, ...]
) -> tuple[PlannedInstalment, ...]:
    """The payment plan of what was chosen, on the days of the one that was drawn."""
    if sum(part.amount_minor for part in plan) == version.total_minor:
        return plan
    about = await about_booking(session, version.booking_id)
    return planned_again(plan, version.total_minor, about.policy)


def hash_of(acceptance: QuoteAcceptance, currency: str, document_sha256: str | None) -> str:
    """The hash of what an acceptance signs, once its price is known."""
    return signed_sha256(
        document_sha256=document_sha256,
        choices=acceptance.choices or (),
        total_minor=acceptance.total_minor or 0,
        currency=currency,
        terms_version=acceptance.terms_version,
        name=acceptance.name,
    )


async def _lines(session: AsyncSession, version_id: str) -> list[QuoteLine]:
    statement = select(QuoteLine).where(QuoteLine.quote_version_id == version_id)
    return list(await session.scalars(statement))


async def _choose(
    session: AsyncSession, version_id: str, counting: frozenset[str], lines: list[QuoteLine]
) -> None:
    """First what is chosen no more, then what is: of a set there are never two."""
    for chosen in (False, True):
        changed = [
            line.id
            for line in lines
            if line.chosen is not chosen and (line.id in counting) is chosen
        ]
        if changed:
            await session.execute(
                update(QuoteLine)
                .where(QuoteLine.quote_version_id == version_id, QuoteLine.id.in_(changed))
                .values(chosen=chosen)
            )
