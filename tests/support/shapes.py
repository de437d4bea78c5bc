"""What a JSON answer must have: members by name and type; more may stand beside them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Shape = Any
"""A type (exactly it), None, a value, a check, alternatives in a tuple, `[one]`, or members."""
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
NUMBER = (int, float)


def text_like(pattern: str) -> Callable[[object], bool]:
    """A check for texts that match as a whole."""
    compiled = re.compile(pattern)

    def fits(value: object) -> bool:
        return isinstance(value, str) and compiled.fullmatch(value) is not None

    fits.__name__ = pattern
    return fits


def an_id(prefix: str) -> Callable[[object], bool]:
    """A prefix and a UUID."""
    return text_like(f"{prefix}_{UUID}")


MOMENT = text_like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
"""ISO 8601, UTC, with milliseconds and Z."""
DAY = text_like(r"\d{4}-\d\d-\d\d")
HASH = text_like(r"[0-9a-f]{64}")
SENTENCE = text_like(r"\S.*\S")


def misfits(value: Any, shape: Shape, place: str = "$") -> list[str]:
    """Where a value is not of a shape, in words; nothing where it is."""
    if isinstance(shape, tuple):
        fits = any(not misfits(value, one) for one in shape)
        return [] if fits else [f"{place}: {value!r} is none of {shape}"]
    if isinstance(shape, Mapping):
        return _members(value, shape, place)
    if isinstance(shape, list):
        if type(value) is not list:
            return [f"{place}: {value!r} is no list"]
        return [
            fault
            for index, one in enumerate(value)
            for fault in misfits(one, shape[0], f"{place}[{index}]")
        ]
    return [] if _fits(value, shape) else [f"{place}: {value!r} is not {shape}"]


def _members(value: Any, shape: Mapping[str, Shape], place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: {value!r} is no object"]
    absent = [f"{place}.{name} is missing" for name in shape if name not in value]
    return absent + [
        fault
        for name, inner in shape.items()
        if name in value
        for fault in misfits(value[name], inner, f"{place}.{name}")
    ]


def _fits(value: object, shape: Shape) -> bool:
    if shape is None:
        return value is None
    if isinstance(shape, type):
        return type(value) is shape
    if callable(shape):
        return bool(shape(value))
    return bool(value == shape)
