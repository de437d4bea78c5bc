"""What the policy in force says of a new enquiry, remembered for a moment."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from models.database import Sessions
from models.domain.clock import PolicyClock
from models.domain.policy import Policy
from models.domain.sla import reply_promise, sla_clock
from models.domain.stages import Stage
from models.store.intake import Terms
from models.store.policies import policies_in_force

REMEMBERED_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Offer:
    """The terms of an enquiry, and what the customer is told of them."""

    terms: Terms
    promise: str
    policy: Policy

    def at(self, now: datetime) -> "Offer":
        """The offer of an enquiry that comes in at this instant: a clock may stand still then."""
        if not self.policy.pauses(Stage.NEW):
            return self
        clock = sla_clock(Stage.NEW, now, self.policy)
        left = None if clock is None else _real(self.policy, clock.due_at - now)
        return replace(self, terms=replace(self.terms, sla=left))


class TermsInForce:
    """Knows the terms by campaign; a changed policy counts within two seconds."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._offers: dict[str | None, Offer] = {}
        self._stale_at = 0.0
        self._reading = asyncio.Lock()

    async def of(self, campaign: str | None) -> Offer:
        """The terms of a campaign's policy if it has one, else of the policy for all others."""
        if time.monotonic() >= self._stale_at:
            await self._read()
        offer = self._offers.get(campaign) or self._offers[None]
        return offer.at(datetime.now(UTC))

    async def _read(self) -> None:
        async with self._reading:
            if time.monotonic() < self._stale_at:
                return
            async with self._sessions() as session:
                in_force = await policies_in_force(session)
            self._offers = {campaign: _offer(policy) for campaign, policy in in_force}
            self._stale_at = time.monotonic() + REMEMBERED_SECONDS


def _offer(policy: Policy) -> Offer:
    allowed = policy.sla(Stage.NEW)
    terms = Terms(
        policy_version=policy.version,
        sla=None if allowed is None else _real(policy, allowed),
        duplicate_window=timedelta(minutes=policy.duplicate_window_minutes),
    )
    promise = reply_promise(allowed, staffed_only=policy.pauses(Stage.NEW))
    return Offer(terms, promise, policy)


def _real(policy: Policy, allowed: timedelta) -> timedelta:
    return PolicyClock(datetime.now(UTC), policy.seconds_per_day).real_duration(allowed)
