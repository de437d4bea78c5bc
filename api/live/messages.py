"""Changes as server-sent events: ids, and the cells of rows that open lists show."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from api.pages.reader import Reader, reading
from api.pages.rendering import ENVIRONMENT
from models.store.bookings import BookingRow
from models.store.live_changes import Change, ChangeKind

HEARTBEAT = b":\n\n"
RESYNC = b"event: resync\ndata: {}\n\n"
EXPIRED = b"event: expired\ndata: {}\n\n"
RETRY = b"retry: 3000\n"
"""How long a browser waits before it comes back, in ms."""
COMING = {ChangeKind.NEW, ChangeKind.MOVED}
TEMPLATE = "backoffice/live_cells.html"


@dataclass
class Changed:
    """What has changed of one booking since the last batch, and who may know."""

    kinds: set[ChangeKind] = field(default_factory=set)
    former_owners: set[str] = field(default_factory=set)
    row: BookingRow | None = None

    def add(self, change: Change) -> None:
        """Takes in one more change."""
        self.kinds.add(change.kind)
        if change.former_owner:
            self.former_owners.add(change.former_owner)

    def seen_by(self, only_owner: str | None) -> bool:
        """Whether somebody may read the booking as it is now."""
        return self.row is not None and only_owner in {None, self.row.booking.staff_id}

    def lost_by(self, only_owner: str | None) -> bool:
        """Whether it was somebody's until now."""
        return only_owner in self.former_owners and not self.seen_by(only_owner)


@dataclass(frozen=True)
class Batch:
    """What is told together: changed bookings by id."""

    event_id: str
    at: float
    """By the event loop's clock, seconds."""
    changes: dict[str, Changed]


def encode(batch: Batch, only_owner: str | None, reader: Reader, pace_ms: int) -> bytes | None:
    """The event for somebody; None when nothing of it is theirs to know.

    `changed`: bookings of which anything changed. `cells`: HTML of the cells of changed rows, by
    booking. `came`, `went`: bookings that belong on their lists from now on, or no longer. `pace`:
    how long to wait between two looks at a whole list, in ms.
    """
    seen = {key: one for key, one in batch.changes.items() if one.seen_by(only_owner)}
    went = [key for key, one in batch.changes.items() if one.lost_by(only_owner)]
    if not seen and not went:
        return None
    data = {
        "changed": list(seen),
        "cells": _cells(seen.values(), reader),
        "came": [key for key, one in seen.items() if one.kinds & COMING],
        "went": went,
        "pace": pace_ms,
    }
    return b"id: %s\nevent: change\ndata: %s\n\n" % (batch.event_id.encode(), orjson.dumps(data))


def ready(event_id: str) -> bytes:
    """The first event of a stream: from here on nothing is missed."""
    return b"%sid: %s\nevent: ready\ndata: {}\n\n" % (RETRY, event_id.encode())


def _shows(changed: Changed) -> bool:
    """Whether a list shows what changed."""
    return changed.kinds != {ChangeKind.PART}


def _cells(changes: Collection[Changed], reader: Reader) -> str:
    rows = [one.row for one in changes if one.row and _shows(one)]
    if not rows:
        return ""
    news = any(one.kinds & COMING for one in changes)
    with reading(reader):
        return ENVIRONMENT.get_template(TEMPLATE).render(
            rows=rows, news=news, now=datetime.now(UTC), reader=reader, csrf_token=""
        )
