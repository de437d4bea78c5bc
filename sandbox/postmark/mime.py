"""The raw source of a mail as a mail server would get it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sandbox.mailbox.messages import Attachment, Message

OWN_HEADERS = frozenset({"from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to"})


def raw_source(message: Message, files: list[Attachment]) -> str:
    """A mail in RFC 5322 form with its headers, both bodies and its files."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    _add_headers(mail, message)
    mail.set_content(message.text or "This mail has no plain text.")
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for file in files:
        maintype, _, subtype = file.content_type.partition("/")
        mail.add_attachment(
            file.content,
            maintype=maintype,
            subtype=subtype or "octet-stream",
            filename=file.name,
            cid=f"<{file.content_id}>" if file.content_id else None,
        )
    return mail.as_bytes().decode("ascii")


def added_headers(message: Message) -> list[tuple[str, str]]:
    """The headers that the sender added by himself, in order."""
    headers = message.request.get("Headers")
    if not isinstance(headers, list):
        return []
    return [(str(header["Name"]), str(header["Value"])) for header in headers]


def _add_headers(mail: EmailMessage, message: Message) -> None:
    mail["From"] = message.sender
    mail["To"] = message.recipient
    for name, key in (("Cc", "Cc"), ("Reply-To", "ReplyTo")):
        if value := message.request.get(key):
            mail[name] = str(value)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(message.sent_at, UTC))
    mail["Message-ID"] = f"<{message.id}@mtasv.net>"
    for name, value in added_headers(message):
        if name.lower() not in OWN_HEADERS:
            mail[name] = " ".join(value.split())
