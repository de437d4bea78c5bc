"""The stand-ins that keep a memory of their own: Stripe and the identity provider."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from starlette.applications import Starlette

from models.settings import Settings
from sandbox.identity import create_identity_provider


def create_neighbours(settings: Settings, state_dir: Path) -> dict[str, Starlette]:
    """The apps by the path that each is mounted under; their lifespans run with the server's."""
    apps: dict[str, Starlette] = {"/oidc": create_identity_provider(settings, state_dir)}
    if find_spec("sandbox.stripe"):
        apps["/stripe"] = import_module("sandbox.stripe").create_stripe_app(
            state_dir,
            webhook_url=settings.public_url.rstrip("/") + "/webhooks/stripe",
            api_key=settings.stripe_api_key.get_secret_value(),
            webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
            public_base=settings.sandbox_url.rstrip("/") + "/stripe",
        )
    return apps
