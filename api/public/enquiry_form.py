"""What the website's form sends, read strictly enough to store and leniently enough to accept."""

from typing import Annotated, Any, Final

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from api import problems
from api.problems import Problem

LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
LINES: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
MOST_TRAVELERS: Final = 30
TRAVELERS: Final = f"Travelers must be between 1 and {MOST_TRAVELERS}"
INVALID_EMAIL: Final = "Invalid email"
REQUIRED: Final = (
    "name",
    "email",
    "destination",
    "style",
    "travelMonth",
    "travelers",
    "duration",
)
OTHER_NAMES: Final = {"month": "travelMonth", "page_url": "pageUrl", "whatsapp": "phone"}
"""The plan's own names of fields that the page calls otherwise."""
YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


def _styles(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _travelers(value: object) -> object:
    """A number, or a string of digits; anything else becomes a number out of range."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return min(int(value[:9]), MOST_TRAVELERS + 1)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _consents(value: object) -> object:
    """Channels in lower case with what was answered, if anything was."""
    if not isinstance(value, dict):
        return value
    return {str(name).lower(): _yes_or_no(said) for name, said in value.items() if _said(said)}


def _yes_or_no(value: object) -> object:
    word = value.lower() if isinstance(value, str) else value
    if isinstance(word, str) and word in YES | NO:
        return word in YES
    return word


def _said(value: object) -> bool:
    return value is not None and value not in ("", [])


Short = Annotated[str, StringConstraints(max_length=100, pattern=LINE)]
Address = Annotated[str, StringConstraints(max_length=4000, pattern=LINE)]
Tag = Annotated[str, StringConstraints(max_length=300, pattern=LINE)]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$")]
Styles = Annotated[
    list[Short],
    Field(min_length=1, max_length=10),
    BeforeValidator(_styles, json_schema_input_type=Short | list[Short]),
]
Travelers = Annotated[
    int,
    Field(ge=1, le=MOST_TRAVELERS),
    BeforeValidator(_travelers, json_schema_input_type=int | str),
]
Consents = Annotated[
    dict[Channel, bool],
    Field(max_length=10),
    BeforeValidator(_consents, json_schema_input_type=dict[str, bool | str]),
]


class EnquiryForm(BaseModel):
    """An enquiry. Every value may be a string; blank ones count as absent, unknown ones as none."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "Anna Sommer",
                    "email": "anna.sommer@home.example",
                    "phone": "+49 151 23456789",
                    "destination": "Vietnam",
                    "style": "Culture",
                    "travelMonth": "2027-05",
                    "duration": "9-12 days",
                    "travelers": "2",
                    "budget": "$1,400-$2,200 / week",
                    "language": "English",
                    "notes": "We would love to see Ha Long Bay.",
                    "pageUrl": "https://asiatravelplan.example/?utm_source=newsletter",
                    "referrer": "",
                    "utm_source": "newsletter",
                    "utm_medium": "email",
                    "utm_campaign": "spring",
                }
            ]
        },
    )

    name: Annotated[str, StringConstraints(max_length=200, pattern=LINE)]
    email: Annotated[str, StringConstraints(max_length=254, pattern=LINE)]
    phone: Annotated[str, StringConstraints(max_length=40, pattern=LINE)] | None = None
    destination: Short
    style: Styles
    travel_month: Annotated[
        str, Field(alias="travelMonth"), StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")
    ]
    duration: Short
    travelers: Travelers
    budget: Short | None = None
    language: Short | None = None
    notes: Annotated[str, StringConstraints(max_length=5000, pattern=LINES)] | None = None
    tour_id: Short | None = None
    preferred_currency: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)] | None
    ) = None
    consent: Consents = {}
    """Whether we may write about other trips, by channel: `{"email": true}`."""
    page_url: Annotated[Address | None, Field(alias="pageUrl")] = None
    referrer: Address | None = None
    utm_source: Tag | None = None
    utm_medium: Tag | None = None
    utm_campaign: Tag | None = None
    captcha_token: Annotated[
        str | None,
        Field(
            max_length=2048,
            validation_alias=AliasChoices("captcha_token", "cf-turnstile-response"),
        ),
    ] = None


def read_form(body: object) -> EnquiryForm:
    """The form in a JSON body.

    Raises:
        Problem: what is missing or can't be taken, in a sentence for the person who asks.
    """
    if not isinstance(body, dict):
        raise Problem(problems.INVALID_INPUT, "The body must be a JSON object")
    fields = _present(body)
    if missing := [name for name in REQUIRED if name not in fields]:
        raise _refusal(f"Missing required fields: {', '.join(missing)}", missing)
    try:
        return EnquiryForm.model_validate(fields)
    except ValidationError as error:
        raise _translated(error) from None


def refuse_email() -> Problem:
    """The problem of an address to which nothing can be sent."""
    return _refusal(INVALID_EMAIL, ["email"])


def _present(body: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, under the page's names, without spaces around it."""
    fields: dict[str, Any] = {}
    for name, given in body.items():
        value = given
        if isinstance(given, str):
            value = given.strip()
        elif isinstance(given, list):
            value = [_trimmed(item) for item in given if _said(_trimmed(item))]
        if not _said(value):
            continue
        if name in OTHER_NAMES:
            fields.setdefault(OTHER_NAMES[name], value)
        else:
            fields[name] = value
    return fields


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _refusal(sentence: str, names: list[str]) -> Problem:
    errors = [{"field": name, "message": sentence} for name in names]
    return Problem(problems.INVALID_INPUT, sentence, members={"errors": errors})


def _translated(error: ValidationError) -> Problem:
    """The first fault as a sentence, and all of them as members."""
    faults = error.errors(include_url=False, include_context=True, include_input=False)
    listed = [
        {"field": ".".join(map(str, fault["loc"])), "message": _sentence(fault)} for fault in faults
    ]
    return Problem(problems.INVALID_INPUT, listed[0]["message"], members={"errors": listed})


SENTENCES: Final = {
    "email": INVALID_EMAIL,
    "travelers": TRAVELERS,
    "travelMonth": "travelMonth must be a month such as 2027-05",
    "preferred_currency": "preferred_currency must be a code of three letters such as USD",
}


def _sentence(fault: ErrorDetails) -> str:
    name = str(fault["loc"][0])
    if name in SENTENCES:
        return SENTENCES[name]
    if fault["type"] in {"string_too_long", "too_long"}:
        return f"{name} is too long: at most {fault['ctx']['max_length']} are taken"
    if fault["type"] == "string_pattern_mismatch":
        return f"{name} has characters that can't be taken"
    return f"{name} is not of a kind that can be taken"
