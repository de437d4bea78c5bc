"""What operators see of a booking in the Temporal UI: search attributes and live details."""

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

from models.domain.clock import start_of_day
from models.domain.search_attributes import (
    DEPARTURE,
    DESTINATION,
    OWNER,
    SLA_DUE,
    STAGE,
    TRIP_STATUS,
)
from workflows.state import BookingState, LiveQuote

STAGE_KEY = SearchAttributeKey.for_keyword(STAGE)
OWNER_KEY = SearchAttributeKey.for_keyword(OWNER)
DESTINATION_KEY = SearchAttributeKey.for_keyword(DESTINATION)
TRIP_STATUS_KEY = SearchAttributeKey.for_keyword(TRIP_STATUS)
DEPARTURE_KEY = SearchAttributeKey.for_datetime(DEPARTURE)
SLA_DUE_KEY = SearchAttributeKey.for_datetime(SLA_DUE)


def show(state: BookingState) -> None:
    """Brings search attributes and current details up to the state."""
    known = workflow.info().typed_search_attributes
    wanted: list[tuple[SearchAttributeKey[Any], object]] = [
        (STAGE_KEY, str(state.stage)),
        (OWNER_KEY, state.staff_id),
        (DESTINATION_KEY, state.destination),
        (TRIP_STATUS_KEY, str(state.trip_status)),
        (DEPARTURE_KEY, start_of_day(state.departure_on) if state.departure_on else None),
        (SLA_DUE_KEY, state.sla_due_at),
    ]
    updates = [_update(key, value) for key, value in wanted if _known(known, key) != value]
    if updates:
        workflow.upsert_search_attributes(updates)
    workflow.set_current_details(details(state))


def details(state: BookingState) -> str:
    """A page in Markdown: where the booking stands and what it waits for."""
    rows = [
        ("Stage", f"**{state.stage}**"),
        ("Trip", str(state.trip_status)),
        ("Owner", state.staff_id or "nobody yet"),
        ("SLA due", _when(state.sla_due_at)),
        ("Policy", _policy(state)),
    ]
    rows += [_option(one) for one in state.options]
    if state.accepted is not None:
        rows.append(("Trip dates", f"{state.accepted.departure_on} to {state.accepted.return_on}"))
    rows += [
        (
            f"Instalment {part.facts.kind}",
            f"{part.status}, {part.facts.amount_minor} minor {part.facts.currency}",
        )
        for part in state.instalments.values()
    ]
    rows += [(f"`{order}`", str(status)) for order, status in state.service_orders.items()]
    rows += [(f"Guide for `{line}`", str(status)) for line, status in state.guides.items()]
    rows += [(f"Checklist {key}", str(entry.status)) for key, entry in state.checklist.items()]
    body = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"| What | Where it stands |\n|---|---|\n{body}\n"


def _option(option: LiveQuote) -> tuple[str, str]:
    facts = option.facts
    seen = "viewed" if option.viewed else "not viewed"
    price = f"{facts.total_minor} minor {facts.currency}"
    return f"Live quote {facts.option}".strip(), f"v{facts.version}, {price}, {seen}"


def _policy(state: BookingState) -> str:
    terms = f"version {state.policy.version}"
    return f"{terms}, clocks of {state.clocks_version}" if state.clocks_version else terms


def _known(known: TypedSearchAttributes, key: SearchAttributeKey[Any]) -> object:
    return known.get(key) or None


def _update(key: SearchAttributeKey[Any], value: object) -> SearchAttributeUpdate[Any]:
    return key.value_unset() if value is None else key.value_set(value)


def _when(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC" if instant else "no clock"
