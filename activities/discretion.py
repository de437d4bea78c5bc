"""Keeps what people wrote out of the failures that Temporal stores and logs."""

from typing import Any

from sqlalchemy.exc import DBAPIError
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)


class Discretion(Interceptor):
    """For `Worker(interceptors=[Discretion()])`: a failed statement is told by its kind alone.

    Postgres names the values of the row that broke a constraint, which may be an address.
    """

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the SDK's name
        """Wraps the execution of every activity."""
        return _Discreet(next)


class _Discreet(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - likewise
        try:
            return await self.next.execute_activity(input)
        except DBAPIError as error:
            raise discreet(error) from None


def discreet(error: DBAPIError) -> ApplicationError:
    """The failure of a statement without its values: class, SQLSTATE and constraint."""
    origin = error.orig
    state = getattr(origin, "sqlstate", None) or "no state"
    constraint = getattr(getattr(origin, "diag", None), "constraint_name", None)
    where = f", {constraint}" if constraint else ""
    kind = type(error).__name__
    return ApplicationError(f"{kind}: {state}{where}", type=kind)
