"""Running bookings survive a deployment: committed histories replay, and options stay put."""

import base64
import json
import re
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from models.domain.stages import Stage
from tests.replay.fingerprint import BASELINE, HISTORIES, TIMERS
from tests.replay.live import played_commands
from tests.replay.scenarios import SCENARIOS
from tests.replay.timers import all_timers
from workflows.registry import WORKFLOWS, workflow_runner

PATHS = sorted(HISTORIES.glob("*.json"))
BEFORE_A_GATE = {"unsold_for_good"}
"""Recorded by the code before a gate: what it did then can't be played any more, only replayed."""
TEXTS = {path.stem: path.read_text() for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
async def test_a_committed_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(path.stem, TEXTS[path.stem])
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        data_converter=pydantic_data_converter,
    )
    await replayer.replay_workflow(history)


def test_the_histories_pass_through_every_stage_and_every_workflow() -> None:
    kinds = {name.split("-")[1] for name in TEXTS}
    assert kinds >= {"Booking", "PaymentCollection", "ServiceOrder", "GuideSearch", "ExchangeRates"}
    assert {name.split("-")[0] for name in TEXTS} == set(SCENARIOS) | BEFORE_A_GATE
    upserts = re.findall(
        r'"Stage": \{\s*"metadata": \{[^}]*\},\s*"data": "([^"]+)"', "".join(TEXTS.values())
    )
    assert {json.loads(base64.b64decode(stage)) for stage in upserts} == set(Stage)
    assert any("CONTINUED_AS_NEW" in text for text in TEXTS.values())


def test_the_histories_pass_through_everything_that_becomes_of_a_quote() -> None:
    together = "".join(TEXTS.values())
    updates = set(re.findall(r'"name": "(\w+)"', together))
    assert updates >= {
        "send_quote",
        "ask_approval",
        "decide_approval",
        "request_change",
        "accept_quote",
        "decline_quote",
    }
    payloads = {
        base64.b64decode(data).decode(errors="replace")
        for data in re.findall(r'"data": "([^"]+)"', together)
    }
    said = "".join(payloads)
    for word in (
        "quote_reminder_unviewed",
        "quote_reminder_expiring",
        "QUOTE_EXPIRED",
        "QUOTE_DECLINED",
        "approval_wanted",
        *(f'"status":"{status}"' for status in ("EXPIRED", "DECLINED", "WITHDRAWN")),
    ):
        assert word in said, word


@pytest.mark.parametrize("scenario", ["whole_life", "cancelled", "exchange_rates"])
async def test_queues_timeouts_and_retries_are_those_of_the_baseline(
    temporal_client: Client, scenario: str
) -> None:
    """When this fails on purpose: gate the change with `patched()`, then write a new baseline."""
    found = await played_commands(temporal_client, scenario)
    baseline = json.loads(BASELINE.read_text())
    for kind, described in found.items():
        assert described <= set(baseline[kind]), f"{kind} asks for something new"


def test_every_timer_rings_when_the_baseline_says() -> None:
    """Running timers keep their old time: a change on purpose needs `patched()` and a new file."""
    assert all_timers() == json.loads(TIMERS.read_text())
