"""The mailbox: every mail and phone message that went out, for people and for scripts."""

import re
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from models.settings import Settings
from sandbox.mailbox.api import list_messages
from sandbox.mailbox.messages import Attachment, Kind, Message, Messages
from sandbox.mailbox.replies import Replies
from sandbox.mailbox.search import Search, typed_address
from sandbox.pages import HEADERS, page
from sandbox.postmark.mime import added_headers, raw_source

PAGE_SIZE = 50
ON_A_PHONE = 200
HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
NEW_TAB = '<base target="_blank">'
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Mailbox:
    """The handlers of the mailbox's addresses."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def overview(self, request: Request) -> Response:
        """`GET /mailbox`: what was sent, newest first; `to` filters by part of an address."""
        to = typed_address(request.query_params.get("to", ""))
        before = request.query_params.get("before", "")
        older_than = int(before) if before.isascii() and before.isdigit() else None
        search = Search(recipient_part=to, older_than=older_than, limit=PAGE_SIZE + 1)
        found = self._messages.find(search)
        shown = found[:PAGE_SIZE]
        older = {"before": shown[-1].seq} | ({"to": to} if to else {}) if shown else {}
        context = {
            "messages": shown,
            "to": to,
            "total": self._messages.count(Search(recipient_part=to)),
            "newest_page": older_than is None,
            "older": f"?{urlencode(older)}" if len(found) > PAGE_SIZE else "",
        }
        return page(request, "mailbox.html", context)

    async def mail(self, request: Request) -> Response:
        """`GET /mailbox/mail/{id}`: one mail with all that is known of it."""
        message = self._message(request)
        context = {
            "message": message,
            "headers": added_headers(message),
            "cc": message.request.get("Cc") or "",
            "bcc": message.request.get("Bcc") or "",
            "reply_to": message.request.get("ReplyTo") or "",
            "history": self._messages.history(message),
            "callbacks": self._messages.callbacks(message),
            "written": "written" in request.query_params,
        }
        return page(request, "mail.html", context)

    async def body(self, request: Request) -> Response:
        """`GET /mailbox/mail/{id}/body`: the mail's HTML as it came, without scripts, framed."""
        message = self._message(request)
        html = _with_local_images(message, request.url.path.removesuffix("/body"))
        html, found = HEAD.subn(lambda head: head.group() + NEW_TAB, html, count=1)
        headers = HEADERS | {"Content-Security-Policy": LETTER_POLICY}
        return HTMLResponse(html if found else NEW_TAB + html, headers=headers)

    async def source(self, request: Request) -> Response:
        """`GET /mailbox/mail/{id}/source`: the mail as a mail server would get it."""
        message = self._message(request)
        files = [self._messages.attachment(message, i) for i, _ in enumerate(message.attachments)]
        text = raw_source(message, [file for file in files if isinstance(file, Attachment)])
        return PlainTextResponse(text, headers=HEADERS)

    async def attachment(self, request: Request) -> Response:
        """`GET /mailbox/mail/{id}/files/{position}`: a file of a mail, to be saved."""
        message = self._message(request)
        file = self._messages.attachment(message, request.path_params["position"])
        if file is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        headers = HEADERS | {
            "Content-Disposition": disposition,
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        media_type = file.content_type if file.content_type.isascii() else ""
        return Response(
            file.content, headers=headers, media_type=media_type or "application/octet-stream"
        )

    async def phone(self, request: Request) -> Response:
        """`GET /mailbox/phone/{number}`: what a phone got, oldest first as phones show it."""
        number = request.path_params["number"]
        kinds = (Kind.SMS.value, Kind.WHATSAPP.value)
        search = Search(recipient=number, kinds=kinds, limit=ON_A_PHONE)
        found = self._messages.find(search)
        context = {
            "number": number,
            "messages": found[::-1],
            "written": "written" in request.query_params,
        }
        return page(request, "phone.html", context)

    async def api(self, request: Request) -> Response:
        """`GET /mailbox/api/messages`: the same for scripts, as JSON."""
        return list_messages(self._messages, request)

    def _message(self, request: Request) -> Message:
        message = self._messages.get(request.path_params["message_id"])
        if message is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return message


def _with_local_images(message: Message, path: str) -> str:
    """The HTML with its `cid:` images pointed to the mail's own files."""
    html = message.html
    for position, file in enumerate(message.attachments):
        if file.content_id:
            html = html.replace(f"cid:{file.content_id}", f"{path}/files/{position}")
    return html


async def missing(request: Request, error: Exception) -> Response:
    """The page, or for scripts the JSON, that says that something isn't here."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    if "/api/" in request.url.path:
        return JSONResponse({"error": "There is nothing at this address."}, status_code=status)
    return page(request, "missing.html", {}, HTTPStatus(status))


def create_mailbox_app(settings: Settings, messages: Messages) -> Starlette:
    """The mailbox's ASGI app, to be mounted under `/mailbox`."""
    mailbox = Mailbox(messages)
    replies = Replies(settings, messages)
    mail = "/mail/{message_id}"
    return Starlette(
        routes=[
            Route("/", mailbox.overview),
            Route("/api/messages", mailbox.api),
            Route(mail, mailbox.mail),
            Route(f"{mail}/body", mailbox.body),
            Route(f"{mail}/source", mailbox.source),
            Route(f"{mail}/files/{{position:int}}", mailbox.attachment),
            Route(f"{mail}/reply", replies.answer_mail, methods=["POST"]),
            Route("/phone/{number}", mailbox.phone),
            Route("/phone/{number}/reply", replies.write_text, methods=["POST"]),
        ],
        exception_handlers={HTTPException: missing},
    )
