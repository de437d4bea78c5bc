"""What staff say of a customer: facts, contacts, companions, passports, consents."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from api.public.enquiry_form import LINE, LINES
from api.staff.sentences import SENTENCES
from api.staff.wire import Incoming, absent
from models.domain.countries import COUNTRIES
from models.domain.customers import (
    ConsentChannel,
    ConsentPurpose,
    FurtherContactKind,
    PreferredChannel,
)
from models.store.customer_facts import NewPassport

MOST_WORDS: Final = 30


def _words(value: object) -> object:
    """A form sends words with commas between them."""
    return value.split(",") if isinstance(value, str) else value


def _distinct(values: list[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _capitals(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise PydanticCustomError("country", SENTENCES["country"])
    return code


Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=LINE)]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=LINES)]
Optional = Annotated[Name | None, BeforeValidator(absent)]
Land = Annotated[
    str,
    BeforeValidator(_capitals),
    AfterValidator(_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"}),
]
Country = Annotated[Land | None, BeforeValidator(absent)]
Words = Annotated[
    list[Annotated[str, StringConstraints(max_length=60, pattern=LINE, strip_whitespace=True)]],
    Field(max_length=MOST_WORDS),
    BeforeValidator(_words),
    AfterValidator(_distinct),
]


class CustomerIn(Incoming):
    """What shall be different; absent members stay. `revision` is the profile's, as it was seen."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 3, "language": "French", "tags": ["repeat"]}]}
    )
    revision: int
    name: Name = ""
    email: Optional = None
    phone: Optional = None
    language: Optional = None
    country: Country = Field(None, description="ISO code of the country where they live.")
    preferred_channel: Annotated[PreferredChannel | None, BeforeValidator(absent)] = None
    diet: Text = ""
    rooms: Text = ""
    interests: Words = Field(default_factory=list)
    tags: Words = Field(default_factory=list)

    def changes(self) -> dict[str, Any]:
        """What was sent, by the columns' names."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"revision"})


class CustomerContactIn(Incoming):
    """A further address or number."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "EMAIL", "value": "amelie@work.example"}]}
    )
    kind: FurtherContactKind
    value: Name


class CompanionIn(Incoming):
    """Somebody who travels with the customer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Hugo Laurent", "relation": "son"}]}
    )
    name: Name
    relation: Line = ""
    born_on: Annotated[date | None, BeforeValidator(absent)] = None
    diet: Text = ""


class PassportIn(Incoming):
    """A passport of the customer, or of the companion who is named."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder": "AMELIE LAURENT",
                    "country": "FR",
                    "number": "12AB34567",
                    "expires_on": "2031-05-01",
                }
            ]
        }
    )
    holder: Name
    country: Land
    number: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=LINE)]
    expires_on: date
    companion_id: Optional = None

    def wanted(self) -> NewPassport:
        """As the store takes it."""
        return NewPassport(**self.model_dump())


class HouseholdIn(Incoming):
    """With whom the customer lives."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"customer_id": "cust_1"}]})
    customer_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ConsentIn(Incoming):
    """What the customer said; withdrawing is saying no."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"channel": "email", "purpose": "marketing", "granted": False, "source": "call"}
            ]
        }
    )
    channel: ConsentChannel
    purpose: ConsentPurpose
    granted: bool
    source: Annotated[Name, Field(description="Where they said it: a call, a letter, a form.")]
