"""New customers are held against the others, each in a transaction of its own."""

import logging
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from models.database import Sessions
from models.store.comparing import Newcomer, compare_newcomer, next_newcomer, pass_over

AWAY: Final = ("08", "57P")
"""How Postgres's codes begin for lost connections, and while it stops or starts."""
COLLIDED: Final = "40"
"""How its codes begin when a transaction had to give way to another one."""

log = logging.getLogger("relay")


async def compare_new_customers(sessions: Sessions, limit: int) -> int:
    """Compares customers who came since the last time; returns how many, at most `limit`.

    Enquiries need not wait for it. Of several who ask at once, one works. A customer who can't be
    compared is passed over, so that those behind get their turn.

    Raises:
        DBAPIError: Postgres does not answer; nobody is passed over because of that.
    """
    for done in range(limit):
        if not await _compare_next(sessions):
            return done
    return limit


async def _compare_next(sessions: Sessions) -> bool:
    """Whether there was a customer to compare."""
    newcomer = None
    try:
        async with sessions.begin() as session:
            newcomer = await next_newcomer(session)
            if newcomer is not None:
                await compare_newcomer(session, newcomer)
    except Exception as error:
        if newcomer is None or _is_away(error):
            raise
        return await _do_without(sessions, newcomer, error)
    return newcomer is not None


async def _do_without(sessions: Sessions, newcomer: Newcomer, error: Exception) -> bool:
    """Goes on behind a customer; who only had to give way is tried again the next time."""
    if _code(error).startswith(COLLIDED):
        return False
    kind = type(error).__qualname__
    log.error("customer %s could not be compared and is passed over: %s", newcomer.id, kind)
    async with sessions.begin() as session:
        await pass_over(session, newcomer)
    return True


def _is_away(error: Exception) -> bool:
    """Whether Postgres is absent: it never refused by a code, or says that it stops."""
    if isinstance(error, OperationalError):
        code = _code(error)
        return not code or error.connection_invalidated or code.startswith(AWAY)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OSError | PoolTimeoutError)


def _code(error: Exception) -> str:
    """The code by which Postgres names an error; empty for none."""
    code = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return str(code or "")
