"""Who may do what, as the plan says."""

import pytest

from models.domain.access import NOBODY, PERMISSIONS, Permission, Role, Staff
from models.domain.errors import ForbiddenError

WRITES_BOOKINGS = {Permission.EDIT_BOOKINGS, Permission.CHANGE_STAGE}


def person(*roles: Role, staff_id: str | None = "staff_me") -> Staff:
    return Staff("sub", "me", "Me", "me@asiatravelplan.example", frozenset(roles), staff_id)


@pytest.mark.parametrize(
    ("role", "allowed", "denied"),
    [
        (
            Role.STAFF,
            WRITES_BOOKINGS | {Permission.READ_BOOKINGS},
            {
                Permission.READ_ALL_BOOKINGS,
                Permission.ASSIGN_BOOKINGS,
                Permission.MANAGE_STAFF,
                Permission.EDIT_TOURS,
                Permission.EDIT_POLICY,
            },
        ),
        (
            Role.MANAGER,
            WRITES_BOOKINGS
            | {
                Permission.READ_ALL_BOOKINGS,
                Permission.ASSIGN_BOOKINGS,
                Permission.MANAGE_STAFF,
                Permission.EDIT_POLICY,
            },
            {Permission.READ_TOURS, Permission.EDIT_TOURS},
        ),
        (Role.ADMIN, set(Permission), set()),
        (
            Role.ACCOUNTANT,
            {Permission.READ_ALL_BOOKINGS, Permission.CHANGE_STAGE, Permission.READ_TOURS},
            {
                Permission.EDIT_BOOKINGS,
                Permission.ASSIGN_BOOKINGS,
                Permission.MANAGE_STAFF,
                Permission.EDIT_TOURS,
                Permission.EDIT_POLICY,
            },
        ),
    ],
)
def test_a_role_may_do_what_the_plan_says(
    role: Role, allowed: set[Permission], denied: set[Permission]
) -> None:
    assert PERMISSIONS[role] >= allowed
    assert not PERMISSIONS[role] & denied


def test_several_roles_add_up_and_none_allow_nothing() -> None:
    both = person(Role.STAFF, Role.ACCOUNTANT)
    assert both.may(Permission.EDIT_BOOKINGS)
    assert both.may(Permission.READ_ALL_BOOKINGS)
    assert not any(person().may(permission) for permission in Permission)
    with pytest.raises(ForbiddenError):
        person().require(Permission.READ_BOOKINGS)
    both.require(Permission.READ_BOOKINGS)


def test_who_is_confined_to_their_own() -> None:
    assert person(Role.STAFF).only_owner == "staff_me"
    assert person(Role.STAFF, staff_id=None).only_owner == NOBODY
    assert person(Role.MANAGER).only_owner is None
