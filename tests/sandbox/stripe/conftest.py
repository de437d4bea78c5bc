"""A shop at a running stand-in."""

import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.stripe.shop import Shop


@pytest.fixture
def shop(sandbox: Sandbox) -> Shop:
    """A shop whose webhooks reach nobody."""
    return Shop.at(sandbox)


@pytest.fixture
def listening(watched: Sandbox) -> Shop:
    """A shop whose webhooks reach the receiver."""
    return Shop.at(watched)
