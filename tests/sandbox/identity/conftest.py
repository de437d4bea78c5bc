"""A running identity provider and a client that plays the API's part."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.identity import RunningProvider, serve_provider


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[RunningProvider]:
    """A provider of the test's own, with an empty memory."""
    with serve_provider(tmp_path) as running:
        yield running
