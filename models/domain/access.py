"""Who may do what: roles, permissions, the one table between them, and the rule of the owner."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from models.domain.errors import ForbiddenError

NOBODY = "staff_nobody"
"""No booking's owner: what someone sees who may read only their own but is no member of staff."""


class Role(StrEnum):
    """Roles as the identity provider names them."""

    STAFF = "atp_staff"
    MANAGER = "atp_manager"
    ADMIN = "atp_admin"
    ACCOUNTANT = "atp_accountant"
    OPS = "atp_ops"
    GUIDE_COORDINATOR = "atp_guide_coordinator"


OPTIONAL_ROLES = frozenset({Role.OPS, Role.GUIDE_COORDINATOR})
"""Roles that a setting must switch on; until then they grant nothing."""


class Permission(StrEnum):
    """What a person may do; the object rule says to which bookings."""

    USE_BACK_OFFICE = "USE_BACK_OFFICE"
    """One's own account and preferences, and this table: what every role has."""
    READ_BOOKINGS = "READ_BOOKINGS"
    READ_ALL_BOOKINGS = "READ_ALL_BOOKINGS"
    """Without it only one's own bookings are seen and changed."""
    EDIT_BOOKINGS = "EDIT_BOOKINGS"
    APPROVE_QUOTES = "APPROVE_QUOTES"
    """Let quotes out whose margin is below the policy's limit, one's own as well."""
    SEE_PROFIT = "SEE_PROFIT"
    """Costs and margins of quotes."""
    CHANGE_STAGE = "CHANGE_STAGE"
    ASSIGN_BOOKINGS = "ASSIGN_BOOKINGS"
    RUN_OPERATIONS = "RUN_OPERATIONS"
    """Service orders and preparations."""
    TRIAGE = "TRIAGE"
    """What came in by mail or message and lies on no booking yet."""
    EDIT_CUSTOMERS = "EDIT_CUSTOMERS"
    READ_PASSPORTS = "READ_PASSPORTS"
    """Their numbers; each time an event of the audit log."""
    MERGE_CUSTOMERS = "MERGE_CUSTOMERS"
    SHARE_VIEWS = "SHARE_VIEWS"
    """Lists of bookings that everybody finds among their own."""
    EXPORT_DATA = "EXPORT_DATA"
    """Personal data in bulk; each time an event of the audit log."""
    READ_STAFF = "READ_STAFF"
    MANAGE_STAFF = "MANAGE_STAFF"
    EDIT_ROSTER = "EDIT_ROSTER"
    """Leave and staffed hours of others."""
    READ_TOURS = "READ_TOURS"
    EDIT_TOURS = "EDIT_TOURS"
    READ_PRODUCTS = "READ_PRODUCTS"
    """Partners, their contracts and rates."""
    EDIT_PRODUCTS = "EDIT_PRODUCTS"
    READ_BANK_DATA = "READ_BANK_DATA"
    """Where partners are paid, also to change it; each time an event of the audit log."""
    READ_POLICY = "READ_POLICY"
    EDIT_POLICY = "EDIT_POLICY"
    EDIT_EXCHANGE_RATES = "EDIT_EXCHANGE_RATES"
    """Set rates by hand; who reads the policy reads the rates."""
    EDIT_PRICING_RULES = "EDIT_PRICING_RULES"
    """See and change by which rules prices are made; they tell what is earned."""
    READ_AUDIT = "READ_AUDIT"


_READER = frozenset(
    {
        Permission.USE_BACK_OFFICE,
        Permission.READ_BOOKINGS,
        Permission.READ_STAFF,
        Permission.READ_PRODUCTS,
        Permission.READ_POLICY,
    }
)
_STAFF = _READER | {
    Permission.EDIT_BOOKINGS,
    Permission.CHANGE_STAGE,
    Permission.RUN_OPERATIONS,
    Permission.EDIT_CUSTOMERS,
    Permission.READ_PASSPORTS,
    Permission.EXPORT_DATA,
}
_MANAGER = _STAFF | {
    Permission.APPROVE_QUOTES,
    Permission.SEE_PROFIT,
    Permission.READ_ALL_BOOKINGS,
    Permission.ASSIGN_BOOKINGS,
    Permission.TRIAGE,
    Permission.MERGE_CUSTOMERS,
    Permission.SHARE_VIEWS,
    Permission.MANAGE_STAFF,
    Permission.EDIT_ROSTER,
    Permission.EDIT_PRODUCTS,
    Permission.EDIT_POLICY,
    Permission.EDIT_EXCHANGE_RATES,
    Permission.EDIT_PRICING_RULES,
    Permission.READ_AUDIT,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STAFF: _STAFF,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _MANAGER
    | {Permission.READ_TOURS, Permission.EDIT_TOURS, Permission.READ_BANK_DATA},
    Role.ACCOUNTANT: _READER
    | {
        Permission.READ_ALL_BOOKINGS,
        Permission.SEE_PROFIT,
        Permission.CHANGE_STAGE,
        Permission.READ_TOURS,
        Permission.EDIT_EXCHANGE_RATES,
        Permission.READ_BANK_DATA,
    },
    Role.OPS: _READER
    | {Permission.READ_ALL_BOOKINGS, Permission.RUN_OPERATIONS, Permission.READ_PASSPORTS},
    Role.GUIDE_COORDINATOR: _READER | {Permission.READ_ALL_BOOKINGS},
}
"""The one table. Whoever has several roles may do what any of them may."""


def roles_in_force(optional: Collection[str]) -> frozenset[Role]:
    """The roles that grant something, given the names of the optional ones switched on."""
    return frozenset(role for role in Role if role not in OPTIONAL_ROLES or role in optional)


@dataclass(frozen=True)
class Staff:
    """A person who is logged in, and the member of staff that the login belongs to, if any."""

    sub: str
    username: str
    name: str
    email: str
    roles: frozenset[Role]
    staff_id: str | None = None
    permissions: frozenset[Permission] = field(init=False)

    def __post_init__(self) -> None:
        granted = frozenset[Permission]().union(*(PERMISSIONS[role] for role in self.roles))
        object.__setattr__(self, "permissions", granted)

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles allows it."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Does nothing when the roles allow it.

        Raises:
            ForbiddenError: they do not.
        """
        if not self.may(permission):
            raise ForbiddenError("Your role does not allow this. Ask an administrator for it.")

    @property
    def only_owner(self) -> str | None:
        """The staff id to whose bookings this person is confined; None when all are open."""
        if self.may(Permission.READ_ALL_BOOKINGS):
            return None
        return self.staff_id or NOBODY
