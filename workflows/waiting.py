"""The one way in which workflows wait: for a fact, for the next alarm, or to be interrupted."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow

from models.domain.clock import PolicyClock

Result = TypeVar("Result")

A_MOMENT = timedelta(milliseconds=1)
"""Less than this is now: a timer can't be finer."""


@dataclass(frozen=True)
class Alarm:
    """Something that happens at a policy instant, once; without `ring` the wait ends there."""

    key: str
    at: datetime
    summary: str
    ring: Callable[[], Awaitable[None]] | None = None


Alarms = Callable[[], Sequence[Alarm]]
"""Drawn anew at every turn of the wait, so that a changed policy or fact re-arms the timer."""


def no_alarms() -> Sequence[Alarm]:
    """For a wait that only a fact can end."""
    return ()


class Waiting:
    """Waits on a policy clock. `rung` remembers alarms over continue-as-new; it is state."""

    def __init__(
        self,
        clock: Callable[[], PolicyClock],
        rung: list[str],
        leave: Callable[[], BaseException | None] = lambda: None,
        abort: Callable[[], BaseException | None] = lambda: None,
    ) -> None:
        """Takes the clock, the memory of alarms, and who may interrupt.

        Args:
            clock: the policy's clock, read anew at each use.
            rung: keys of alarms and steps that were; part of the workflow's state.
            leave: what ends a wait, such as a stage that staff chose.
            abort: what ends even a step under way: the booking was cancelled.
        """
        self._clock = clock
        self._rung = rung
        self._leave = leave
        self._abort = abort

    def now(self) -> datetime:
        """The policy's instant."""
        return self._clock().policy_time(workflow.now())

    def real(self, at: datetime) -> datetime:
        """The real instant of a policy instant, for people and tables."""
        return self._clock().real_time(at)

    async def until(self, done: Callable[[], bool], alarms: Alarms = no_alarms) -> bool:
        """Waits until `done`, ringing alarms on the way.

        Returns:
            True when `done` holds; False when an alarm without `ring` came first.

        Raises:
            BaseException: what interrupts this workflow's phases, as soon as it does.
        """
        while True:
            if (interruption := self._interruption()) is not None:
                raise interruption
            if done():
                return True
            alarm = self._next(alarms())
            if alarm is not None and self._delay(alarm) < A_MOMENT:
                if alarm.ring is None:
                    return False
                self._rung.append(alarm.key)
                await alarm.ring()
            else:
                await self._sleep(done, alarm, alarms)

    async def once(self, key: str, step: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Takes a step of a phase once, however often the phase is entered."""
        if key not in self._rung:
            await self.step(step())
            self._rung.append(key)

    async def step(self, action: Coroutine[Any, Any, Result]) -> Result:
        """Awaits an action, giving it up only when the story is aborted."""
        task = asyncio.create_task(action)
        await workflow.wait_condition(lambda: task.done() or self._abort() is not None)
        if not task.done() and (aborted := self._abort()) is not None:
            task.cancel()
            raise aborted
        return task.result()

    def _interruption(self) -> BaseException | None:
        return self._abort() or self._leave()

    def _next(self, alarms: Sequence[Alarm]) -> Alarm | None:
        waiting = [alarm for alarm in alarms if alarm.key not in self._rung]
        return min(waiting, key=lambda alarm: alarm.at, default=None)

    def _delay(self, alarm: Alarm) -> timedelta:
        return self._clock().real_duration(alarm.at - self.now())

    async def _sleep(self, done: Callable[[], bool], alarm: Alarm | None, alarms: Alarms) -> None:
        def awake() -> bool:
            if done() or self._interruption() is not None:
                return True
            following = self._next(alarms())
            return (following and (following.key, following.at)) != (
                alarm and (alarm.key, alarm.at)
            )

        if alarm is None:
            await workflow.wait_condition(awake)
            return
        try:
            await workflow.wait_condition(
                awake, timeout=self._delay(alarm), timeout_summary=alarm.summary
            )
        except TimeoutError:
            return
