"""How a workflow says no to a caller without failing itself."""

from collections.abc import Callable
from typing import NoReturn

from temporalio.exceptions import ActivityError, ApplicationError

from models.domain.errors import REFUSALS, DomainError


def refuse(error: DomainError) -> NoReturn:
    """Ends an update with the sentence and the code of a domain error.

    A bare exception in a handler would make the workflow task fail for ever.
    """
    raise ApplicationError(str(error), type=error.code, non_retryable=True) from None


def ask(rule: Callable[[], None]) -> None:
    """Puts a question to a rule of the domain and refuses with what it says."""
    try:
        rule()
    except DomainError as error:
        refuse(error)


def refuse_as(failure: ActivityError) -> NoReturn:
    """Passes on the refusal that an activity met; any other failure is one to try again."""
    cause = failure.cause
    if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
        raise ApplicationError(cause.message, type=cause.type, non_retryable=True) from None
    raise ApplicationError(
        "This can't be done just now. Please try again in a moment.",
        type="TEMPORAL_UNAVAILABLE",
        non_retryable=True,
    ) from None
