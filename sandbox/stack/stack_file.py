"""stack.json: what runs, for scripts and for the other commands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sandbox.stack.environment import write_private

DEMO_STAFF_MODULE: Final = "sandbox.identity.demo_staff"
WEBHOOK_SECRETS: Final = ("STRIPE_WEBHOOK_SECRET", "POSTMARK_WEBHOOK_PASSWORD", "TWILIO_AUTH_TOKEN")


@dataclass(frozen=True)
class Login:
    """One member of the demo staff, as the identity provider of the stand-ins knows them."""

    username: str
    password: str
    name: str
    roles: tuple[str, ...]


def describe(
    urls: Mapping[str, str],
    environment: Mapping[str, str],
    pids: Mapping[str, int],
    logins: Sequence[Login],
) -> dict[str, Any]:
    """The file's content: addresses, process ids, logins and what webhooks are signed with."""
    return {
        "urls": dict(urls),
        "pids": dict(pids),
        "logins": [vars(login) for login in logins],
        "webhook_secrets": {name: environment[name] for name in WEBHOOK_SECRETS},
    }


def demo_logins() -> list[Login]:
    """The demo staff, as far as the identity provider of the stand-ins is installed."""
    if find_spec("sandbox.identity") is None or find_spec(DEMO_STAFF_MODULE) is None:
        return []
    people = import_module(DEMO_STAFF_MODULE).DEMO_STAFF
    return [Login(one.username, one.password, one.name, tuple(one.roles)) for one in people]


def save(file: Path, content: Mapping[str, Any]) -> None:
    """Writes it, readable for this user alone."""
    write_private(file, content)


def load(file: Path) -> dict[str, Any] | None:
    """What runs; None when nothing does or the stack is still starting."""
    if not file.exists():
        return None
    content: dict[str, Any] = json.loads(file.read_text())
    return content
