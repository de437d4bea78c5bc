"""The places of the back office: what the navigation, the palette and the keyboard lead to.

A new page is one line here: its path below `/backoffice` (also the `section` of its pages), its
name marked by `N_()`, who may see it, an icon of `icons.html` and, if often used, a key after `g`.
"""

from dataclasses import dataclass

from api.pages.translation import N_
from models.domain.access import Permission, Staff


@dataclass(frozen=True)
class Place:
    """A page that one can always go to."""

    path: str
    name: str
    permission: Permission | None
    """Without it the place is not shown; None where every login may go."""
    icon: str = "page"
    key: str = ""

    @property
    def address(self) -> str:
        """Where it is."""
        return f"/backoffice/{self.path}"


@dataclass(frozen=True)
class Group:
    """Places that belong together."""

    name: str
    places: tuple[Place, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        N_("Work"),
        (
            Place("bookings", N_("Bookings"), Permission.READ_BOOKINGS, "bookings", "b"),
            Place("kanban", N_("Board"), Permission.READ_BOOKINGS, "board", "k"),
            Place("tasks", N_("Tasks"), Permission.READ_BOOKINGS, "tasks", "t"),
            Place("triage", N_("Triage"), Permission.TRIAGE, "triage", "i"),
            Place("declined-quotes", N_("Declined quotes"), Permission.READ_BOOKINGS),
            Place("enquiries/new", N_("New enquiry"), Permission.EDIT_BOOKINGS, key="n"),
        ),
    ),
    Group(
        N_("People"),
        (
            Place("customers", N_("Customers"), Permission.READ_BOOKINGS, "customers", "c"),
            Place("customer-suggestions", N_("Duplicates"), Permission.MERGE_CUSTOMERS, "segments"),
            Place("roster", N_("Leave calendar"), Permission.READ_STAFF, "roster", "l"),
        ),
    ),
    Group(
        N_("Products"),
        (
            Place("partners", N_("Partners"), Permission.READ_PRODUCTS, "partners", "r"),
            Place("rate-cards", N_("Rate cards"), Permission.READ_PRODUCTS, "rates"),
            Place("photos", N_("Photos"), Permission.READ_BOOKINGS, "page"),
            Place("text-blocks", N_("Texts"), Permission.READ_PRODUCTS, "page"),
            Place("trip-templates", N_("Trip templates"), Permission.READ_PRODUCTS, "page"),
        ),
    ),
    Group(
        N_("Rules"),
        (
            Place("policy", N_("Policy"), Permission.READ_POLICY, "policy", "p"),
            Place("exchange-rates", N_("Exchange rates"), Permission.READ_POLICY, "exchange", "x"),
            Place(
                "pricing-rules", N_("Pricing rules"), Permission.EDIT_PRICING_RULES, "segments", "r"
            ),
            Place("audit", N_("Audit log"), Permission.READ_AUDIT, "audit"),
            Place("permissions", N_("Permissions"), Permission.USE_BACK_OFFICE, "permissions"),
        ),
    ),
)
"""The navigation, from top to bottom: add your page to its group."""

PERSONAL: tuple[Place, ...] = (
    Place("account", N_("Account"), Permission.USE_BACK_OFFICE, "account"),
    Place("preferences", N_("Preferences"), None, "preferences", "s"),
    Place("keys", N_("Keyboard"), None, "keys"),
)
"""What stands below the name of whoever is logged in."""


def groups_for(member: Staff) -> list[Group]:
    """The groups with the places that a person may see; empty ones are left out."""
    seen = (Group(group.name, _allowed(group.places, member)) for group in GROUPS)
    return [group for group in seen if group.places]


def personal_for(member: Staff) -> tuple[Place, ...]:
    """The personal places that a person may see."""
    return _allowed(PERSONAL, member)


def places_for(member: Staff) -> list[Place]:
    """Every place that a person may see."""
    return [
        *(place for group in groups_for(member) for place in group.places),
        *personal_for(member),
    ]


def _allowed(places: tuple[Place, ...], member: Staff) -> tuple[Place, ...]:
    return tuple(
        place for place in places if place.permission is None or member.may(place.permission)
    )
