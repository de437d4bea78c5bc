"""Collecting one instalment: invoice, payment page, reminders, receipt."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from models.domain.clock import PolicyClock
from models.domain.errors import PaymentNotPossibleError, PaymentProviderUnavailableError
from models.domain.payment_plan import PaymentReminder, reminders
from models.messages.messaging import DocumentKind, Template
from models.messages.payments import (
    CheckoutOpened,
    OpenCheckout,
    PaymentCollectionStart,
    SettledInstalment,
)
from models.messages.policy import PolicyFollowed
from workflows import calls
from workflows.refusing import ask, refuse
from workflows.waiting import Alarm, Waiting

INVOICE = "invoice"


@workflow.defn
class PaymentCollection:
    """One instalment from its invoice to its receipt; the workflow's id is the instalment's."""

    @workflow.init
    def __init__(self, start: PaymentCollectionStart) -> None:
        self._start = start
        self._instalment = start.instalment
        self._policy = start.policy
        self._settled: SettledInstalment | None = None
        self._withdrawn = False
        self._rung: list[str] = []
        clock = PolicyClock(start.epoch, start.policy.seconds_per_day)
        self._waiting = Waiting(lambda: clock, self._rung)
        self._due_at = clock.policy_time(self._instalment.due_at)
        self._plan = reminders(self._due_at, start.created_at, start.policy)
        self._invoice_at = self._first_asked()

    @workflow.run
    async def run(self, start: PaymentCollectionStart) -> None:
        """Reminds until the money is in or is not wanted any more."""
        workflow.set_current_details(
            f"{start.instalment.kind} of `{start.instalment.booking_id}`: "
            f"{start.instalment.amount_minor} minor {start.instalment.currency}, "
            f"due {start.instalment.due_at:%Y-%m-%d %H:%M} UTC"
        )
        await self._waiting.until(self._ended, lambda: self._alarms(self._plan))
        if self._settled is not None:
            await self._receipt(self._settled)
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.signal
    def settled(self, fact: SettledInstalment) -> None:
        """From the booking: the instalment is paid in full."""
        self._settled = fact

    @workflow.signal
    def withdraw(self) -> None:
        """From the booking: it was cancelled, nothing is asked any more."""
        self._withdrawn = True

    @workflow.signal
    def policy_followed(self, fact: PolicyFollowed) -> None:
        """From the booking: it follows another policy. What has passed is never caught up on."""
        self._policy = fact.policy
        self._plan = reminders(self._due_at, self._waiting.now(), fact.policy)
        if INVOICE not in self._rung:
            self._invoice_at = self._first_asked()

    @workflow.update
    async def open_checkout(self, command: OpenCheckout) -> CheckoutOpened:
        """From the customer's page: open a payment page at the provider."""
        ask(self._check_payable)
        try:
            return await calls.open_checkout(command)
        except ActivityError:
            ask(self._check_payable)
            refuse(
                PaymentProviderUnavailableError(
                    "The payment page can't be opened just now. Nothing was charged; "
                    "please try again in a minute."
                )
            )

    @open_checkout.validator
    def _payable(self, command: OpenCheckout) -> None:
        del command
        ask(self._check_payable)

    def _check_payable(self) -> None:
        if self._settled is not None:
            raise PaymentNotPossibleError("This has been paid already. Thank you!")
        if self._withdrawn:
            raise PaymentNotPossibleError(
                "The booking was cancelled, so there is nothing to pay. "
                "Please write to us if you think that this is wrong."
            )

    def _ended(self) -> bool:
        return self._withdrawn or self._settled is not None

    def _alarms(self, plan: Sequence[PaymentReminder]) -> Sequence[Alarm]:
        policy = self._policy
        asked_at = self._invoice_at
        alarms = [Alarm(INVOICE, asked_at, "Invoice", self._invoice)]
        alarms += [self._reminder(reminder) for reminder in plan if reminder.at > asked_at]
        alarms.append(self._overdue(policy.overdue_finance_days, "finance"))
        alarms.append(self._overdue(policy.overdue_manager_days, "manager"))
        return alarms

    def _first_asked(self) -> datetime:
        """The invoice goes out when the first reminder would, at the latest when it is due."""
        return min([self._due_at, *(reminder.at for reminder in self._plan)])

    def _reminder(self, reminder: PaymentReminder) -> Alarm:
        occasion = f"D{reminder.offset_days:+d}"
        return Alarm(
            f"reminder:{occasion}",
            reminder.at,
            f"Payment reminder {occasion}",
            lambda: self._send(Template.PAYMENT_REMINDER, occasion),
        )

    async def _invoice(self) -> None:
        instalment_id = self._instalment.instalment_id
        await calls.issue_invoice(instalment_id)
        await calls.render_document(
            self._instalment.booking_id, DocumentKind.INVOICE, instalment_id
        )
        await self._send(Template.INVOICE, "")

    def _overdue(self, days: float, role: str) -> Alarm:
        at = self._due_at + timedelta(days=days)
        return Alarm(
            f"overdue:{role}",
            at,
            f"Overdue: {role} decides",
            lambda: self._send(Template.PAYMENT_OVERDUE, role),
        )

    async def _receipt(self, settled: SettledInstalment) -> None:
        booking_id = self._instalment.booking_id
        await calls.render_document(booking_id, DocumentKind.RECEIPT, settled.payment_id)
        await calls.send_message(booking_id, Template.RECEIPT, settled.payment_id)

    async def _send(self, template: Template, occasion: str) -> None:
        if not self._ended():
            await calls.send_message(
                self._instalment.booking_id, template, self._instalment.instalment_id, occasion
            )
