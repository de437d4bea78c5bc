"""The reminder of a task: one message to whoever owns it by now."""

from temporalio import workflow

from models.messages.messaging import SendMessage
from workflows import calls


@workflow.defn
class TaskReminder:
    """Sends one reminder; Temporal tries until it has gone or has become pointless."""

    @workflow.run
    async def run(self, reminder: SendMessage) -> None:
        """Sends it; an activity sees that nobody gets it twice."""
        await calls.send_message(reminder.booking_id, reminder.template, reminder.subject_ref)
