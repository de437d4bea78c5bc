"""The table of permissions: as the plan says it, in the docs and on its page as it is."""

from pathlib import Path

from bs4 import BeautifulSoup

from api.identity.permission_matrix import PAGE, ROLES, WORDS, table
from models.domain.access import OPTIONAL_ROLES, PERMISSIONS, Permission, Role, roles_in_force
from tests.api.access.world import WITHOUT_ROLE
from tests.api.audit.world import let_in
from tests.support.desk import Office

ROOT = Path(__file__).parents[3]
CHANGES_OF_A_BOOKING = {Permission.EDIT_BOOKINGS, Permission.CHANGE_STAGE}


def test_the_docs_show_the_table_as_it_is() -> None:
    assert table() in (ROOT / PAGE).read_text(), "run python -m api.cli permissions --write"


def test_every_permission_is_explained_and_somebody_has_it() -> None:
    assert WORDS.keys() == set(Permission)
    usual = frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles_in_force(())))
    assert usual == set(Permission)


def test_staff_work_on_their_own_bookings_alone() -> None:
    staff = PERMISSIONS[Role.STAFF]
    assert staff >= {Permission.READ_BOOKINGS, *CHANGES_OF_A_BOOKING}
    assert not staff & {Permission.READ_ALL_BOOKINGS, Permission.ASSIGN_BOOKINGS}
    assert not staff & {Permission.MANAGE_STAFF, Permission.READ_TOURS}


def test_managers_work_on_all_bookings_assign_them_and_add_staff() -> None:
    wanted = {Permission.READ_ALL_BOOKINGS, Permission.ASSIGN_BOOKINGS, Permission.MANAGE_STAFF}
    assert PERMISSIONS[Role.MANAGER] >= wanted | CHANGES_OF_A_BOOKING
    assert not PERMISSIONS[Role.MANAGER] & {Permission.READ_TOURS, Permission.EDIT_TOURS}


def test_admins_do_all_that_managers_do_edit_tours_and_know_where_partners_are_paid() -> None:
    more = {Permission.READ_TOURS, Permission.EDIT_TOURS, Permission.READ_BANK_DATA}
    assert PERMISSIONS[Role.ADMIN] == PERMISSIONS[Role.MANAGER] | more


def test_accountants_read_bookings_tours_and_partners_and_change_the_stage_alone() -> None:
    assert PERMISSIONS[Role.ACCOUNTANT] == {
        Permission.USE_BACK_OFFICE,
        Permission.READ_BOOKINGS,
        Permission.READ_ALL_BOOKINGS,
        Permission.SEE_PROFIT,
        Permission.CHANGE_STAGE,
        Permission.READ_TOURS,
        Permission.READ_STAFF,
        Permission.READ_PRODUCTS,
        Permission.READ_BANK_DATA,
        Permission.READ_POLICY,
        Permission.EDIT_EXCHANGE_RATES,
    }


def test_optional_roles_change_no_booking_and_count_only_when_named() -> None:
    assert roles_in_force(()) == set(Role) - OPTIONAL_ROLES
    assert roles_in_force(["atp_ops"]) == set(Role) - {Role.GUIDE_COORDINATOR}
    for role in OPTIONAL_ROLES:
        assert not PERMISSIONS[role] & CHANGES_OF_A_BOOKING


async def test_an_optional_role_that_is_off_grants_nothing(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        await let_in(session, WITHOUT_ROLE, Role.OPS, Role.GUIDE_COORDINATOR)
    async with office.browser(WITHOUT_ROLE) as browser:
        assert (await browser.get("/api/v1/bookings")).status_code == 403
        assert (await browser.get("/backoffice/permissions")).status_code == 403
        assert (await browser.get("/auth/me")).json()["user"]["roles"] == []


async def test_the_page_shows_the_table_and_ones_own_role(office: Office) -> None:
    async with office.page("ana") as browser:
        page = BeautifulSoup((await browser.get("/backoffice/permissions")).text, "html.parser")
    heads = [head.text.split() for head in page.select(".matrix thead th")[1:]]
    assert [head[-1] for head in heads if "you" in head] == ["you"]
    rows = page.select(".matrix tbody tr")
    shown = [tuple("✓" in cell.text for cell in row.select("td")) for row in rows]
    wanted = [tuple(one in PERMISSIONS[role] for role in ROLES) for one in Permission]
    assert shown == wanted
