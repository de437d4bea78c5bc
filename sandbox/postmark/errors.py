"""Postmark's refusals: an error code and a sentence, mostly under HTTP 422."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class PostmarkError(Exception):
    """A request that Postmark refuses, with its own error code."""

    def __init__(
        self, code: int, message: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def body(self) -> dict[str, object]:
        """The answer's JSON."""
        return {"ErrorCode": self.code, "Message": self.message}


async def refused(_request: Request, error: Exception) -> Response:
    """The answer to a refused request."""
    if isinstance(error, PostmarkError):
        return JSONResponse(error.body(), status_code=error.status)
    raise error


async def not_found(_request: Request, error: Exception) -> Response:
    """The answer to an address or method that the stand-in doesn't have."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    return JSONResponse(
        {"ErrorCode": 0, "Message": "The requested resource does not exist in the sandbox."},
        status_code=status,
    )
