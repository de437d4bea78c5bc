"""Reads who somebody is from the claims of a token, as Keycloak and Auth0 write them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.domain.access import Role

Claims = Mapping[str, Any]
ROLE_NAMES = frozenset(role.value for role in Role)


@dataclass(frozen=True)
class Identity:
    """A person, as the identity provider knows them; only roles that we know."""

    sub: str
    username: str
    name: str
    email: str
    roles: frozenset[Role]


def identity_of(claims: Claims, *more: Claims, client_id: str) -> Identity:
    """Who the claims speak of.

    Args:
        claims: of the token that identifies the person.
        more: claims of further tokens of the same login, in which roles may stand.
        client_id: whose roles in `resource_access` count.
    """
    username = _text(claims, "preferred_username") or _text(claims, "email") or _text(claims, "sub")
    roles = frozenset[Role]().union(*(roles_of(one, client_id) for one in (claims, *more)))
    return Identity(
        sub=_text(claims, "sub"),
        username=username,
        name=_text(claims, "name") or username,
        email=_text(claims, "email"),
        roles=roles,
    )


def roles_of(claims: Claims, client_id: str) -> frozenset[Role]:
    """Our roles among realm roles, this client's roles, `roles` and `groups` (`/atp_staff` too)."""
    names = {
        *_names(_inside(claims, "realm_access").get("roles")),
        *_names(_inside(_inside(claims, "resource_access"), client_id).get("roles")),
        *_names(claims.get("roles")),
        *_names(claims.get("groups")),
    }
    return frozenset(Role(name) for name in names if name in ROLE_NAMES)


def _inside(claims: Claims, name: str) -> Claims:
    found = claims.get(name)
    return found if isinstance(found, Mapping) else {}


def _names(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return value.split()
    if not isinstance(value, list):
        return ()
    return (name.removeprefix("/") for name in value if isinstance(name, str))


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
