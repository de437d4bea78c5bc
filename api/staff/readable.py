"""Lines of the timeline as people read them: names in the place of ids."""

import re
from collections.abc import Mapping
from dataclasses import replace

from models.store.timeline import TimelineEntry

ID = re.compile(r"\b[a-z]+_[0-9a-f]{8}-[0-9a-f-]{27}\b")


def readable(entry: TimelineEntry, names: Mapping[str, str]) -> TimelineEntry:
    """A line in which every id that has a name reads as that name."""
    return replace(entry, detail=with_names(entry.detail, names))


def with_names(text: str, names: Mapping[str, str]) -> str:
    """A text in which every id that has a name reads as that name."""
    return ID.sub(lambda found: names.get(found.group(), found.group()), text)
