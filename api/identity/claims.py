"""Reads who somebody is from the claims of a token, as Keycloak and Auth0 write them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.domain.access import OPTIONAL_ROLES, Role, roles_in_force
from models.settings import Settings

Claims = Mapping[str, Any]
USUAL_ROLES = frozenset(Role) - OPTIONAL_ROLES


@dataclass(frozen=True)
class RoleRules:
    """Where roles stand in a token, and which of them grant something."""

    client_id: str
    """Whose roles in `resource_access` count."""
    further_claim: str = ""
    """Another claim that lists roles, such as a namespaced one of Auth0."""
    in_force: frozenset[Role] = USUAL_ROLES

    @classmethod
    def of(cls, settings: Settings) -> "RoleRules":
        """The rules of the settings."""
        return cls(
            client_id=settings.oidc_client_id,
            further_claim=settings.oidc_roles_claim,
            in_force=roles_in_force(settings.optional_roles),
        )


@dataclass(frozen=True)
class Identity:
    """A person, as the identity provider knows them; only roles that we know."""

    sub: str
    username: str
    name: str
    email: str
    roles: frozenset[Role]


def identity_of(claims: Claims, *more: Claims, rules: RoleRules) -> Identity:
    """Who the claims speak of.

    An e-mail that the provider has not verified stands for nobody: anybody could have typed it.

    Args:
        claims: of the token that identifies the person.
        more: claims of further tokens of the same login, in which roles may stand.
        rules: where roles stand, and which count.
    """
    trusted = claims.get("email_verified") is not False
    by_mail = _text(claims, "email") if trusted else ""
    username = _text(claims, "preferred_username") or by_mail or _text(claims, "sub")
    roles = frozenset[Role]().union(*(roles_of(one, rules) for one in (claims, *more)))
    return Identity(
        sub=_text(claims, "sub"),
        username=username,
        name=_text(claims, "name") or username,
        email=_text(claims, "email"),
        roles=roles,
    )


def roles_of(claims: Claims, rules: RoleRules) -> frozenset[Role]:
    """Our roles among realm roles, this client's roles, `roles` and `groups` (`/atp_staff` too)."""
    ours = _inside(_inside(claims, "resource_access"), rules.client_id)
    further = claims.get(rules.further_claim) if rules.further_claim else None
    names = {
        *_names(_inside(claims, "realm_access").get("roles")),
        *_names(ours.get("roles")),
        *_names(claims.get("roles")),
        *_names(claims.get("groups")),
        *_names(further),
    }
    return known_roles(names, rules.in_force)


def known_roles(names: Collection[str], in_force: frozenset[Role]) -> frozenset[Role]:
    """Those of the names that are roles of ours and grant something."""
    return frozenset(role for role in in_force if role.value in names)


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
