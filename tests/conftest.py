"""The fixtures of every test: real servers, started once for a run and thrown away after it."""

import atexit
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import hypothesis
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.support import scheduling
from tests.support.cluster import Cluster, Servers, inherited

hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("searching", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile("same")

SERVERS = Servers()
EXIT_STATUS: list[int] = []
SELDOM: Final = 20_000
"""New objects after which the collector looks at the youngest; the usual 700 suits small ones."""


def pytest_configure(config: pytest.Config) -> None:
    """Starts the servers for all workers; a run in one process starts them when a test asks."""
    gc.disable()
    if hasattr(config, "workerinput"):
        return
    atexit.register(_leave)
    atexit.register(SERVERS.stop)
    if getattr(config.option, "numprocesses", None) and not config.option.collectonly:
        SERVERS.start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts what takes longest first."""
    items.sort(key=lambda item: scheduling.place(item.nodeid))


def pytest_collection_finish() -> None:
    """Looks for garbage only now, and never in what was loaded: that stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, 20, 20)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.ByWorld:
    """Keeps tests of one world together, in the order of collection."""
    config.option.loadscopereorder = False
    return scheduling.ByWorld(config, log)


def pytest_sessionfinish(exitstatus: int) -> None:
    """Keeps the verdict for the way out."""
    EXIT_STATUS.append(int(exitstatus))


def pytest_unconfigure() -> None:
    """Stops the servers, also after a failure."""
    SERVERS.stop()


def _leave() -> None:
    """Ends the process before Temporal's client does: its threads may abort an orderly exit."""
    if EXIT_STATUS and "temporalio.bridge.temporal_sdk_bridge" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(EXIT_STATUS[-1])


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The run's servers."""
    return inherited() or SERVERS.start()


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated, empty database of the test's own: `postgresql://...`."""
    with cluster.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def shared_database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated database for all tests of a worker; those who use it undo what they write."""
    with cluster.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def temporal_address(cluster: Cluster) -> str:
    """Where the run's Temporal server listens: `127.0.0.1:port`."""
    return cluster.temporal_address


@pytest_asyncio.fixture(scope="session")
async def temporal_client(temporal_address: str) -> AsyncIterator[Client]:
    """A client of the run's Temporal server that speaks Pydantic; use a fresh task queue each."""
    yield await Client.connect(temporal_address, data_converter=pydantic_data_converter)
