"""How activities tell workflows that trying again won't help."""

from temporalio.exceptions import ApplicationError

from activities.providers.ports import PermanentProviderError
from models.domain.errors import DomainError


def refused(error: DomainError) -> ApplicationError:
    """A rule said no: its code and sentence cross the boundary, and nobody tries again."""
    return ApplicationError(str(error), type=error.code, non_retryable=True)


def never(error: PermanentProviderError) -> ApplicationError:
    """A provider refused for good; the text names the provider and its code."""
    return ApplicationError(str(error), type="PermanentProviderError", non_retryable=True)
