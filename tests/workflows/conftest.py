"""A booking's workflow on the real server, every task replayed, with fake activities."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
from temporalio.client import Client

from tests.support.played import Played
from tests.support.playing import FAST, playing

__all__ = ["FAST", "Play"]

Play = Callable[..., AbstractAsyncContextManager[Played]]


@pytest.fixture
def play(temporal_client: Client) -> Play:
    """Plays a booking in a world of its own for as long as the block lasts."""
    return partial(playing, temporal_client)
