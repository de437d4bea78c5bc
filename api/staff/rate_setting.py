"""What staff do with exchange rates: look at what a rate would mean, set it, close a task."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk import Desk
from models.domain.auditing import AuditAction
from models.domain.errors import RateFarOffError
from models.domain.exchange import (
    EURO,
    TRADED,
    ExchangeRate,
    RatesInForce,
    change_percent,
    convert,
    out_of_date,
)
from models.domain.money import minor_digits
from models.domain.policy import Policy
from models.domain.staffed_hours import local_day
from models.messages.ids import id_of_command
from models.store import exchange_rates, exchange_tasks
from models.store.exchange_rates import KnownRate
from models.store.policies import policy_in_force
from models.tables.exchange import ExchangeTask

SHOWN = 10


@dataclass(frozen=True)
class Overview:
    """The last rates of every currency, what is to be looked at, and the policy they go by."""

    known: dict[str, list[KnownRate]]
    tasks: list[ExchangeTask]
    policy: Policy
    today: date
    """In the office's zone."""

    @property
    def in_force(self) -> RatesInForce:
        """The rates that hold now."""
        return exchange_rates.per_euro_of(self.known)

    @property
    def missing(self) -> list[str]:
        """Currencies that are traded and have no rate."""
        return [currency for currency in TRADED if currency not in self.known]


async def overview(desk: Desk) -> Overview:
    """Everything that the list of rates shows."""
    async with desk.sessions() as session:
        policy = await policy_in_force(session, None)
        return Overview(
            await exchange_rates.last_rates(session, SHOWN),
            await exchange_tasks.open_exchange_tasks(session),
            policy,
            today_of(policy),
        )


def today_of(policy: Policy) -> date:
    """The day that it is in the office."""
    return local_day(datetime.now(UTC), policy.staffed.zone)


@dataclass(frozen=True)
class Wish:
    """A rate that somebody wants to set: units of `currency` for one of `base`."""

    currency: str
    base: str
    rate: Decimal
    reason: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Effect:
    """What a rate would mean, before it is set."""

    wish: Wish
    per_euro: Decimal
    before: ExchangeRate | None
    """The rate in force; None for the first of its currency."""
    percent: Decimal | None
    """How far it is from that."""
    far: bool
    """Further than the policy lets pass unseen."""
    buffer_percent: Decimal
    policy: Policy

    @property
    def hundred(self) -> tuple[int, int]:
        """A hundred of the base, and what they are; minor units of each."""
        amount = 10 ** (2 + minor_digits(self.wish.base))
        return amount, convert(amount, self.wish.base, self.wish.currency, self.wish.rate)

    @property
    def cost(self) -> tuple[int, int, int]:
        """A cost, the same in the base, and that with the buffer; minor units."""
        wish = self.wish
        _, amount = self.hundred
        back = 1 / wish.rate
        plain = convert(amount, wish.currency, wish.base, back)
        return amount, plain, convert(amount, wish.currency, wish.base, back, self.buffer_percent)


async def effect_of(session: AsyncSession, wish: Wish) -> Effect:
    """What a rate would mean.

    Raises:
        NoExchangeRateError: nobody has said what the base is worth.
    """
    policy = await policy_in_force(session, None)
    known = await exchange_rates.rates_in_force(session, [wish.currency, wish.base])
    per_euro = wish.rate * known.per_euro(wish.base)
    before = known.by_currency.get(wish.currency)
    percent = change_percent(before.per_euro, per_euro) if before else None
    return Effect(
        wish,
        per_euro,
        before,
        percent,
        percent is not None and percent > policy.exchange_jump_percent,
        policy.exchange_buffer_percent,
        policy,
    )


async def set_rate(desk: Desk, wish: Wish) -> KnownRate:
    """Sets a rate from today on, once for the command; what was before stays on record.

    Raises:
        NoExchangeRateError: nobody has said what the base is worth.
        RateFarOffError: it is far from the rate in force and nobody confirmed it.
    """
    rate_id = id_of_command("fx", desk.command_id)
    async with desk.sessions.begin() as session:
        effect = await effect_of(session, wish)
        if effect.far and not wish.confirmed:
            raise RateFarOffError
        rate, new = await exchange_rates.set_by_hand(
            session,
            rate_id,
            currency=wish.currency,
            per_euro=effect.per_euro,
            quoted_on=today_of(effect.policy),
            by=desk.actor,
            reason=wish.reason,
        )
        if new:
            await _remember(desk, session, effect, rate)
        return await exchange_rates.known_rate(session, rate_id)


async def _remember(desk: Desk, session: AsyncSession, effect: Effect, rate: ExchangeRate) -> None:
    """Into the audit log; what somebody was asked about this currency is done."""
    wish, before = effect.wish, effect.before
    await desk.audit.record(
        session,
        AuditAction.EXCHANGE_RATE_SET,
        rate.id,
        before={"per_euro": before.per_euro, "source": before.source} if before else None,
        after={
            "currency": wish.currency,
            "rate": wish.rate,
            "base": wish.base,
            "per_euro": rate.per_euro,
            "source": rate.source,
            "reason": wish.reason,
        },
    )
    await exchange_tasks.end_jump_tasks(session, wish.currency, desk.actor)
    known = await exchange_rates.rates_in_force(session, TRADED)
    today = today_of(effect.policy)
    if not out_of_date(known, TRADED, today, effect.policy.exchange_stale_days):
        await exchange_tasks.end_exchange_tasks(session, [exchange_tasks.STALE])


async def finish_task(desk: Desk, task_id: str) -> ExchangeTask:
    """Marks a task as done; one that is done stays so.

    Raises:
        NotFoundError: there is no such task.
    """
    async with desk.sessions.begin() as session:
        task, ended = await exchange_tasks.finish_exchange_task(session, task_id, desk.actor)
        if ended:
            await desk.audit.record(
                session,
                AuditAction.EXCHANGE_TASK_DONE,
                task_id,
                before={"status": exchange_tasks.OPEN},
                after={"status": task.status, "title": task.title},
            )
        return task


def bases(known: RatesInForce) -> tuple[str, ...]:
    """What a rate can be set against: the euro, and the dollar when it has a rate."""
    return (EURO, "USD") if "USD" in known.by_currency else (EURO,)
