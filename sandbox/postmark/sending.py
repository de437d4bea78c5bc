"""Takes one mail in: checks it, stores it with what will become of it, gives its receipt."""

import time
from email.utils import parseaddr
from uuid import uuid4

from models.settings import Settings
from sandbox.mailbox.messages import Kind, Message, Messages, Recipient, Step
from sandbox.postmark.email_request import EmailRequest
from sandbox.postmark.errors import PostmarkError
from sandbox.postmark.webhooks import BOUNCED, DELIVERED, timestamp

ARRIVAL_SECONDS = 0.2
BOUNCING_DOMAIN = "bounce.example"
BOUNCING_MARK = "bounce@"


class MailSending:
    """What `POST /email` does for one mail."""

    def __init__(self, settings: Settings, messages: Messages) -> None:
        self._messages = messages
        self._sending_domain = parseaddr(settings.mail_from)[1].lower().rpartition("@")[2]

    def send(self, body: object, *, test: bool = False) -> dict[str, object]:
        """Stores a mail and returns Postmark's receipt; a `test` mail is checked and dropped."""
        email = EmailRequest.read(body)
        email.check(self._sending_domain)
        recipients = email.recipients()
        active, note = self._active(recipients)
        message = _message(email, active)
        if not test:
            steps = [Step(each.address, _end(each.address), ARRIVAL_SECONDS) for each in active]
            self._messages.keep(message, steps)
        return {
            "To": email.To,
            **({"Cc": email.Cc} if email.Cc else {}),
            **({"Bcc": email.Bcc} if email.Bcc else {}),
            "SubmittedAt": timestamp(message.sent_at),
            "MessageID": message.id,
            "ErrorCode": 0,
            "Message": "Test job accepted" if test else note,
        }

    def _active(self, recipients: list[Recipient]) -> tuple[list[Recipient], str]:
        """Those who may still get mail, and the receipt's sentence; refuses when nobody may."""
        inactive = [each.address for each in recipients if self._suppressed(each.address)]
        names = ", ".join(inactive)
        if len(inactive) == len(recipients):
            raise PostmarkError(
                406,
                "You tried to send to recipient(s) that have been marked as inactive."
                f" Found inactive addresses: {names}. Inactive recipients are ones that have"
                " generated a hard bounce, a spam complaint, or a manual suppression.",
            )
        if inactive:
            note = f"Message OK, but will not deliver to these inactive addresses: {names}."
            return [each for each in recipients if each.address not in inactive], note
        return recipients, "OK"

    def _suppressed(self, address: str) -> bool:
        found = self._messages.memory.row(
            "SELECT 1 FROM suppressions WHERE address = ?", (address,)
        )
        return found is not None


def _end(address: str) -> str:
    bounces = BOUNCING_MARK in address or address.endswith(f"@{BOUNCING_DOMAIN}")
    return BOUNCED if bounces else DELIVERED


def _message(email: EmailRequest, recipients: list[Recipient]) -> Message:
    now = time.time()
    return Message(
        id=str(uuid4()),
        kind=Kind.EMAIL,
        sender=email.From or "",
        recipient=email.To or "",
        subject=email.Subject or "",
        tag=email.Tag or "",
        text=email.TextBody or "",
        html=email.HtmlBody or "",
        metadata=email.Metadata or {},
        recipients=tuple(recipients),
        attachments=email.files(),
        request=email.model_dump(exclude={"Attachments", "TextBody", "HtmlBody"})
        | {"MessageStream": email.MessageStream or "outbound"},
        sent_at=now,
    )
