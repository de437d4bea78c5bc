"""What staff do for a trip's operations: other suppliers, preparations."""

from api.staff.desk_core import DeskCore
from models.domain.access import Permission
from models.domain.errors import InvalidInputError
from models.messages.booking import ChecklistItemCompleted, CompleteChecklistItem
from models.messages.ids import PartnerId
from models.messages.operations import ChooseAlternative, ServiceOrderAnswered
from models.store import dossier


class Operating(DeskCore):
    """The desk's part for operations."""

    async def choose_alternative(
        self, booking_id: str, service_order_id: str, partner_id: str
    ) -> ServiceOrderAnswered:
        """Asks another supplier for a service.

        Raises:
            InvalidInputError: no active supplier has this id.
            ServiceOrderNotOpenError: the order needs no other supplier.
        """
        async with self.booking(booking_id, Permission.RUN_OPERATIONS) as (session, _):
            await dossier.find_service_order(session, booking_id, service_order_id)
            if not await dossier.is_active_partner(session, partner_id):
                raise InvalidInputError("No active supplier has this id.")
        command = ChooseAlternative(
            command_id=self.command_id, actor=self.actor, partner_id=PartnerId(partner_id)
        )
        return await self.decisions.ask(
            service_order_id, "choose_alternative", command, ServiceOrderAnswered
        )

    async def complete_item(
        self, booking_id: str, key: str, *, waived: bool
    ) -> ChecklistItemCompleted:
        """Finishes or waives a preparation.

        Raises:
            ChecklistItemNotOpenError: it was done already or is not on the list.
        """
        async with self.booking(booking_id, Permission.RUN_OPERATIONS):
            pass
        command = CompleteChecklistItem(
            command_id=self.command_id, actor=self.actor, key=key, waived=waived
        )
        return await self.decisions.ask(
            booking_id, "complete_item", command, ChecklistItemCompleted
        )
