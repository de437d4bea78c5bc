"""Writes an answer for every schema of one.

`make openapi` runs it, then writes the document.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.description import EXAMPLES
from tests.api.conventions.operations import OPERATIONS, Operation, open_world, send
from tests.support.cluster import Cluster, Servers

LONGEST_TEXT = 200
BY_HAND: dict[str, Any] = {
    "Kept": {"received": True},
    "AcceptedOut": {
        "status": "accepted",
        "first_instalment_id": "inst_01a20760-6478-7d2c-8a40-1c7f0d2f9b11",
        "amount_minor": 64_320,
        "currency": "USD",
    },
    "DeclinedOut": {"status": "declined"},
    "QuoteOut": {
        "booking_reference": "ATP-7K3M-Q2PD",
        "version": 1,
        "state": "open",
        "title": "Hanoi and the islands",
        "intro": "Two quiet weeks, as you wished.",
        "currency": "USD",
        "total_minor": 214_400,
        "travelers": 2,
        "departure_on": "2027-03-12",
        "return_on": "2027-03-25",
        "valid_until": "2026-12-06T10:00:00.000Z",
        "terms_version": "2026-11.1",
        "days": [{"day": 1, "place": "Hanoi", "title": "Arrival", "text": "Lan meets you."}],
        "lines": [
            {
                "day": 1,
                "nights": 3,
                "kind": "HOTEL",
                "description": "La Siesta, deluxe room",
                "quantity": 3,
                "unit_price_minor": 9_500,
                "total_minor": 28_500,
            }
        ],
        "included": ["Accommodation with breakfast, 3 nights", "Local guides as described"],
        "excluded": ["International and domestic flights", "Visa fees and travel insurance"],
        "payment_plan": [
            {"kind": "DEPOSIT", "amount_minor": 64_320, "due_on": "2026-12-06"},
            {"kind": "BALANCE", "amount_minor": 150_080, "due_on": "2027-01-26"},
        ],
    },
}
"""Answers to providers and customers, which no member of staff can ask for."""


def shortened(answer: Any) -> Any:
    """An answer with one entry for each list, and no endless text."""
    if isinstance(answer, dict):
        return {name: shortened(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [shortened(one) for one in answer[: 1 if answer and _is_record(answer) else 3]]
    return answer[:LONGEST_TEXT] if isinstance(answer, str) else answer


def _is_record(answer: list[Any]) -> bool:
    return isinstance(answer[0], dict)


async def ask(cluster: Cluster, client: Client, operation: Operation) -> dict[str, Any]:
    """What the operation answers in a world of its own, by the name of the schema."""
    with tempfile.TemporaryDirectory() as folder:
        address = cluster.temporal_address
        async with open_world(cluster, address, client, Path(folder)) as (office, world):
            answer = await send(office, world, operation)
    name = operation.answers.get(answer.status_code)
    if name not in operation.unshown:
        sys.stderr.write(f"{operation.name}: {answer.status_code} {answer.text[:200]}\n")
        return {}
    return {name: shortened(answer.json())}


async def main() -> None:
    """Asks every operation whose answer is not known yet."""
    found = dict(BY_HAND)
    servers = Servers()
    cluster = servers.start()
    try:
        client = await Client.connect(
            cluster.temporal_address, data_converter=pydantic_data_converter
        )
        for operation in OPERATIONS:
            if operation.unshown - set(found) and "{token}" not in operation.path:
                found |= await ask(cluster, client, operation)
    finally:
        servers.stop()
    EXAMPLES.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)  # Temporal's client may abort an orderly exit
