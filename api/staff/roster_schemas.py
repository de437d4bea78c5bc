"""What the JSON API says of leave, hours, proposals and hand-overs."""

import re
from datetime import date, time
from typing import Annotated, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from api.staff.wire import Incoming, Outgoing
from models.domain.assignment import Proposal
from models.domain.staffed_hours import DAYS_IN_WEEK, MIDNIGHT, Shift
from models.store.rosters import LeaveRow

LONGEST_LEAVE_DAYS = 366
EARLIEST, LATEST = date(2020, 1, 1), date(2100, 12, 31)
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]


class LeaveIn(Incoming):
    """Whole days away; `ends_on` is the last of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "staff_id": "staff_0192f0c1-0000-7000-8000-000000000000",
                    "starts_on": "2027-02-04",
                    "ends_on": "2027-02-12",
                }
            ]
        }
    )
    staff_id: Annotated[str, Field(min_length=1, max_length=100)]
    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on: the last day is not before the first one")
        if (self.ends_on - self.starts_on).days > LONGEST_LEAVE_DAYS:
            raise ValueError("ends_on: a leave is at most a year long")
        return self


class LeaveOut(Outgoing):
    """An absence."""

    id: str
    staff_id: str
    staff_name: str
    starts_on: date
    ends_on: date


class LeaveList(Outgoing):
    """A page of absences, the earliest first."""

    items: list[LeaveOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class LeaveEntered(Outgoing):
    """The absence as it is kept."""

    leave: LeaveOut


class ShiftIO(Incoming):
    """Hours of a weekday (0 is Monday); closing at 00:00 is midnight."""

    weekday: Annotated[int, Field(ge=0, lt=DAYS_IN_WEEK)]
    opens: str
    closes: str

    @field_validator("opens", "closes")
    @classmethod
    def _is_clock(cls, text: str) -> str:
        if not CLOCK.fullmatch(text):
            raise ValueError("write a time such as 08:00")
        return text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        shift = self.shift()
        if shift.closes != MIDNIGHT and shift.closes <= shift.opens:
            raise ValueError("closes: closing comes after opening")
        return self

    def shift(self) -> Shift:
        """The same for the rules."""
        return Shift(self.weekday, time.fromisoformat(self.opens), time.fromisoformat(self.closes))


class HoursIn(Incoming):
    """Somebody's own hours; an empty list gives them those of the office."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"shifts": [{"weekday": 0, "opens": "09:00", "closes": "17:30"}]}]
        }
    )
    shifts: Annotated[list[ShiftIO], Field(max_length=DAYS_IN_WEEK)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({shift.weekday for shift in self.shifts}) < len(self.shifts):
            raise ValueError("shifts: each weekday stands once")
        return self


class ShiftOut(Outgoing):
    """Hours of a weekday."""

    weekday: int
    opens: str
    closes: str


class HoursOut(Outgoing):
    """Somebody's hours; `own` is false where they are the office's."""

    staff_id: str
    own: bool
    zone: str
    shifts: list[ShiftOut]


class ProposalOut(Outgoing):
    """Somebody who could take a booking."""

    staff_id: str
    name: str
    score: int
    available: bool
    reasons: list[str]


class Proposals(Outgoing):
    """Everybody who could take a booking, the best first."""

    items: list[ProposalOut]
    total: int


class HandOverIn(Incoming):
    """Who gets all; null gives each booking to the best for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_staff_id": None}]})
    to_staff_id: Annotated[str, Field(max_length=100)] | None = None


class NotHandedOver(Outgoing):
    """A booking that stays, and why."""

    reference: str
    reason: str


class HandOverOut(Outgoing):
    """What became of it; ask again while some are left."""

    moved: int
    refused: list[NotHandedOver]
    left: int


def leave_out(row: LeaveRow) -> LeaveOut:
    """An absence as the API tells it."""
    leave = row.leave
    return LeaveOut(
        id=leave.id,
        staff_id=leave.staff_id,
        staff_name=row.staff_name,
        starts_on=leave.starts_on,
        ends_on=leave.ends_on,
    )


def shift_out(shift: Shift) -> ShiftOut:
    """A shift as the API tells it."""
    return ShiftOut(
        weekday=shift.weekday, opens=f"{shift.opens:%H:%M}", closes=f"{shift.closes:%H:%M}"
    )


def proposal_out(one: Proposal) -> ProposalOut:
    """A proposal as the API tells it."""
    return ProposalOut(
        staff_id=one.candidate.staff_id,
        name=one.candidate.name,
        score=one.score,
        available=one.available,
        reasons=[reason.text for reason in one.reasons],
    )
