"""Which booking a message from outside belongs to, and what sort of message it is."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

MAILBOX = "reply"
TOKEN = re.compile(r"[a-z2-7]{32}")
ANSWERED = re.compile(r"<([^<>@\s]{1,100})@(?:[^<>@\s]{1,100}\.)?mtasv\.net>", re.IGNORECASE)
"""A Message-ID that Postmark gave to one of our mails; its first part is Postmark's id."""
MOST_ANSWERED = 30
LAST_WORDS = frozenset(
    {
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "end",
        "quit",
        "opt out",
        "optout",
        "revoke",
        "abmelden",
        "arret",
        "arrêt",
        "baja",
        "désabonner",
        "se désabonner",
        "hủy đăng ký",
        "ngừng",
    }
)
"""What people write who want no more messages; nothing else may stand beside it. Not `cancel`: to
a tour operator that may mean the trip."""
AUTO_REPLIES = frozenset(
    {"x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from", "x-mail-autoreply"}
)
"""Headers of automatic answers older than Auto-Submitted."""
SPAM_STATUS = "x-spam-status"
BULK = frozenset({"bulk", "list", "junk"})
POSTMASTERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})
Header = tuple[str, str]


class InboundKind(StrEnum):
    """Who or what wrote a message."""

    PERSON = "PERSON"
    AUTO_REPLY = "AUTO_REPLY"
    """Out of office and the like: an answer that nobody wrote just now."""
    MACHINE = "MACHINE"
    """Written by a program, yet not as an answer: a portal's lead, a newsletter."""
    BOUNCE = "BOUNCE"
    """A mail of ours came back."""
    OWN = "OWN"
    """Our own mail came around: a loop."""


class InboundState(StrEnum):
    """Where a message is."""

    WAITING = "WAITING"
    FILED = "FILED"
    DISMISSED = "DISMISSED"


class InboundReason(StrEnum):
    """Why a message is where it is."""

    TOKEN = "TOKEN"  # noqa: S105 - the way it was matched, no secret
    ANSWER = "ANSWER"
    SENDER = "SENDER"
    STAFF = "STAFF"
    UNKNOWN_SENDER = "UNKNOWN_SENDER"
    NO_OPEN_BOOKING = "NO_OPEN_BOOKING"
    SEVERAL_BOOKINGS = "SEVERAL_BOOKINGS"
    SPAM = "SPAM"
    RETURNED = "RETURNED"
    AUTO_REPLY = "AUTO_REPLY"
    OWN = "OWN"


def reply_token(secret: str, booking_id: str) -> str:
    """The token of a booking's reply address: 160 bits in lower-case base 32.

    Derived as the tokens of links are, so that every mail of a booking carries the same one. Lower
    case, since mail servers need not keep the case of an address.
    """
    digest = hmac.digest(secret.encode(), f"reply:{booking_id}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode().lower()


def reply_address(token: str, domain: str) -> str:
    """Where the answer to a mail of ours goes: `reply+<token>@<domain>`."""
    return f"{MAILBOX}+{token}@{domain}"


def first_token(mailbox_hashes: Iterable[str], addresses: Iterable[str]) -> str | None:
    """The token in the first of our reply addresses that a mail went to.

    Args:
        mailbox_hashes: what the provider found after the plus sign.
        addresses: to whom it went; only mailboxes called `reply` count.
    """
    found = [each.strip().lower() for each in mailbox_hashes]
    for address in addresses:
        mailbox, plus, rest = address.strip().lower().partition("@")[0].partition("+")
        if plus and mailbox == MAILBOX:
            found.append(rest)
    return next((each for each in found if TOKEN.fullmatch(each)), None)


def answered_ids(headers: Sequence[Header]) -> tuple[str, ...]:
    """Postmark's ids of the mails that a mail answers: In-Reply-To first, then the newest named."""
    named = _values(headers, "in-reply-to")
    older = [found for value in _values(headers, "references") for found in ANSWERED.findall(value)]
    direct = [found for value in named for found in ANSWERED.findall(value)]
    return tuple(dict.fromkeys([*direct, *reversed(older)]))[:MOST_ANSWERED]


def kind_of_mail(headers: Sequence[Header], sender: str, own: frozenset[str]) -> InboundKind:
    """What sort of mail this is, as its headers say (RFC 3834 and what came before it).

    Args:
        headers: names and values.
        sender: the address in From.
        own: addresses and domains (`@trips.example`) from which only we write.
    """
    mailbox, _, domain = sender.strip().lower().rpartition("@")
    if {f"{mailbox}@{domain}", f"@{domain}"} & own:
        return InboundKind.OWN
    if mailbox in POSTMASTERS or _reports_failure(headers):
        return InboundKind.BOUNCE
    submitted = {
        value.partition(";")[0].strip().lower() for value in _values(headers, "auto-submitted")
    }
    precedence = {value.strip().lower() for value in _values(headers, "precedence")}
    answered = any(_values(headers, name) for name in AUTO_REPLIES)
    if answered or "auto-replied" in submitted or "auto_reply" in precedence:
        return InboundKind.AUTO_REPLY
    if submitted - {"no", ""} or precedence & BULK or _values(headers, "list-id"):
        return InboundKind.MACHINE
    return InboundKind.PERSON


def is_spam(headers: Sequence[Header]) -> bool:
    """Whether the provider's filter takes a mail for spam."""
    return any(value.strip().lower().startswith("yes") for value in _values(headers, SPAM_STATUS))


def wants_silence(text: str) -> bool:
    """Whether somebody asks for no more messages, and says nothing else: `STOP`."""
    words = " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
    return words in LAST_WORDS


def _reports_failure(headers: Sequence[Header]) -> bool:
    types = " ".join(_values(headers, "content-type")).lower()
    failed = _values(headers, "x-failed-recipients")
    return bool(failed) or "report-type=delivery-status" in types


def _values(headers: Sequence[Header], name: str) -> list[str]:
    return [value for given, value in headers if given.lower() == name]
