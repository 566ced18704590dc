"""What the tests of storefronts' routes use."""

from __future__ import annotations

import pytest

from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Shop, make_shop


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    """A shop of this test."""
    return await make_shop(admin, store)
