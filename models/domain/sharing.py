"""Who of the staff can open a booking: whoever owns it, and who may read all of them."""

from collections.abc import Collection

from models.domain.access import PERMISSIONS, Permission, Role

ROLE_NAMES = frozenset(role.value for role in Role)


def can_open(staff_id: str, roles: Collection[str], owner_id: str | None) -> bool:
    """Whether a member of staff, with the roles of their last login, can open a booking."""
    if staff_id == owner_id:
        return True
    known = (Role(name) for name in roles if name in ROLE_NAMES)
    return any(Permission.READ_ALL_BOOKINGS in PERMISSIONS[role] for role in known)
