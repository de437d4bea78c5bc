"""Doors that ask for no member of staff: each route behind one says so by `@opened`."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Door(StrEnum):
    """What lets a caller in who is not logged in."""

    ANYONE = "anyone"
    """The website's visitors, and programs that ask whether we are well."""
    LINK = "link"
    """A customer, supplier or guide: the secret token in the path; an unknown one is a 404."""
    SIGNED = "signed"
    """A provider: its signature or password over the request; without it a 403."""


def opened(door: Door) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint that has this door; the mark costs a request nothing.

    `@router.get("/health")`, and below it `@opened(Door.ANYONE)`.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__door__ = door  # type: ignore[attr-defined]  # functions carry attributes
        return endpoint

    return mark


def door_of(endpoint: object) -> Door | None:
    """The door of an endpoint, if it was marked."""
    found: Door | None = getattr(endpoint, "__door__", None)
    return found
