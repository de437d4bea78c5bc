"""The only table from error to HTTP status, and the one JSON form in which errors are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from models.domain import errors as domain

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class Kind:
    """A sort of problem: its stable code, its status and what it means when no more is known."""

    code: str
    status: HTTPStatus
    sentence: str


NOT_JSON = Kind("NOT_JSON", HTTPStatus.BAD_REQUEST, "The request's body is not valid JSON.")
BAD_REQUEST = Kind("BAD_REQUEST", HTTPStatus.BAD_REQUEST, "This request can't be understood.")
UNAUTHENTICATED = Kind("UNAUTHENTICATED", HTTPStatus.UNAUTHORIZED, "Please log in first.")
FORBIDDEN = Kind("FORBIDDEN", HTTPStatus.FORBIDDEN, "You may not do this.")
FORM_EXPIRED = Kind(
    "FORM_EXPIRED",
    HTTPStatus.FORBIDDEN,
    "This form is too old or came from another place. Reload the page and send it again.",
)
ORIGIN_NOT_ALLOWED = Kind(
    "ORIGIN_NOT_ALLOWED", HTTPStatus.FORBIDDEN, "Requests from this site are not allowed."
)
NOT_FOUND = Kind("NOT_FOUND", HTTPStatus.NOT_FOUND, "There is nothing at this address.")
METHOD_NOT_ALLOWED = Kind(
    "METHOD_NOT_ALLOWED", HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take that method."
)
CONFLICT = Kind("CONFLICT", HTTPStatus.CONFLICT, "This does not fit what is there.")
TOO_LARGE = Kind("TOO_LARGE", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")
INVALID_INPUT = Kind(
    "INVALID_INPUT", HTTPStatus.UNPROCESSABLE_ENTITY, "Some of what was sent is not valid."
)
CAPTCHA_FAILED = Kind(
    "CAPTCHA_FAILED",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Please confirm that you are a person, then send it again.",
)
TOO_MANY_REQUESTS = Kind(
    "TOO_MANY_REQUESTS",
    HTTPStatus.TOO_MANY_REQUESTS,
    "Too many requests. Please wait a moment and try again.",
)
UNEXPECTED = Kind(
    "UNEXPECTED",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side. Please try again, or tell us the trace id.",
)
TEMPORAL_UNAVAILABLE = Kind(
    "TEMPORAL_UNAVAILABLE",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "This can't be decided just now. Nothing was changed; please try again in a moment.",
)
UNAVAILABLE = Kind(
    "UNAVAILABLE", HTTPStatus.SERVICE_UNAVAILABLE, "We can't answer now. Please try again soon."
)
IDENTITY_UNAVAILABLE = Kind(
    "IDENTITY_PROVIDER_UNAVAILABLE",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The login service does not answer. Please try again in a moment; who is logged in stays so.",
)
LOGIN_FAILED = Kind(
    "LOGIN_FAILED", HTTPStatus.BAD_REQUEST, "The login could not be finished. Please start again."
)

STATUSES: dict[type[domain.DomainError], HTTPStatus] = {
    domain.BookingChangedError: HTTPStatus.CONFLICT,
    domain.BookingClosedError: HTTPStatus.CONFLICT,
    domain.NotFoundError: HTTPStatus.NOT_FOUND,
    domain.ForbiddenError: HTTPStatus.FORBIDDEN,
    domain.InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.TaskChangedError: HTTPStatus.CONFLICT,
    domain.TaskNotReopenableError: HTTPStatus.CONFLICT,
    domain.LinkInvalidError: HTTPStatus.NOT_FOUND,
    domain.QuoteNotOpenError: HTTPStatus.CONFLICT,
    domain.ChangedTotalError: HTTPStatus.CONFLICT,
    domain.QuoteNotSendableError: HTTPStatus.CONFLICT,
    domain.ApprovalNeededError: HTTPStatus.CONFLICT,
    domain.PaymentNotPossibleError: HTTPStatus.CONFLICT,
    domain.PaymentProviderUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.ServiceOrderNotOpenError: HTTPStatus.CONFLICT,
    domain.GuideOfferNotOpenError: HTTPStatus.CONFLICT,
    domain.GuideNotFreeError: HTTPStatus.CONFLICT,
    domain.ChecklistItemNotOpenError: HTTPStatus.CONFLICT,
    domain.FileRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.FileTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    domain.MessageSortedError: HTTPStatus.CONFLICT,
    domain.EnquiryKnownError: HTTPStatus.CONFLICT,
    domain.PolicyChangedError: HTTPStatus.CONFLICT,
    domain.LeaveOverlapsError: HTTPStatus.CONFLICT,
    domain.CustomerChangedError: HTTPStatus.CONFLICT,
    domain.ContactTakenError: HTTPStatus.CONFLICT,
    domain.CustomersMergedError: HTTPStatus.CONFLICT,
    domain.MergeNotUndoableError: HTTPStatus.CONFLICT,
    domain.NoExchangeRateError: HTTPStatus.CONFLICT,
    domain.PricingRulesChangedError: HTTPStatus.CONFLICT,
    domain.RateFarOffError: HTTPStatus.CONFLICT,
    domain.PartnerChangedError: HTTPStatus.CONFLICT,
    domain.DraftChangedError: HTTPStatus.CONFLICT,
    domain.NotNewestVersionError: HTTPStatus.CONFLICT,
    domain.SheetRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.DecisionUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every refusal of the domain; one that is not named here is a conflict."""

