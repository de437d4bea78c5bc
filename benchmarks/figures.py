"""What a benchmark reports: figures with the bounds that they have to hold."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.servers import Bench


@dataclass(frozen=True)
class Figure:
    """A measured value. `at_least` and `at_most` are what must hold, in the same unit."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value is within its bounds."""
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        """The bounds in words."""
        low = "" if self.at_least is None else f">= {self.at_least:g}"
        high = "" if self.at_most is None else f"<= {self.at_most:g}"
        return " ".join(part for part in (low, high) if part)

    def as_json(self) -> dict[str, object]:
        """The figure for programs."""
        return asdict(self) | {"holds": self.holds}


Benchmark = Callable[[Bench], Awaitable[list[Figure]]]


def show(title: str, figures: list[Figure]) -> None:
    """Prints figures as a table."""
    table = Table("figure", "value", "unit", "target", "", "note", title=title)
    for figure in figures:
        bound = figure.at_least is not None or figure.at_most is not None
        verdict = ("ok" if figure.holds else "MISSED") if bound else ""
        table.add_row(
            figure.name, f"{figure.value:.4g}", figure.unit, figure.target, verdict, figure.note
        )
    Console(width=120).print(table)
