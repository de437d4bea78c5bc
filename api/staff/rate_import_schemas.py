"""Imports of rates as the staff API shows them: a verdict for each line, in words."""

from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from api.staff.rate_card_answers import CardFaultOut
from api.staff.rate_editing import Import
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.rate_sheets import LineVerdict, Verdict


class ImportSeen(Incoming):
    """What whoever applies a file saw: the hash that stands with its verdicts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sha256": "0" * 64}]})
    sha256: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class CellChangeOut(Outgoing):
    """A cell that differs from the card's row."""

    column: str
    before: str
    after: str


class CellFaultOut(Outgoing):
    """What is wrong in a cell, by the line of the file and the column's name."""

    line: int
    column: str
    reason: str


class LineOut(Outgoing):
    """A line of the file, or a row that the file leaves out (`line` is null then)."""

    verdict: Verdict
    line: int | None
    row: int | None
    season: str | None
    changes: list[CellChangeOut]
    faults: list[CellFaultOut]


class ImportOut(Outgoing):
    """A file held against a card; `faults` are gaps and overlaps that the card would have."""

    id: str
    rate_card_id: str
    file_name: str
    sha256: str
    created_at: Moment
    applicable: bool
    applied_card_id: str | None
    counts: dict[Verdict, int]
    lines: list[LineOut]
    faults: list[CardFaultOut]


def import_out(found: Import) -> ImportOut:
    """A file with the verdict of each of its lines."""
    stored, judgement = found.stored, found.judgement
    return ImportOut(
        id=stored.id,
        rate_card_id=stored.rate_card_id,
        file_name=stored.file_name,
        sha256=stored.sha256,
        created_at=stored.created_at,
        applicable=found.applicable,
        applied_card_id=stored.applied_card_id,
        counts={one: judgement.count(one) for one in Verdict},
        lines=[_line_out(one) for one in judgement.lines],
        faults=[
            CardFaultOut(kind=one.kind, reason=one.reason, rows=list(one.rows))
            for one in found.faults
        ],
    )


def _line_out(one: LineVerdict) -> LineOut:
    return LineOut(
        verdict=one.verdict,
        line=one.line,
        row=one.row.number if one.row else None,
        season=one.row.season if one.row else None,
        changes=[CellChangeOut(**vars(change)) for change in one.changes],
        faults=[CellFaultOut(**vars(fault)) for fault in one.faults],
    )
