"""The exchange rates that a version was priced by: locked with it once it is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, order=True)
class LockedRate:
    """So many units of the version's currency for one of `currency`, before the buffer."""

    currency: str
    rate: Decimal
    source: str
    as_of: datetime
    buffer_percent: Decimal


def locked_rates(traces: Iterable[Mapping[str, Any] | None]) -> tuple[LockedRate, ...]:
    """Every rate once, by currency.

    Args:
        traces: of the version's lines, as `pricing_trace.trace_of_line` told them; None for a
            line that was not priced by cards.
    """
    found = {
        LockedRate(
            cost["currency"],
            Decimal(cost["exchange"]["rate"]),
            cost["exchange"]["source"],
            datetime.fromisoformat(cost["exchange"]["as_of"]),
            Decimal(cost["exchange"]["buffer_percent"]),
        )
        for trace in traces
        for cost in (trace or {}).get("costs", ())
        if cost["exchange"]
    }
    return tuple(sorted(found))
