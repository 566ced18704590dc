from collections.abc import Iterator

import pytest

from outside import Outside, open_outside

pytest_plugins = ["medusa.framework.testing.fixtures"]


@pytest.fixture(scope="session", autouse=True)
def everybody() -> Iterator[Outside]:
    """The bank, the carrier and the others, in this process; the configuration finds their address."""
    with pytest.MonkeyPatch.context() as patch, open_outside() as (outside, address):
        patch.setenv("OUTSIDE_URL", address)
        yield outside


@pytest.fixture
def outside(everybody: Outside) -> Outside:
    """What everybody outside remembers, nothing yet."""
    everybody.__init__()  # type: ignore[misc]
    return everybody
