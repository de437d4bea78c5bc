"""The reminder of a task is one message, tried until it has gone."""

from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from models.messages.ids import BookingId
from models.messages.messaging import MessageOutcome, MessageSent, SendMessage, Template
from models.messages.task_queues import BOOKINGS, PROVIDERS
from models.messages.workflow_names import TASK_REMINDER, task_reminder_id
from workflows.registry import WORKFLOWS, workflow_runner

REMINDER = SendMessage(
    booking_id=BookingId("booking_1"), template=Template.TASK_REMINDER, subject_ref="task_1:1"
)


async def test_a_reminder_is_sent_and_tried_again_when_the_provider_is_away(
    temporal_client: Client,
) -> None:
    asked: list[SendMessage] = []

    @activity.defn(name="send_message")
    async def send_message(request: SendMessage) -> MessageSent:
        asked.append(request)
        if len(asked) == 1:
            raise ApplicationError("the provider is away")
        return MessageSent(outcome=MessageOutcome.SENT)

    prefix = f"{uuid4()}-"
    async with (
        Worker(
            temporal_client,
            task_queue=prefix + BOOKINGS,
            workflows=WORKFLOWS,
            workflow_runner=workflow_runner(),
            max_cached_workflows=0,
        ),
        Worker(temporal_client, task_queue=prefix + PROVIDERS, activities=[send_message]),
    ):
        await temporal_client.execute_workflow(
            TASK_REMINDER,
            REMINDER,
            id=task_reminder_id(f"{uuid4()}"),
            task_queue=prefix + BOOKINGS,
        )
    assert asked == [REMINDER, REMINDER]
