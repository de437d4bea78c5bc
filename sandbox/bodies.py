"""Reads what a request carries, up to a limit."""

from urllib.parse import parse_qsl

from starlette.requests import Request

LARGEST_FORM_BYTES = 1 << 20


class TooLargeError(Exception):
    """A request's body is larger than its reader allows."""


async def read_body(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes; a larger one is not read to its end."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLargeError
    return bytes(body)


async def read_form(request: Request) -> list[tuple[str, str]]:
    """The names and values of a form body, in order, repeated names kept.

    Raises:
        ValueError: The body is no form in UTF-8.
    """
    body = await read_body(request, LARGEST_FORM_BYTES)
    return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body))
