"""Who may do what, in words: the table of `models/domain/access.py` for the docs and the pages."""

from dataclasses import dataclass
from pathlib import Path

from api.pages.formats import spelled
from api.pages.translation import N_
from models.domain.access import OPTIONAL_ROLES, PERMISSIONS, Permission, Role

WORDS: dict[Permission, str] = {
    Permission.USE_BACK_OFFICE: N_("Log in; their own account, preferences and this table"),
    Permission.READ_BOOKINGS: N_("See bookings, and the customers they belong to"),
    Permission.READ_ALL_BOOKINGS: N_("Everybody's bookings; without it only their own"),
    Permission.EDIT_BOOKINGS: N_("Change bookings: notes, quotes, invoices, tasks, cancelling"),
    Permission.APPROVE_QUOTES: N_("Let quotes out whose margin is below the limit"),
    Permission.SEE_PROFIT: N_("See what quotes cost us and what they earn"),
    Permission.CHANGE_STAGE: N_("Move bookings from stage to stage"),
    Permission.ASSIGN_BOOKINGS: N_("Give bookings to a member of staff"),
    Permission.RUN_OPERATIONS: N_("Ask other suppliers, close preparations"),
    Permission.TRIAGE: N_("Sort messages that lie on no booking yet"),
    Permission.EDIT_CUSTOMERS: N_("Change what is known of customers: contacts, wishes, consents"),
    Permission.READ_PASSPORTS: N_("See the numbers of passports; kept in the audit log"),
    Permission.MERGE_CUSTOMERS: N_("Merge customers, and undo it"),
    Permission.SHARE_VIEWS: N_("Share lists of bookings with everybody"),
    Permission.EXPORT_DATA: N_("Export what they may see; kept in the audit log"),
    Permission.READ_STAFF: N_("See who is on the staff"),
    Permission.MANAGE_STAFF: N_("Add and change members of staff"),
    Permission.EDIT_ROSTER: N_("Change others' leave and the staffed hours"),
    Permission.READ_TOURS: N_("See all tours, also unpublished ones"),
    Permission.EDIT_TOURS: N_("Change tours and their pictures"),
    Permission.READ_POLICY: N_("See the policy and the exchange rates"),
    Permission.READ_PRODUCTS: N_("See partners, their contracts and rates"),
    Permission.EDIT_PRODUCTS: N_("Change partners, their contracts and rates"),
    Permission.READ_BANK_DATA: N_("See and change partners' bank data; kept in the audit log"),
    Permission.EDIT_POLICY: N_("Change the policy"),
    Permission.EDIT_EXCHANGE_RATES: N_("Set exchange rates by hand"),
    Permission.EDIT_PRICING_RULES: N_("See and change the pricing rules"),
    Permission.READ_AUDIT: N_("Read the audit log"),
}
"""What each permission lets people do."""

PAGE = Path("docs") / "permissions.md"
BEGIN, END = "<!-- the table -->", "<!-- end of the table -->"


@dataclass(frozen=True)
class Row:
    """A permission, what it means, and whether each role of `ROLES` has it."""

    permission: Permission
    words: str
    granted: tuple[bool, ...]


ROLES: tuple[Role, ...] = tuple(Role)


def matrix() -> list[Row]:
    """The table, a row for each permission."""
    return [
        Row(one, WORDS[one], tuple(one in PERMISSIONS[role] for role in ROLES))
        for one in Permission
    ]


def table() -> str:
    """The table as Markdown, as it stands between the marks of `PAGE`."""
    names = [f"{spelled(role)}{' *' if role in OPTIONAL_ROLES else ''}" for role in ROLES]
    lines = [
        f"| permission | means | {' | '.join(names)} |",
        f"|---|---|{':-:|' * len(ROLES)}",
    ]
    for row in matrix():
        granted = " | ".join("yes" if one else "" for one in row.granted)
        lines.append(f"| `{row.permission}` | {row.words} | {granted} |")
    return "\n".join(lines)


def with_table(page: str) -> str:
    """The text of the docs' page with the table as it is now.

    Raises:
        ValueError: the page has lost its marks.
    """
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{PAGE} must have {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"
