"""Postmark's addresses: send one mail or many, search what was sent, read one of them."""

import json
import secrets
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.settings import Settings
from sandbox.bodies import TooLargeError, read_body
from sandbox.mailbox.messages import Kind, Message, Messages
from sandbox.postmark.email_request import LARGEST_MESSAGE_BYTES, too_large
from sandbox.postmark.errors import PostmarkError, not_found, refused
from sandbox.postmark.inbound import PostmarkInbound
from sandbox.postmark.searching import details, read_search, summary
from sandbox.postmark.sending import MailSending
from sandbox.postmark.webhooks import timestamp

TOKEN_HEADER = "X-Postmark-Server-Token"  # noqa: S105 - a header's name
TEST_TOKEN = "POSTMARK_API_TEST"  # noqa: S105 - Postmark's public token of dry runs
LARGEST_BATCH_BYTES = 50 << 20
MOST_IN_A_BATCH = 500


class PostmarkApi:
    """The handlers of Postmark's addresses."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        self._token = settings.postmark_server_token.get_secret_value()
        self._messages = messages
        self._sending = MailSending(settings, messages)

    async def send(self, request: Request) -> Response:
        """`POST /email`: one mail."""
        test = self._admit(request)
        body = await _json(request, LARGEST_MESSAGE_BYTES)
        return JSONResponse(self._sending.send(body, test=test))

    async def send_batch(self, request: Request) -> Response:
        """`POST /email/batch`: a list of mails, each with a receipt or a refusal of its own."""
        test = self._admit(request)
        batch = await _json(request, LARGEST_BATCH_BYTES)
        if not isinstance(batch, list):
            raise PostmarkError(403, "Invalid request field(s) - body")
        if len(batch) > MOST_IN_A_BATCH:
            raise PostmarkError(410, f"A batch may have {MOST_IN_A_BATCH} messages.")
        return JSONResponse([self._outcome(mail, test=test) for mail in batch])

    async def search(self, request: Request) -> Response:
        """`GET /messages/outbound`: the sent mails that all filters fit, newest first."""
        self._admit(request)
        search = read_search(request.query_params)
        found = self._messages.find(search)
        return JSONResponse(
            {
                "TotalCount": self._messages.count(search),
                "Messages": [summary(message) for message in found],
            }
        )

    async def details(self, request: Request) -> Response:
        """`GET /messages/outbound/{id}/details`: a mail and what became of it."""
        self._admit(request)
        return JSONResponse(details(self._messages, self._mail(request)))

    async def dump(self, request: Request) -> Response:
        """`GET /messages/outbound/{id}/dump`: a mail's raw source."""
        self._admit(request)
        return JSONResponse({"Body": details(self._messages, self._mail(request))["Body"]})

    async def suppressions(self, request: Request) -> Response:
        """`GET /message-streams/outbound/suppressions/dump`: the inactive addresses."""
        self._admit(request)
        rows = self._messages.memory.rows("SELECT address, since FROM suppressions ORDER BY since")
        listed = [
            {
                "EmailAddress": row["address"],
                "SuppressionReason": "HardBounce",
                "Origin": "Recipient",
                "CreatedAt": timestamp(row["since"]),
            }
            for row in rows
        ]
        return JSONResponse({"Suppressions": listed})

    def _outcome(self, mail: object, *, test: bool) -> dict[str, object]:
        try:
            return self._sending.send(mail, test=test)
        except PostmarkError as error:
            return error.body()

    def _mail(self, request: Request) -> Message:
        found = self._messages.get(request.path_params["message_id"])
        if found is None or found.kind is not Kind.EMAIL:
            raise PostmarkError(701, "This message does not exist.")
        return found

    def _admit(self, request: Request) -> bool:
        """Refuses without the server's token; tells whether it was the token of dry runs."""
        token = request.headers.get(TOKEN_HEADER)
        if not token:
            raise PostmarkError(
                10,
                "No Account or Server API tokens were supplied in the HTTP headers. Please add a"
                f" header for either {TOKEN_HEADER} or X-Postmark-Account-Token.",
                HTTPStatus.UNAUTHORIZED,
            )
        if token == TEST_TOKEN:
            return True
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            raise PostmarkError(
                10,
                f"The Server Token you provided in the {TOKEN_HEADER} request header was invalid."
                " Please verify that you are using a valid token.",
                HTTPStatus.UNAUTHORIZED,
            )
        return False


async def _json(request: Request, limit: int) -> object:
    if request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise PostmarkError(
            409,
            "Your HTTP request does not have the Content-Type header set to application/json.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    try:
        return json.loads(await read_body(request, limit))
    except TooLargeError as error:
        raise too_large() from error
    except ValueError as error:
        raise PostmarkError(402, "Invalid JSON") from error


def create_postmark_app(settings: Settings, messages: Messages) -> Starlette:
    """The stand-in's ASGI app, to be mounted under `/postmark`."""
    api = PostmarkApi(settings, messages)
    found = "/messages/outbound/{message_id}"
    return Starlette(
        routes=[
            Route("/email", api.send, methods=["POST"]),
            Route("/email/batch", api.send_batch, methods=["POST"]),
            Route("/messages/outbound", api.search, methods=["GET"]),
            Route(f"{found}/details", api.details, methods=["GET"]),
            Route(f"{found}/dump", api.dump, methods=["GET"]),
            Route("/message-streams/outbound/suppressions/dump", api.suppressions, methods=["GET"]),
            Route(
                "/_sandbox/inbound", PostmarkInbound(settings, messages).receive, methods=["POST"]
            ),
        ],
        exception_handlers={PostmarkError: refused, HTTPException: not_found},
    )
