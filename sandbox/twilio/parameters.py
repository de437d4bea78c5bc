"""The parameters of a new message: which there are, and what is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.mailbox.messages import Kind
from sandbox.twilio.errors import TwilioError

PHONE = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
WHATSAPP = "whatsapp:"
LONGEST_BODY = 1600
MOST_MEDIA = 10
REPEATED = frozenset({"MediaUrl", "PersistentAction"})
BOOLEAN = frozenset({"true", "false"})

Check = Callable[[str], bool]


def _one_of(*values: str) -> Check:
    return lambda value: value.lower() in values


def _whole(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _number(value: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", value) is not None


def _web_address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _anything(_value: str) -> bool:
    return True


CHECKS: dict[str, Check] = {
    "To": _anything,
    "From": _anything,
    "Body": _anything,
    "MessagingServiceSid": lambda value: SERVICE.fullmatch(value) is not None,
    "MediaUrl": _web_address,
    "StatusCallback": _web_address,
    "MaxPrice": _number,
    "ProvideFeedback": _one_of(*BOOLEAN),
    "Attempt": _whole,
    "ValidityPeriod": _whole,
    "ForceDelivery": _one_of(*BOOLEAN),
    "ContentRetention": _one_of("retain", "discard"),
    "AddressRetention": _one_of("retain", "obfuscate"),
    "SmartEncoded": _one_of(*BOOLEAN),
    "PersistentAction": _anything,
    "TrafficType": _one_of("free"),
    "ShortenUrls": _one_of(*BOOLEAN),
    "SendAsMms": _one_of(*BOOLEAN),
    "RiskCheck": _one_of("enable", "disable"),
}
CODE_OF_PARAMETER = {"StatusCallback": 21609, "MediaUrl": 21620, "MessagingServiceSid": 21701}


@dataclass(frozen=True)
class NewMessage:
    """A message that a client asks for, its parameters checked."""

    to: str
    sender: str
    body: str
    media: tuple[str, ...]
    messaging_service: str
    status_callback: str

    @property
    def kind(self) -> Kind:
        """The channel that the recipient's address names."""
        return Kind.WHATSAPP if self.to.startswith(WHATSAPP) else Kind.SMS


def read_message(form: list[tuple[str, str]], own_numbers: frozenset[str]) -> NewMessage:
    """The message that a form asks for.

    Args:
        form: Names and values as they were posted.
        own_numbers: The account's senders, each as `+15005550006` or `whatsapp:+14155238886`.
    """
    given = _checked(form)
    message = NewMessage(
        to=_first(given, "To"),
        sender=_first(given, "From"),
        body=_first(given, "Body"),
        media=tuple(given.get("MediaUrl", ())),
        messaging_service=_first(given, "MessagingServiceSid"),
        status_callback=_first(given, "StatusCallback"),
    )
    _check_recipient(message)
    _check_sender(message, own_numbers)
    _check_content(message)
    return message


def _checked(form: list[tuple[str, str]]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in form:
        if name not in CHECKS:
            raise TwilioError(20001, f"Unknown parameters: {name}")
        if name in given and name not in REPEATED:
            raise TwilioError(20001, f"Parameter given twice: {name}")
        if not CHECKS[name](value):
            raise TwilioError(
                CODE_OF_PARAMETER.get(name, 20001), f"Invalid value of parameter {name}"
            )
        given.setdefault(name, []).append(value)
    return given


def _first(given: dict[str, list[str]], name: str) -> str:
    return given.get(name, [""])[0]


def _check_recipient(message: NewMessage) -> None:
    if not message.to:
        raise TwilioError(21604, "A 'To' phone number is required.")
    if not PHONE.fullmatch(message.to):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {message.to}")


def _check_sender(message: NewMessage, own_numbers: frozenset[str]) -> None:
    if not message.sender:
        if not message.messaging_service:
            raise TwilioError(21603, "A 'From' phone number is required.")
        return
    if not PHONE.fullmatch(message.sender):
        raise TwilioError(21212, f"Invalid From Number (caller ID): {message.sender}")
    if message.sender.startswith(WHATSAPP) != message.to.startswith(WHATSAPP):
        raise TwilioError(
            21910, "Invalid From and To pair. From and To should be of the same channel"
        )
    if message.sender not in own_numbers:
        raise _foreign_sender(message.sender)


def _foreign_sender(sender: str) -> TwilioError:
    if sender.startswith(WHATSAPP):
        return TwilioError(63007, "Twilio could not find a Channel with the specified From address")
    return TwilioError(
        21606,
        f"The From phone number {sender} is not a valid, SMS-capable inbound phone number or"
        " short code for your account.",
    )


def _check_content(message: NewMessage) -> None:
    if not message.body and not message.media:
        raise TwilioError(21602, "Message body is required.")
    if len(message.body) > LONGEST_BODY:
        raise TwilioError(
            21617, f"The concatenated message body exceeds the {LONGEST_BODY} character limit."
        )
    if len(message.media) > MOST_MEDIA:
        raise TwilioError(21623, f"Number of media files exceeds allowed limit: {MOST_MEDIA}")
