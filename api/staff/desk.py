"""The desk of a member of staff: what the JSON API and the back office do, in one place.

Reads and notes are one transaction each; decisions are put to workflows outside of any.
"""

from api.staff.desk_core import DeskCore
from api.staff.filing import Filing
from api.staff.noting import Noting
from api.staff.operating import Operating
from api.staff.quoting import Quoting
from api.staff.steering import Steering
from api.staff.tasking import Tasking


class Desk(Steering, Quoting, Operating, Tasking, Noting, Filing):
    """Everything that a member of staff may do with a booking, each part in a module of its own."""


__all__ = ["Desk", "DeskCore"]
