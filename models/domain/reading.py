"""How a quote is read: on what device, and which beats of the page count as time before eyes."""

import re
from enum import StrEnum

BEAT_SECONDS = 15
"""How often an open page says that it is before somebody's eyes."""
LONGEST_GAP_SECONDS = 25
"""Beats that lie further apart have nobody's attention between them."""
LONGEST_VISIT_SECONDS = 4 * 3600
MINUTE = 60
TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)")
PHONE = re.compile(r"Mobi|iPhone|Android")


class Device(StrEnum):
    """What kind of device somebody reads on."""

    PHONE = "PHONE"
    TABLET = "TABLET"
    COMPUTER = "COMPUTER"


def device_of(user_agent: str | None) -> Device:
    """The kind of device that a browser says it runs on."""
    agent = user_agent or ""
    if TABLET.search(agent):
        return Device.TABLET
    return Device.PHONE if PHONE.search(agent) else Device.COMPUTER


def span(seconds: int) -> str:
    """A stretch of reading: `40 s`, `3 min 20 s`."""
    minutes, rest = divmod(seconds, MINUTE)
    return " ".join(part for part in (f"{minutes} min" if minutes else "", f"{rest} s") if part)
