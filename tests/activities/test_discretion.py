"""What Temporal keeps of a failed activity names nobody."""

from uuid import uuid4

import pytest
from sqlalchemy import insert
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.discretion import Discretion
from models.database import Sessions
from models.tables.crm import Customer


class Writes(ActivityInboundInterceptor):
    """An activity that writes the same address twice."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def execute_activity(self, input: ExecuteActivityInput) -> None:  # noqa: A002, ARG002 - the SDK's signature
        async with self._sessions.begin() as session:
            for _ in range(2):
                await session.execute(
                    insert(Customer).values(
                        id=f"cust_{uuid4()}",
                        name="Anna Sommer",
                        email_normalised="anna@home.example",
                    )
                )


async def test_a_broken_constraint_is_told_without_its_values(sessions: Sessions) -> None:
    call = ExecuteActivityInput(fn=activity.defn, args=[], executor=None, headers={})
    with pytest.raises(ApplicationError) as failure:
        await Discretion().intercept_activity(Writes(sessions)).execute_activity(call)
    error = failure.value
    assert str(error) == "IntegrityError: IntegrityError: 23505, uq_customers_email_normalised"
    assert not error.non_retryable
    assert error.__cause__ is None
    assert error.__suppress_context__
