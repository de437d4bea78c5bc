"""Stripe's refusals: a type, a code, a sentence and the parameter that is at fault."""

from http import HTTPStatus


class StripeError(Exception):
    """A request that Stripe refuses.

    Args:
        message: The sentence for the developer.
        code: Stripe's code, if this refusal has one.
        param: The parameter at fault, as the client wrote it.
        kind: Stripe's `type`.
        status: The answer's HTTP status.
        judged: Whether the request's parameters were sound, so that the refusal is what a repeated
            request with the same idempotency key gets again.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        judged: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.judged = judged
        self._facts = {"code": code, "message": message, "param": param, "type": kind}

    def body(self) -> dict[str, object]:
        """The answer's JSON; what is not known is left out."""
        return {"error": {name: value for name, value in self._facts.items() if value is not None}}


def unsound(message: str, param: str, code: str | None = None) -> StripeError:
    """The refusal of a parameter that is not of the form that Stripe expects."""
    return StripeError(message, code=code, param=param, judged=False)


def missing(kind: str, thing_id: str, param: str = "id", *, in_path: bool = True) -> StripeError:
    """The refusal of an id that names nothing."""
    return StripeError(
        f"No such {kind}: '{thing_id}'",
        code="resource_missing",
        param=param,
        status=HTTPStatus.NOT_FOUND if in_path else HTTPStatus.BAD_REQUEST,
    )