BY_STATUS = {
    kind.status: kind
    for kind in (
        BAD_REQUEST,
        UNAUTHENTICATED,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        CONFLICT,
        TOO_LARGE,
        INVALID_INPUT,
        TOO_MANY_REQUESTS,
        UNEXPECTED,
        UNAVAILABLE,
    )
}
"""What an error means of which only the status is known."""


HEADINGS = {
    HTTPStatus.FORBIDDEN: "You may not do this",
    HTTPStatus.NOT_FOUND: "We can't find this",
    HTTPStatus.CONFLICT: "This is not possible now",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something is missing or not right",
    HTTPStatus.TOO_MANY_REQUESTS: "A little slower, please",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side",
    HTTPStatus.SERVICE_UNAVAILABLE: "We can't do this just now",
}
OTHER_HEADING = "That did not work"
"""What a page says above the sentence."""


class Problem(Exception):  # noqa: N818 - what RFC 9457 calls it
    """What the caller is told instead of an answer.

    Args:
        kind: the sort of problem; its code and status.
        sentence: for the person who asked; the kind's own when empty.
        detail: more about this occurrence; the sentence when empty.
        headers: further headers of the answer.
        members: further members of the JSON object, such as `booking` or `errors`.
    """

    def __init__(
        self,
        kind: Kind,
        sentence: str = "",
        *,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        self.kind = kind
        self.sentence = sentence or kind.sentence
        self.detail = detail or self.sentence
        self.headers = dict(headers or {})
        self.members = dict(members or {})
        if kind.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
        super().__init__(self.sentence)

    def body(self, trace_id: str) -> bytes:
        """The problem as JSON."""
        return orjson.dumps(
            {
                "type": "about:blank",
                "title": self.kind.status.phrase,
                "status": int(self.kind.status),
                "detail": self.detail,
                "instance": f"urn:trace:{trace_id}",
                "error": self.sentence,
                "code": self.kind.code,
                "trace_id": trace_id,
                **self.members,
            }
        )


def problem_of(
    error: domain.DomainError, *, detail: str = "", members: Mapping[str, object] | None = None
) -> Problem:
    """A refusal as a problem: for callers that add members, such as the changed booking."""
    status = next(
        (STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES), HTTPStatus.CONFLICT
    )
    kind = Kind(error.code, status, str(error))
    return Problem(kind, detail=detail, members=members)


def problem_of_status(number: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem of an error of which only the status is known."""
    status = HTTPStatus(number)
    kind = BY_STATUS.get(status) or Kind(status.name, status, status.phrase)
    return Problem(kind, headers=headers)


SCHEMA_NAME = "Problem"
SCHEMA: dict[str, Any] = {
    "title": SCHEMA_NAME,
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "error", "code", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "error": {"type": "string", "description": "A sentence for the person who asked."},
        "code": {"type": "string", "description": "Stable, for programs."},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
"""The problem in OpenAPI's words; further members may stand beside these."""


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """What `responses=` of a route or router takes, so that OpenAPI knows these problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{SCHEMA_NAME}"}}}
    return {int(kind.status): {"description": kind.sentence, "content": content} for kind in kinds}


COMMON_RESPONSES = responses(
    BAD_REQUEST, TOO_LARGE, INVALID_INPUT, TOO_MANY_REQUESTS, UNEXPECTED, UNAVAILABLE
)
"""What any endpoint may answer."""
