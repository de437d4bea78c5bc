"""From what device somebody logs in, as far as the request says, and what people call it."""

import re

from fastapi import Request

from api.public.origin import origin_of
from models.store.sessions import Device

LONGEST_AGENT = 400
BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOpera\b")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|Chromium|CriOS|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
"""The first that fits: most browsers also name those that they resemble."""
SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


def device_of(request: Request) -> Device:
    """The device of a request."""
    origin = origin_of(request)
    agent = "".join(filter(str.isprintable, request.headers.get("user-agent", "")))
    return Device(origin.address, origin.country or "", agent[:LONGEST_AGENT])


def browser_of(user_agent: str) -> str:
    """`Firefox`, `Safari` ...; empty when it is none that we know."""
    return next((name for name, mark in BROWSERS if mark.search(user_agent)), "")


def system_of(user_agent: str) -> str:
    """`Windows`, `iPhone` ...; empty when it is none that we know."""
    return next((name for name, mark in SYSTEMS if mark.search(user_agent)), "")
