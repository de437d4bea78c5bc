"""The environment of the stack's processes: what the caller set, completed for this machine."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from models.settings import SANDBOX_SECRET_PREFIX, Settings
from sandbox.stack.errors import StackError
from sandbox.stack.ports import LOOPBACK

POSTGRES_PASSWORD: Final = "ATP_POSTGRES_PASSWORD"  # noqa: S105 - a variable's name
DATABASE: Final = "asiatravelplan"
INBOUND_DOMAIN: Final = "reply.asiatravelplan.example"
"""Where answers go on this machine: the mailbox of the stand-ins knows it."""
GENERATED: Final = (
    "STRIPE_API_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "POSTMARK_SERVER_TOKEN",
    "POSTMARK_WEBHOOK_PASSWORD",
    "TWILIO_AUTH_TOKEN",
    "TURNSTILE_SECRET",
    "OIDC_CLIENT_SECRET",
    "ATP_LINK_SECRET",
    "ATP_DATA_KEYS",
    POSTGRES_PASSWORD,
)
"""Secrets that are made for a stack unless the caller has real ones."""
ECB_FILE: Final = "/ecb/stats/eurofxref/eurofxref-daily.xml"
"""Where the stand-in of the European Central Bank has its rates, as the bank itself."""
TURNSTILE: Final = "https://challenges.cloudflare.com/turnstile/v0"
REAL_PROVIDERS: Final[Mapping[str, tuple[Mapping[str, str], tuple[str, ...]]]] = {
    "STRIPE_API_KEY": (
        {"STRIPE_API_BASE": "https://api.stripe.com"},
        ("STRIPE_WEBHOOK_SECRET",),
    ),
    "POSTMARK_SERVER_TOKEN": ({"POSTMARK_API_BASE": "https://api.postmarkapp.com"}, ()),
    "TWILIO_AUTH_TOKEN": ({"TWILIO_API_BASE": "https://api.twilio.com"}, ("TWILIO_ACCOUNT_SID",)),
    "TURNSTILE_SECRET": (
        {
            "TURNSTILE_VERIFY_URL": f"{TURNSTILE}/siteverify",
            "TURNSTILE_SCRIPT_URL": f"{TURNSTILE}/api.js",
        },
        ("TURNSTILE_SITE_KEY",),
    ),
    "OIDC_ISSUER": ({}, ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")),
}
"""What a real credential brings along: its addresses, and the variables it is useless without."""


def load_secrets(file: Path) -> dict[str, str]:
    """The stack's own secrets, made on the first call and kept in `file`, mode 600."""
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in GENERATED if name not in known]
    if missing:
        known |= {name: SANDBOX_SECRET_PREFIX + secrets.token_hex(24) for name in missing}
        write_private(file, known)
    return known


def write_private(file: Path, content: object) -> None:
    """Writes JSON that only this user may read, all of it or nothing."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(content, stream, indent=2)
    fresh.rename(file)


def complete(
    given: Mapping[str, str], own_secrets: Mapping[str, str], data: Path
) -> dict[str, str]:
    """Everything that `Settings` reads, for every process of the stack.

    Args:
        given: the caller's environment, whose values always win.
        own_secrets: what `load_secrets` returned.
        data: ATP_DATA_DIR, absolute.

    Raises:
        StackError: a real credential came without what belongs to it.
    """
    given = {name: value for name, value in given.items() if value}
    defaults = {**own_secrets, **_addresses(Settings(**given))}  # type: ignore[arg-type]  # aliases
    return {
        **defaults,
        **_real_addresses(given),
        **given,
        "ATP_DATA_DIR": str(data),
        "PYTHONUNBUFFERED": "1",
    }


def _addresses(settings: Settings) -> dict[str, str]:
    sandbox = f"http://{LOOPBACK}:{settings.sandbox_port}"
    return {
        "ATP_PUBLIC_URL": f"http://{LOOPBACK}:{settings.http_port}",
        "ATP_SANDBOX_URL": sandbox,
        "TEMPORAL_ADDRESS": f"{LOOPBACK}:{settings.temporal_port}",
        "TEMPORAL_UI_URL": f"http://{LOOPBACK}:{settings.temporal_ui_port}",
        "STRIPE_API_BASE": f"{sandbox}/stripe",
        "POSTMARK_API_BASE": f"{sandbox}/postmark",
        "TWILIO_API_BASE": f"{sandbox}/twilio",
        "TURNSTILE_VERIFY_URL": f"{sandbox}/turnstile/v0/siteverify",
        "TURNSTILE_SCRIPT_URL": f"{sandbox}/turnstile/v0/api.js",
        "OIDC_ISSUER": f"{sandbox}/oidc",
        "ECB_RATES_URL": f"{sandbox}{ECB_FILE}",
        "ATP_INBOUND_MAIL_DOMAIN": INBOUND_DOMAIN,
    }


def _real_addresses(given: Mapping[str, str]) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for credential, (its_addresses, companions) in REAL_PROVIDERS.items():
        if given.get(credential, SANDBOX_SECRET_PREFIX).startswith(SANDBOX_SECRET_PREFIX):
            continue
        for companion in companions:
            if companion not in given:
                raise StackError(f"{credential} is set but {companion} is not: set both.")
        addresses |= its_addresses
    if "POSTMARK_API_BASE" in addresses:
        addresses["ATP_INBOUND_MAIL_DOMAIN"] = ""  # real answers find no way to this machine
    return addresses
