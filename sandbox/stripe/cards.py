"""The cards that the pay page knows, and what a bank says to each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

DIGITS = re.compile(r"[0-9]{12,19}")
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*/?\s*(?:20)?([0-9]{2})")
SECURITY_CODE = re.compile(r"[0-9]{3,4}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
LONGEST_NAME = 200


@dataclass(frozen=True)
class Verdict:
    """A bank's refusal; without a `decline_code` it was never asked for the money."""

    code: str
    decline_code: str
    message: str


DECLINED = Verdict("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = Verdict("card_declined", "insufficient_funds", "Your card has insufficient funds.")
EXPIRED_CARD = Verdict("expired_card", "expired_card", "Your card has expired.")
NOT_A_TEST_CARD = Verdict(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)
GOOD_CARDS = {
    "4242424242424242": "visa",
    "4000056655665556": "visa",
    "5555555555554444": "mastercard",
    "378282246310005": "amex",
}
REFUSED_CARDS = {
    "4000000000000002": DECLINED,
    "4000000000009995": NO_FUNDS,
    "4000000000000069": EXPIRED_CARD,
}
ASKING_CARD = "4000002500003155"
"""Its bank wants the holder to confirm each payment."""


@dataclass(frozen=True)
class Card:
    """A card and its holder, as typed into the pay page."""

    number: str
    exp_month: int
    exp_year: int
    name: str
    email: str

    @property
    def brand(self) -> str:
        """The network's name."""
        return GOOD_CARDS.get(self.number, "visa" if self.number.startswith("4") else "unknown")

    @property
    def asks(self) -> bool:
        """Whether its bank wants the holder to confirm."""
        return self.number == ASKING_CARD

    @property
    def refusal(self) -> Verdict | None:
        """Why its bank refuses, if it does."""
        if self.number in GOOD_CARDS or self.asks:
            return None
        return REFUSED_CARDS.get(self.number, NOT_A_TEST_CARD)


def read_card(
    form: Mapping[str, str], known_email: str | None
) -> tuple[Card | None, dict[str, str]]:
    """The card of a filled-in form, or what to tell the person by field.

    Args:
        form: `email`, `card_number`, `expiry`, `cvc` and `name`.
        known_email: The address that the shop already gave; the form has none then.
    """
    number = re.sub(r"[\s-]", "", form.get("card_number", ""))
    expiry = EXPIRY.fullmatch(form.get("expiry", "").strip())
    name = form.get("name", "").strip()[:LONGEST_NAME]
    email = known_email or form.get("email", "").strip()
    code = form.get("cvc", "").strip()
    sound = {
        "email": ("Enter an address such as anna@home.example.", EMAIL.fullmatch(email)),
        "card_number": ("Your card number is invalid.", _sound(number)),
        "expiry": ("Enter a month and year to come, such as 12 / 34.", _to_come(expiry)),
        "cvc": ("Enter the three or four digits on the card.", SECURITY_CODE.fullmatch(code)),
        "name": ("Enter the name on the card.", name),
    }
    faults = {field: sentence for field, (sentence, right) in sound.items() if not right}
    if faults or expiry is None:
        return None, faults
    return Card(number, int(expiry[1]), 2000 + int(expiry[2]), name, email), {}


def _to_come(expiry: re.Match[str] | None) -> bool:
    today = datetime.now(UTC)
    return expiry is not None and (2000 + int(expiry[2]), int(expiry[1])) >= (
        today.year,
        today.month,
    )


def _sound(number: str) -> bool:
    """Whether the digits' check sum fits (Luhn)."""
    if not DIGITS.fullmatch(number):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
