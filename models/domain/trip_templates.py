"""Trips to start quotes from: what a version leaves behind as a template."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.domain.errors import InvalidInputError
from models.domain.quote_draft import (
    LONGEST_TRIP_DAYS,
    MOST_LINES,
    DraftDay,
    DraftLine,
    QuoteDraft,
)

SHORTEST_NAME = 3
"""Shorter words of somebody's name are too common to tell of them."""


@dataclass(frozen=True)
class TemplateContent:
    """A trip without dates or people: days count from 1, wherever it will begin."""

    title: str
    intro: str
    currency: str
    """Of the prices by hand."""
    travelers: int
    """For whom quantities and prices by hand were written."""
    days: tuple[DraftDay, ...]
    lines: tuple[DraftLine, ...]
    included: tuple[str, ...] = ()
    """As staff wrote it; empty draws it from the services, wherever the trip will be."""
    excluded: tuple[str, ...] = ()
    cover_id: str = ""
    """The photo of its cover."""

    @property
    def length_days(self) -> int:
        """How many days of a trip it fills; at least one."""
        ends = (line.day + line.nights for line in self.lines)
        return max(len(self.days), *ends, 1)

    @property
    def written_out(self) -> tuple[DraftDay, ...]:
        """A day for each that it fills; those that nobody described are named by their place."""
        place = self.days[-1].place if self.days else self.title[:120]
        missing = self.length_days - len(self.days)
        return self.days + (DraftDay(place, place, ""),) * missing


def content_of(draft: QuoteDraft) -> TemplateContent:
    """What of a draft another trip can begin with.

    A service of a rate card forgets its price, its units and how many it was for: they come of
    the cards of the day on which it is used. A markup in percent stays, a price by hand only for
    what has no card.

    Raises:
        InvalidInputError: it is empty.
    """
    found = TemplateContent(
        title=draft.title,
        intro=draft.intro,
        currency=draft.currency,
        travelers=draft.travelers,
        days=draft.days,
        lines=tuple(_unpriced(line) for line in draft.lines),
        included=draft.included,
        excluded=draft.excluded,
        cover_id=draft.cover_id,
    )
    return checked(found)


def content_of_days(title: str, intro: str, days: Sequence[DraftDay]) -> TemplateContent:
    """A trip of days alone, as tours of the catalog describe them.

    Raises:
        InvalidInputError: there are none, or more than a quote can have.
    """
    return checked(TemplateContent(title, intro, "USD", 2, tuple(days), ()))


def checked(content: TemplateContent) -> TemplateContent:
    """The content, where a quote can begin with it.

    Raises:
        InvalidInputError: it is empty, or longer than a quote can be.
    """
    if not content.days and not content.lines:
        raise InvalidInputError("There are no days and no services to make a template of.")
    if content.length_days > LONGEST_TRIP_DAYS:
        raise InvalidInputError(
            f"A template has at most {LONGEST_TRIP_DAYS} days, not {content.length_days}."
        )
    if len(content.lines) > MOST_LINES:
        raise InvalidInputError(f"A template has at most {MOST_LINES} services.")
    return content


def _unpriced(line: DraftLine) -> DraftLine:
    if not line.cards:
        return line
    by_percent = line.markup_percent is not None
    return replace(
        line,
        quantity=1,
        unit_price_minor=None,
        units=None,
        markup_kind=line.markup_kind if by_percent else None,
        price_minor=None,
    )


def without_names(content: TemplateContent, name: str, people: str) -> TemplateContent:
    """The content without the texts at its head that name a customer.

    Args:
        content: of a version.
        name: of the template; it is the title where the version's own names somebody.
        people: the customer's name.
    """
    title = name if names_anybody(content.title, people) else content.title
    intro = "" if names_anybody(content.intro, people) else content.intro
    return replace(content, title=title, intro=intro)


def names_anybody(text: str, people: str) -> bool:
    """Whether a text has a word of somebody's name, whatever its case."""
    said = set(re.findall(r"\w+", text.casefold()))
    return any(
        word in said for word in re.findall(r"\w+", people.casefold()) if len(word) >= SHORTEST_NAME
    )


def days_that_name(content: TemplateContent, people: str) -> list[int]:
    """The days, from 1, whose texts name a customer."""
    return [
        number
        for number, day in enumerate(content.days, start=1)
        if names_anybody(f"{day.title} {day.text}", people)
    ]
