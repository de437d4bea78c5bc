"""Reads Stripe's form-encoded parameters: nested by brackets, each of a known name and form."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.errors import unsound

PART = re.compile(r"\[([^\[\]]*)\]")
LARGEST_INTEGER = 999_999_999_999
MOST_METADATA = 50
LONGEST_METADATA_NAME = 40
LONGEST_METADATA_VALUE = 500

Read = Callable[[Any, str], Any]
"""Takes what was sent and the name it was sent under; returns the value or refuses it."""


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The tree of `a[b][0]=c` pairs; the items of a list stand under their positions."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, _, _ = name.partition("[")
        path = [head, *PART.findall(name)]
        branch = tree
        for part in path[:-1]:
            below = branch.setdefault(part, {})
            if not isinstance(below, dict):
                raise unsound(f"Invalid object: {name}", name)
            branch = below
        last = path[-1] or str(len(branch))
        branch[last] = value
    return tree


def text(value: Any, name: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        raise unsound("Invalid string: {...}", name)
    if not value:
        raise unsound(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to"
            f" unset a parameter; however '{name}' cannot be unset. You should remove '{name}'"
            " from your request or supply a non-empty value.",
            name,
            "parameter_invalid_empty",
        )
    return value


def clearable(value: Any, name: str) -> str | None:
    """A text, or nothing when it is sent empty."""
    return None if value == "" else text(value, name)


def email(value: Any, name: str) -> str:
    """An e-mail address."""
    address = text(value, name)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        raise unsound(f"Invalid email address: {address}", name, "email_invalid")
    return address


def integer(value: Any, name: str) -> int:
    """A whole number."""
    sent = text(value, name)
    if not re.fullmatch(r"-?[0-9]{1,18}", sent):
        raise unsound(f"Invalid integer: {sent}", name, "parameter_invalid_integer")
    return int(sent)


def positive(value: Any, name: str) -> int:
    """A whole number of one or more."""
    number = integer(value, name)
    if number < 1:
        raise unsound(
            "This value must be greater than or equal to 1.", name, "parameter_invalid_integer"
        )
    return _not_too_large(number, name)


def amount(value: Any, name: str) -> int:
    """A whole number of zero or more, in a currency's minor units."""
    number = integer(value, name)
    if number < 0:
        raise unsound(
            "This value must be greater than or equal to 0.", name, "parameter_invalid_integer"
        )
    return _not_too_large(number, name)


def _not_too_large(number: int, name: str) -> int:
    if number > LARGEST_INTEGER:
        raise unsound(f"{name} must be no more than {LARGEST_INTEGER}", name, "amount_too_large")
    return number


def boolean(value: Any, name: str) -> bool:
    """`true` or `false`."""
    sent = text(value, name)
    if sent.lower() not in {"true", "false"}:
        raise unsound(f"Invalid boolean: {sent}", name)
    return sent.lower() == "true"


def choice(*values: str) -> Read:
    """One of the given words."""

    def read(value: Any, name: str) -> str:
        sent = text(value, name)
        if sent not in values:
            raise unsound(f"Invalid {name}: must be one of {', '.join(values)}", name)
        return sent

    return read


def address_of_a_page(value: Any, name: str) -> str:
    """A URL with its scheme."""
    sent = text(value, name)
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?|https?://[^\s/?]+\?\S*", sent):
        raise unsound(
            "Not a valid URL. URLs must begin with http:// or https://.", name, "url_invalid"
        )
    return sent


def metadata(value: Any, name: str) -> dict[str, str]:
    """Names and texts of the client's own; an empty text unsets its name."""
    if value == "":
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise unsound(f"Invalid {name}: metadata is a flat set of names and texts", name)
    if len(value) > MOST_METADATA:
        raise unsound(f"You may only have {MOST_METADATA} metadata keys.", name)
    for each, sent in value.items():
        if not each or len(each) > LONGEST_METADATA_NAME:
            raise unsound(
                f"Metadata keys have 1 to {LONGEST_METADATA_NAME} characters.", f"{name}[{each}]"
            )
        if len(sent) > LONGEST_METADATA_VALUE:
            raise unsound(
                f"Metadata values can have up to {LONGEST_METADATA_VALUE} characters.",
                f"{name}[{each}]",
            )
    return dict(value)


@dataclass(frozen=True)
class Listed:
    """A list, sent as `name[0]` or `name[]`."""

    item: "Read | Fields"

    def __call__(self, value: Any, name: str) -> list[Any]:
        """Reads the items in the order of their positions."""
        if not isinstance(value, dict) or not all(place.isdecimal() for place in value):
            raise unsound("Invalid array", name)
        places = sorted(value, key=int)
        return [self.item(value[place], f"{name}[{place}]") for place in places]


@dataclass(frozen=True)
class Fields:
    """The parameters of an object, each with its reader; any other name is refused."""

    known: Mapping[str, "Read | Fields"]
    required: frozenset[str] = frozenset()

    def __call__(self, value: Any, name: str = "") -> dict[str, Any]:
        """Reads what was sent under `name`; the whole request has no name."""
        if not isinstance(value, dict):
            raise unsound("Invalid object", name)
        for each in value:
            if each not in self.known:
                full = _within(name, each)
                raise unsound(f"Received unknown parameter: {full}", full, "parameter_unknown")
        for each in sorted(self.required - value.keys()):
            full = _within(name, each)
            raise unsound(f"Missing required param: {full}.", full, "parameter_missing")
        return {each: self.known[each](sent, _within(name, each)) for each, sent in value.items()}


def fields(*required: str, **known: Read | Fields) -> Fields:
    """The parameters of an object; those named first must be sent."""
    return Fields(known, frozenset(required))


def timespan(value: Any, name: str) -> dict[str, int]:
    """A time in seconds since 1970, or an open span of times, as bounds by operator."""
    if isinstance(value, str):
        return {"=": integer(value, name)}
    bounds = fields(gt=integer, gte=integer, lt=integer, lte=integer)(value, name)
    operators = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    return {operators[each]: bound for each, bound in bounds.items()}


def _within(name: str, each: str) -> str:
    return f"{name}[{each}]" if name else each
