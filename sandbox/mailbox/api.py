"""The mailbox for scripts: sent messages as JSON, filtered and paged."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.mailbox.messages import Message, Messages
from sandbox.mailbox.search import Search, typed_address
from sandbox.pages import machine_time

USUAL_LIMIT = 50
LARGEST_LIMIT = 500
METADATA_PREFIX = "metadata_"
KNOWN = frozenset({"to", "tag", "kind", "after", "before", "limit"})


class UnclearRequestError(Exception):
    """A query that the mailbox doesn't understand, with a sentence that says why."""


def list_messages(messages: Messages, request: Request) -> Response:
    """Sent messages, newest first; a `Link` header with `rel="next"` leads to older ones.

    Query: `to` (a whole address), `tag`, `kind`, `metadata_<name>`, `after` (an ISO 8601 time: from
    then on; or an id: newer ones), `before` (an id: older ones), `limit` (50; at most 500).
    """
    try:
        search, limit = _search(messages, request.query_params)
    except UnclearRequestError as error:
        return JSONResponse({"error": str(error)}, status_code=HTTPStatus.BAD_REQUEST)
    found = messages.find(search)
    headers = {"Cache-Control": "no-store"}
    if len(found) > limit:
        query = dict(request.query_params) | {"before": found[limit - 1].id}
        headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return JSONResponse([shape(message) for message in found[:limit]], headers=headers)


def shape(message: Message) -> dict[str, object]:
    """A message as scripts see it; `sent_at` in ISO 8601, UTC."""
    return {
        "id": message.id,
        "kind": message.kind,
        "from": message.sender,
        "to": message.recipient,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "tag": message.tag,
        "metadata": message.metadata,
        "state": message.state,
        "sent_at": machine_time(message.sent_at),
        "links": message.links,
        "attachments": [
            {
                "name": file.name,
                "content_type": file.content_type,
                "size": file.size,
                "url": f"/mailbox/mail/{message.id}/files/{position}",
            }
            for position, file in enumerate(message.attachments)
        ],
    }


def _search(messages: Messages, query: Mapping[str, str]) -> tuple[Search, int]:
    """The search that a query asks for, and how many messages to show of it."""
    metadata = {
        name.removeprefix(METADATA_PREFIX): value
        for name, value in query.items()
        if name.startswith(METADATA_PREFIX)
    }
    for name in query:
        if name not in KNOWN and not name.startswith(METADATA_PREFIX):
            raise UnclearRequestError(f"There is no filter {name}.")
    limit = _limit(query.get("limit", str(USUAL_LIMIT)))
    after, before = query.get("after", ""), query.get("before", "")
    time = _time(after)
    kind = query.get("kind", "")
    search = Search(
        kinds=(kind,) if kind else (),
        recipient=typed_address(query.get("to", "")),
        tag=query.get("tag", ""),
        metadata=metadata,
        sent_from=time,
        newer_than=_place(messages, after) if after and time is None else None,
        older_than=_place(messages, before) if before else None,
        limit=limit + 1,
    )
    return search, limit


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= LARGEST_LIMIT):
        raise UnclearRequestError(f"limit must be a whole number from 1 to {LARGEST_LIMIT}.")
    return int(value)


def _time(value: str) -> float | None:
    """Seconds since 1970 of a time with its zone; nothing when the value is no time."""
    try:
        moment = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        raise UnclearRequestError("A time needs its zone: add Z or an offset.")
    return moment.timestamp()


def _place(messages: Messages, message_id: str) -> int:
    message = messages.get(message_id)
    if message is None:
        raise UnclearRequestError(f"There is no message {message_id}.")
    return message.seq
