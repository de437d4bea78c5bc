"""The e-mail that a client asks Postmark to send: its fields, limits and refusals."""

import base64
import binascii
import re
from email.utils import getaddresses
from http import HTTPStatus
from pathlib import PurePath
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.mailbox.messages import Attachment, Recipient
from sandbox.postmark.errors import PostmarkError

ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
MOST_RECIPIENTS = 50
MOST_METADATA = 10
LONGEST_METADATA_NAME = 20
LONGEST_METADATA_VALUE = 80
LONGEST_TAG = 1000
LONGEST_SUBJECT = 2000
LONGEST_BODY_BYTES = 5 << 20
LARGEST_MESSAGE_BYTES = 10 << 20
STREAMS = frozenset({"outbound", "broadcast"})
FORBIDDEN_FILES = re.compile(
    r"\.(vbs|exe|bin|bat|chm|com|cpl|crt|hlp|hta|inf|ins|isp|jse|lnk|mdb|pcd|pif|reg|scr|sct|shs"
    r"|vbe|vba|wsf|wsh|wsl|msc|msi|msp|mst)"
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Header(_Part):
    """A header that the sender adds."""

    Name: str
    Value: str


class File(_Part):
    """An attachment, its content in base64."""

    Name: str
    Content: str
    ContentType: str
    ContentID: str | None = None

    def attachment(self) -> Attachment:
        """The file with its bytes."""
        if FORBIDDEN_FILES.fullmatch(PurePath(self.Name).suffix.lower()):
            raise PostmarkError(411, f"Forbidden attachment type: '{self.Name}'.")
        try:
            content = base64.b64decode(self.Content, validate=True)
        except binascii.Error as error:
            raise PostmarkError(
                300, f"Invalid 'Content' of attachment '{self.Name}': it is not base64."
            ) from error
        content_id = (self.ContentID or "").removeprefix("cid:")
        return Attachment(self.Name, self.ContentType, len(content), content_id, content)


class EmailRequest(_Part):
    """The body of `POST /email`; a field that isn't documented is refused."""

    From: str | None = None
    To: str | None = None
    Cc: str | None = None
    Bcc: str | None = None
    Subject: str | None = None
    Tag: str | None = None
    HtmlBody: str | None = None
    TextBody: str | None = None
    ReplyTo: str | None = None
    Headers: list[Header] | None = None
    Metadata: dict[str, str] | None = None
    TrackOpens: bool | None = None
    TrackLinks: Literal["None", "HtmlAndText", "HtmlOnly", "TextOnly"] | None = None
    Attachments: list[File] | None = None
    MessageStream: str | None = None

    @classmethod
    def read(cls, body: object) -> "EmailRequest":
        """Reads decoded JSON; a field of the wrong name or type is refused by its name."""
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "body"
            raise PostmarkError(403, f"Invalid request field(s) - {place}") from error

    def recipients(self) -> list[Recipient]:
        """Everyone the mail goes to, each once, checked."""
        everyone: dict[str, Recipient] = {}
        for role, value in (("to", self.To), ("cc", self.Cc), ("bcc", self.Bcc)):
            for address in addresses_of(value, role.capitalize()):
                everyone.setdefault(address, Recipient(address, role))
        if not self.To or not everyone:
            raise PostmarkError(300, "Zero recipients specified")
        if len(everyone) > MOST_RECIPIENTS:
            raise PostmarkError(300, f"Too many recipients: the limit is {MOST_RECIPIENTS}.")
        return list(everyone.values())

    def files(self) -> tuple[Attachment, ...]:
        """The attachments with their bytes."""
        return tuple(file.attachment() for file in self.Attachments or ())

    def check(self, sending_domain: str) -> None:
        """Refuses what Postmark refuses of a single mail, recipients and files aside."""
        sender = addresses_of(self.From, "From")
        if len(sender) != 1:
            raise PostmarkError(300, "Invalid 'From' address: give exactly one.")
        if sender[0].rpartition("@")[2] != sending_domain:
            raise PostmarkError(
                400, f"The 'From' address you supplied ({sender[0]}) is not a Sender Signature."
            )
        addresses_of(self.ReplyTo, "ReplyTo")
        if not self.TextBody and not self.HtmlBody:
            raise PostmarkError(300, "Provide either email TextBody or HtmlBody or both.")
        if (self.MessageStream or "outbound") not in STREAMS:
            raise PostmarkError(1235, "The 'MessageStream' provided does not exist on this server.")
        self._check_lengths()
        self._check_metadata()

    def _check_lengths(self) -> None:
        if len(self.Subject or "") > LONGEST_SUBJECT:
            raise PostmarkError(300, f"'Subject' is longer than {LONGEST_SUBJECT} characters.")
        if len(self.Tag or "") > LONGEST_TAG:
            raise PostmarkError(300, f"'Tag' is longer than {LONGEST_TAG} characters.")
        for body in (self.TextBody, self.HtmlBody):
            if len((body or "").encode()) > LONGEST_BODY_BYTES:
                raise PostmarkError(300, "'TextBody' and 'HtmlBody' may have 5 MB each.")
        if sum(len(file.Content) for file in self.Attachments or ()) > LARGEST_MESSAGE_BYTES:
            raise too_large()

    def _check_metadata(self) -> None:
        metadata = self.Metadata or {}
        if len(metadata) > MOST_METADATA:
            raise PostmarkError(300, f"'Metadata' may have {MOST_METADATA} fields.")
        for name, value in metadata.items():
            if not name or len(name) > LONGEST_METADATA_NAME:
                raise PostmarkError(
                    300, f"'Metadata' names have 1 to {LONGEST_METADATA_NAME} characters: {name}"
                )
            if len(value) > LONGEST_METADATA_VALUE:
                raise PostmarkError(
                    300, f"'Metadata' values may have {LONGEST_METADATA_VALUE} characters: {name}"
                )


def addresses_of(value: str | None, field: str) -> list[str]:
    """The lower-case addresses of a header's value such as `Anna <a@b.example>, c@d.example`."""
    if not value:
        return []
    addresses = [address.lower() for _name, address in getaddresses([value])]
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            raise PostmarkError(
                300, f"Error parsing '{field}': Illegal email address '{address or value}'."
            )
    return addresses


def too_large() -> PostmarkError:
    """The refusal of a message over the size limit."""
    return PostmarkError(
        300, "The message is larger than 10 MB.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    )
