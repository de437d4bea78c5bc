"""A sandbox for the tests of a module, and one with a receiver of its webhooks."""

from collections.abc import Iterator

import pytest

from tests.sandbox.running import Receiver, Sandbox, receiving, running, settings_for


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A running sandbox whose webhooks reach nobody."""
    with running(settings_for(tmp_path_factory.mktemp("sandbox"))) as started:
        yield started


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A customer's server."""
    with receiving() as started:
        yield started


@pytest.fixture
def watched(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A running sandbox whose webhooks reach the receiver."""
    data_dir = tmp_path_factory.mktemp("watched")
    with running(settings_for(data_dir, public_url=receiver.url)) as started:
        yield started
