"""E-mail addresses and phone numbers in the form in which they are compared."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat

INTERNATIONAL = "00"


def compared_email(typed: str) -> str:
    """The address as it is compared: lower case, the domain in ASCII; dots and plus tags count.

    Raises:
        ValueError: this is no e-mail address.
    """
    try:
        parsed = validate_email(typed, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("not an e-mail address") from error
    return f"{parsed.local_part.lower()}@{parsed.ascii_domain.lower()}"


def e164(typed: str, country: str | None) -> str | None:
    """The number as E.164, such as `+84901234567`; None when it can't be told for sure.

    Args:
        typed: as a person wrote it.
        country: ISO code of the country whose number it is when no country code was written.
    """
    number = typed.strip()
    if number.startswith(INTERNATIONAL):
        number = "+" + number.removeprefix(INTERNATIONAL)
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return None
    written = number.startswith("+")
    sure = phonenumbers.is_possible_number if written else phonenumbers.is_valid_number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if sure(parsed) else None
