"""E-mail by Postmark; the only file that knows its SDK."""

import asyncio
from base64 import b64encode
from typing import Any

import requests
from postmarker.core import PostmarkClient
from postmarker.exceptions import ClientError

from activities.providers.http_faults import never_left
from activities.providers.names import POSTMARK
from activities.providers.ports import (
    MailAttachment,
    OutgoingMail,
    PermanentProviderError,
    ProviderError,
    RetryableProviderError,
)
from models.settings import Settings

TIMEOUT_SECONDS = (3.0, 10.0)
"""To connect, and between two bytes of the answer."""
SERVER_ERROR = 500
INVALID_REQUEST, INACTIVE_RECIPIENT = 300, 406
NEVER_TAKEN = frozenset({INVALID_REQUEST, INACTIVE_RECIPIENT})
"""Postmark's codes of a mail that no later try will send. A bad token or a missing sender signature
is mended by an operator, so those are tried again."""


class PrefixedPostmarkClient(PostmarkClient):  # type: ignore[misc]  # postmarker has no types
    """postmarker joins `/email` to its root and so drops the root's path; this keeps it."""

    def _call(self, method: str, root: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
        return super()._call(method, root.rstrip("/") + "/", endpoint.lstrip("/"), *args, **kwargs)


class PostmarkSender:
    """Sends by Postmark; our message id travels as metadata, by which a mail is found again."""

    def __init__(self, settings: Settings) -> None:
        self._from = settings.mail_from
        self._client = PrefixedPostmarkClient(
            server_token=settings.postmark_server_token.get_secret_value(),
            root_api_url=settings.postmark_api_base,
            timeout=TIMEOUT_SECONDS,
        )

    async def send(self, mail: OutgoingMail) -> str:
        """See MailSender."""
        sent = await asyncio.to_thread(self._send, mail)
        return str(sent["MessageID"])

    async def find(self, message_id: str) -> str | None:
        """See MailSender."""
        found = await asyncio.to_thread(self._find, message_id)
        return str(found["Messages"][0]["MessageID"]) if found["Messages"] else None

    def _send(self, mail: OutgoingMail) -> dict[str, Any]:
        try:
            sent: dict[str, Any] = self._client.emails.send(
                From=self._from,
                To=mail.to,
                ReplyTo=mail.reply_to or None,
                Subject=mail.subject,
                TextBody=mail.text,
                HtmlBody=mail.html,
                Tag=mail.tag or None,
                Metadata={"message_id": mail.message_id, "booking_id": mail.booking_id},
                Attachments=[_attachment(attachment) for attachment in mail.attachments],
            )
        except (ClientError, requests.RequestException, KeyError) as error:
            raise _translated(error) from None
        return sent

    def _find(self, message_id: str) -> dict[str, Any]:
        question = {"count": 1, "offset": 0, "metadata_message_id": message_id}
        try:
            found: dict[str, Any] = self._client.call("GET", "/messages/outbound", **question)
        except (ClientError, requests.RequestException, KeyError) as error:
            fault = _translated(error)
            raise RetryableProviderError(POSTMARK, fault.code) from None
        return found


def _attachment(attachment: MailAttachment) -> dict[str, str]:
    return {
        "Name": attachment.name,
        "Content": b64encode(attachment.content).decode(),
        "ContentType": attachment.content_type,
    }


def _translated(error: Exception) -> ProviderError:
    """Our error for the SDK's; Postmark's sentences name addresses, so only codes are kept."""
    if isinstance(error, ClientError):
        status = error.__cause__.response.status_code
        if error.error_code in NEVER_TAKEN:
            return PermanentProviderError(POSTMARK, str(error.error_code))
        maybe_done = status >= SERVER_ERROR
        return RetryableProviderError(POSTMARK, str(error.error_code), maybe_done=maybe_done)
    if isinstance(error, requests.RequestException):
        maybe_done = not never_left(error)
        return RetryableProviderError(POSTMARK, type(error).__name__, maybe_done=maybe_done)
    return RetryableProviderError(POSTMARK, "answer without an error code")
