"""One shop with external providers for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.chaos.harness import World, open_world


@pytest.fixture(scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Servers, providers and a shop."""
    async with open_world(tmp_path_factory.mktemp("world")) as world:
        yield world
