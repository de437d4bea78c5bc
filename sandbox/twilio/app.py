"""Twilio's addresses: send a message, read one, list them."""

import base64
import binascii
import secrets
import time
from dataclasses import asdict
from http import HTTPStatus
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.settings import Settings
from sandbox.bodies import TooLargeError, read_form
from sandbox.mailbox.messages import Kind, Message, Messages, Recipient, Step
from sandbox.mailbox.search import plain_address
from sandbox.twilio.errors import NOT_FOUND, TwilioError, not_found, refused
from sandbox.twilio.inbound import TwilioInbound
from sandbox.twilio.listing import read_listing
from sandbox.twilio.parameters import NewMessage, read_message
from sandbox.twilio.resource import API_VERSION, UNDELIVERED, page, resource

UNREACHABLE_ENDING = "0000"
MOMENTS = (("queued", 0.0), ("sent", 0.1))
END_SECONDS = 0.3


class TwilioApi:
    """The handlers of Twilio's addresses."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        self._account = settings.twilio_account_sid
        self._auth_token = settings.twilio_auth_token.get_secret_value()
        self._own_numbers = frozenset({settings.twilio_sms_from, settings.twilio_whatsapp_from})
        self._messages = messages

    async def send(self, request: Request) -> Response:
        """`POST Messages.json`: takes a message and answers before it is sent."""
        self._admit(request)
        try:
            form = await read_form(request)
        except TooLargeError as error:
            raise TwilioError(
                20413, "Request entity too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            ) from error
        except ValueError as error:
            raise TwilioError(20001, "The body is no form.") from error
        new = read_message(form, self._own_numbers)
        message = _message(new)
        self._messages.keep(message, _steps(message))
        return JSONResponse(resource(self._account, message), status_code=HTTPStatus.CREATED)

    async def list(self, request: Request) -> Response:
        """`GET Messages.json`: sent messages, newest first, a page at a time."""
        self._admit(request)
        listing = read_listing(request.query_params)
        found = self._messages.find(listing.search)
        body = page(
            self._account,
            found[: listing.size],
            query=request.query_params,
            size=listing.size,
            number=listing.number,
            more=len(found) > listing.size,
        )
        return JSONResponse(body)

    async def get(self, request: Request) -> Response:
        """`GET Messages/{sid}.json`: one message with its present state."""
        self._admit(request)
        message = self._messages.get(request.path_params["sid"])
        if message is None or message.kind is Kind.EMAIL:
            raise _unknown(request)
        return JSONResponse(resource(self._account, message))

    def _admit(self, request: Request) -> None:
        """Refuses without the account's id and token, and foreign accounts."""
        expected = f"{self._account}:{self._auth_token}".encode()
        if not secrets.compare_digest(_credentials(request), expected):
            raise TwilioError(
                20003,
                "Authentication Error - invalid username",
                HTTPStatus.UNAUTHORIZED,
            )
        if request.path_params["account"] != self._account:
            raise _unknown(request)


def _credentials(request: Request) -> bytes:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unknown(request: Request) -> TwilioError:
    sentence = f"The requested resource {request.url.path} was not found"
    return TwilioError(NOT_FOUND, sentence, HTTPStatus.NOT_FOUND)


def _message(new: NewMessage) -> Message:
    now = time.time()
    return Message(
        id=("MM" if new.media else "SM") + uuid4().hex,
        kind=new.kind,
        sender=new.sender,
        recipient=new.to,
        text=new.body,
        recipients=(Recipient(plain_address(new.to), state="queued", changed_at=now),),
        request=asdict(new) | {"media": list(new.media)},
        sent_at=now,
    )


def _steps(message: Message) -> list[Step]:
    address = message.recipients[0].address
    end = UNDELIVERED if address.endswith(UNREACHABLE_ENDING) else "delivered"
    return [Step(address, state, delay) for state, delay in (*MOMENTS, (end, END_SECONDS))]


def create_twilio_app(settings: Settings, messages: Messages) -> Starlette:
    """The stand-in's ASGI app, to be mounted under `/twilio`."""
    api = TwilioApi(settings, messages)
    account = f"/{API_VERSION}/Accounts/{{account}}"
    return Starlette(
        routes=[
            Route(f"{account}/Messages.json", api.send, methods=["POST"]),
            Route(f"{account}/Messages.json", api.list, methods=["GET"]),
            Route(f"{account}/Messages/{{sid}}.json", api.get, methods=["GET"]),
            Route("/_sandbox/inbound", TwilioInbound(settings, messages).receive, methods=["POST"]),
        ],
        exception_handlers={TwilioError: refused, HTTPException: not_found},
    )
