"""The admin user that the script logs in as."""

from __future__ import annotations

import msgspec
import pytest

from medusa.framework.app import App
from medusa.framework.workflows.workflow import registry


@pytest.fixture(scope="session")
async def sdk_admin(app: App) -> None:
    """``admin@medusajs.com`` exists."""
    create = registry["create-admin-user"]
    await app.run(
        create, msgspec.convert({"email": "admin@medusajs.com", "password": "supersecret"}, create.input_type())
    )
