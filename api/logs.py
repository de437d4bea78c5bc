"""Logs as JSON lines on stdout: what happened, never to whom."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson

FACTS = "facts"
FRAMES = 12


class JsonLines(logging.Formatter):
    """One JSON object a record. Of an exception only its class and where: texts may name people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line of JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= failure_facts(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()


def failure_facts(error: BaseException) -> dict[str, Any]:
    """The class of an error, of what caused it, and the innermost frames; none of its texts."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    facts: dict[str, Any] = {
        "error": type(error).__qualname__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if cause := error.__cause__ or error.__context__:
        facts["cause"] = type(cause).__qualname__
    return facts


def configure(level: str) -> None:
    """Sends every logger of this process to stdout, as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("httpx2", "stripe", "twilio.http_client"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
