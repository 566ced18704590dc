"""What the tests of routes use."""

from __future__ import annotations

import pytest

from medusa.framework.ids import ulid


@pytest.fixture
def credentials() -> dict[str, str]:
    """With which somebody new registers."""
    return {"email": f"{ulid().lower()}@example.com", "password": "secret123"}
