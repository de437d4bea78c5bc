"""An API whose database does not answer: the frame needs none."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from models.settings import Environment, Settings
from tests.api.frame.probes import probes
from tests.support.api import Api, open_api

NOBODY = "127.0.0.1:9"
OpenApi = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
def frame() -> OpenApi:
    """Opens an API with settings changed and with endpoints that fail in every way."""

    @asynccontextmanager
    async def opened(**changes: object) -> AsyncIterator[Api]:
        facts: dict[str, object] = {
            "environment": Environment.TEST,
            "database_url": f"postgresql://nobody@{NOBODY}/nothing",
            "temporal_address": NOBODY,
            "rate_limit": "off",
            **changes,
        }
        async with open_api(Settings.model_validate(facts)) as api:
            api.app.include_router(probes)
            yield api

    return opened
