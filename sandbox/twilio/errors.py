"""Twilio's refusals: a code, a sentence and where to read more."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

NOT_FOUND = 20404
CODE_OF_STATUS = {HTTPStatus.NOT_FOUND: NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED: 20004}


class TwilioError(Exception):
    """A request that Twilio refuses, with its own error code."""

    def __init__(
        self, code: int, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


async def refused(_request: Request, error: Exception) -> Response:
    """The answer to a refused request."""
    if not isinstance(error, TwilioError):
        raise error
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": int(error.status),
    }
    return JSONResponse(body, status_code=error.status)


async def not_found(request: Request, error: Exception) -> Response:
    """The answer to an address or method that the stand-in doesn't have."""
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else NOT_FOUND)
    code = CODE_OF_STATUS.get(status, 20001)
    sentence = f"The requested resource {request.url.path} was not found"
    return await refused(request, TwilioError(code, sentence, status))
