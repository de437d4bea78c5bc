"""The customer's side of the mailbox: answers to mails, and texts from a phone."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.settings import Settings
from sandbox.bodies import TooLargeError, read_form
from sandbox.mailbox.messages import Kind, Messages
from sandbox.postmark.inbound import PostmarkInbound, answer_to
from sandbox.twilio.inbound import WHATSAPP, InboundText, TwilioInbound

LONGEST_TEXT = 10_000


class Replies:
    """The handlers of what is written in the mailbox."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        self._messages = messages
        self._mails = PostmarkInbound(settings, messages)
        self._texts = TwilioInbound(settings, messages)

    async def answer_mail(self, request: Request) -> Response:
        """`POST /mailbox/mail/{id}/reply`: the recipient answers; a program, if `automatic`."""
        message = self._messages.get(request.path_params["message_id"])
        if message is None or message.kind is not Kind.EMAIL:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        form = await _form(request)
        mail = answer_to(message, _text(form), automatic="automatic" in form)
        self._mails.queue(mail, message.seq)
        return _back(f"/mailbox/mail/{message.id}?written=1#reply")

    async def write_text(self, request: Request) -> Response:
        """`POST /mailbox/phone/{number}/reply`: the phone writes, by SMS or WhatsApp."""
        number = request.path_params["number"]
        form = await _form(request)
        prefix = WHATSAPP if form.get("kind") == Kind.WHATSAPP.value else ""
        self._texts.queue(InboundText(sender=f"{prefix}{number}", body=_text(form)))
        return _back(f"/mailbox/phone/{quote(number)}?written=1#reply")


async def _form(request: Request) -> dict[str, str]:
    try:
        return dict(await read_form(request))
    except (TooLargeError, ValueError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error


def _text(form: dict[str, str]) -> str:
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_TEXT:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return text


def _back(path: str) -> Response:
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)
