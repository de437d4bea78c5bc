"""How a refusal of the domain leaves an activity: once, with its code, never tried again."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from models.domain.errors import DomainError


@contextmanager
def refusals() -> Iterator[None]:
    """Turns a DomainError into a non-retryable ApplicationError whose type is its code."""
    try:
        yield
    except DomainError as error:
        raise ApplicationError(str(error), type=error.code, non_retryable=True) from None
