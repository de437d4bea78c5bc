# ruff: noqa: S106 - the demo's passwords are shown on its login page
"""The people of the demo: who can log in to the stand-in of the identity provider, and as what."""

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

STAFF, MANAGER, ADMIN, ACCOUNTANT = "atp_staff", "atp_manager", "atp_admin", "atp_accountant"


@dataclass(frozen=True)
class DemoStaff:
    """One person; the password is no secret, as nothing real is behind it."""

    username: str
    password: str
    name: str
    email: str
    roles: tuple[str, ...]
    destinations: tuple[str, ...]
    languages: tuple[str, ...]
    phone: str

    @property
    def sub(self) -> str:
        """The identity provider's own id of this person."""
        return str(uuid5(NAMESPACE_DNS, f"{self.username}.asiatravelplan.example"))


DEMO_STAFF: tuple[DemoStaff, ...] = (
    DemoStaff(
        username="linh",
        password="linh-demo",
        name="Nguyễn Thùy Linh",
        email="linh@asiatravelplan.example",
        roles=(STAFF,),
        destinations=("Vietnam", "Multi-country"),
        languages=("English", "French"),
        phone="+84901000001",
    ),
    DemoStaff(
        username="somchai",
        password="somchai-demo",
        name="Somchai Rattanakul",
        email="somchai@asiatravelplan.example",
        roles=(STAFF,),
        destinations=("Thailand", "Laos"),
        languages=("English", "German"),
        phone="+66812000002",
    ),
    DemoStaff(
        username="sophea",
        password="sophea-demo",
        name="Chan Sophea",
        email="sophea@asiatravelplan.example",
        roles=(STAFF,),
        destinations=("Cambodia", "Vietnam"),
        languages=("English", "French", "Spanish"),
        phone="+85512000003",
    ),
    DemoStaff(
        username="marie",
        password="marie-demo",
        name="Marie Lefèvre",
        email="marie@asiatravelplan.example",
        roles=(MANAGER,),
        destinations=("Vietnam", "Thailand", "Cambodia", "Laos", "Multi-country"),
        languages=("English", "French", "German"),
        phone="+84901000004",
    ),
    DemoStaff(
        username="duc",
        password="duc-demo",
        name="Phạm Minh Đức",
        email="duc@asiatravelplan.example",
        roles=(ADMIN,),
        destinations=("Vietnam", "Thailand", "Cambodia", "Laos", "Multi-country"),
        languages=("English", "German"),
        phone="+84901000005",
    ),
    DemoStaff(
        username="hanna",
        password="hanna-demo",
        name="Hanna Bergström",
        email="hanna@asiatravelplan.example",
        roles=(ACCOUNTANT,),
        destinations=(),
        languages=("English", "German"),
        phone="+84901000006",
    ),
    DemoStaff(
        username="tom",
        password="tom-demo",
        name="Tom Okafor",
        email="tom@asiatravelplan.example",
        roles=(),
        destinations=(),
        languages=("English",),
        phone="+84901000007",
    ),
)
"""Three consultants, a manager, an administrator, an accountant, and someone without a role."""

BY_USERNAME = {person.username: person for person in DEMO_STAFF}
