"""Every workflow that a worker serves, and the sandbox that they run in."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.booking import Booking
from workflows.guide_search import GuideSearch
from workflows.late_payment import LatePayment
from workflows.payment_collection import PaymentCollection
from workflows.schedules.exchange_rates import ExchangeRates
from workflows.service_order import ServiceOrder
from workflows.task_reminder import TaskReminder

WORKFLOWS: list[type] = [
    Booking,
    PaymentCollection,
    ServiceOrder,
    GuideSearch,
    LatePayment,
    TaskReminder,
    ExchangeRates,
]

PASSED_THROUGH = (
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "models.domain",
    "models.messages",
    "workflows.approving",
    "workflows.calls",
    "workflows.decisions",
    "workflows.phases",
    "workflows.following",
    "workflows.refusing",
    "workflows.state",
    "workflows.story",
    "workflows.telling",
    "workflows.visibility",
    "workflows.waiting",
)
"""Loaded once a process and not once a workflow: a replay takes a quarter of the time.

Of the workflows' own modules only those with a definition are loaded anew: a cached booking takes
74 KB of sandbox instead of 319 KB.

These modules lose the sandbox's guard against clocks and randomness; a test reads them instead.
"""


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox: workflow modules are loaded anew for each run, their messages are not."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
