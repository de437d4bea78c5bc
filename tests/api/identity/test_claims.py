"""Roles as Keycloak and Auth0 write them, and where a browser may be sent."""

from typing import Any

import pytest

from api.identity.claims import RoleRules, identity_of, roles_of
from api.identity.return_to import origin_of, safe_return_to
from models.domain.access import Role
from models.settings import Settings

CLIENT = "asiatravelplan"
RULES = RoleRules(CLIENT)
SETTINGS = Settings(
    public_url="https://trips.example", allowed_origins=("https://www.asiatravelplan.example",)
)


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"realm_access": {"roles": ["atp_staff", "offline_access"]}}, {Role.STAFF}),
        ({"resource_access": {CLIENT: {"roles": ["atp_admin"]}}}, {Role.ADMIN}),
        ({"resource_access": {"another": {"roles": ["atp_admin"]}}}, set()),
        ({"roles": ["atp_manager"]}, {Role.MANAGER}),
        ({"roles": "atp_manager atp_staff"}, {Role.MANAGER, Role.STAFF}),
        ({"groups": ["/atp_accountant", "staff"]}, {Role.ACCOUNTANT}),
        (
            {"groups": ["atp_staff"], "realm_access": {"roles": ["atp_admin"]}},
            {Role.STAFF, Role.ADMIN},
        ),
        ({"realm_access": None, "roles": 7, "groups": [1, None], "resource_access": []}, set()),
        ({}, set()),
    ],
)
def test_roles_are_found_wherever_providers_put_them(
    claims: dict[str, Any], roles: set[Role]
) -> None:
    assert roles_of(claims, RULES) == roles


def test_an_access_token_adds_roles() -> None:
    who = identity_of({"sub": "1"}, {"roles": ["atp_staff"]}, rules=RULES)
    assert who.roles == {Role.STAFF}


def test_a_person_without_user_name_is_known_by_mail_or_id() -> None:
    by_mail = identity_of({"sub": "auth0|1", "email": "a@b.example"}, rules=RULES)
    assert (by_mail.username, by_mail.name) == ("a@b.example", "a@b.example")
    assert identity_of({"sub": "auth0|1"}, rules=RULES).username == "auth0|1"


@pytest.mark.parametrize(
    "good",
    [
        "/",
        "/backoffice/bookings?stage=NEW&page=2#x",
        "https://trips.example/backoffice",
        "https://www.asiatravelplan.example/backend.html?x=1",
        "HTTPS://WWW.asiatravelplan.example:443/backend.html",
    ],
)
def test_our_own_addresses_are_returned_to(good: str) -> None:
    assert safe_return_to(good, SETTINGS, "/default") == good


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ok\r\nSet-Cookie: a=b",
        " https://trips.example",
        "https://evil.example/",
        "https://trips.example.evil.example/",
        "https://trips.example@evil.example/",
        "https://evil.example#https://trips.example",
        "http://trips.example/",
        "https://trips.example:8443/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//trips.example",
        "backoffice",
        "///evil.example",
        "https:///evil.example",
        "https://[bad",
        "/auth/logout",
        "/auth/login?return_to=/auth/login",
        "/x" * 2000,
    ],
)
def test_nobody_is_sent_anywhere_else(bad: str) -> None:
    assert safe_return_to(bad, SETTINGS, "/default") == "/default"


def test_origins_are_written_as_browsers_do() -> None:
    assert origin_of("https://Trips.Example:443/x") == "https://trips.example"
    assert origin_of("http://[::1]:8080/x") == "http://[::1]:8080"
    assert not origin_of("ftp://trips.example")
