"""The whole purchase through the official JavaScript SDK, against a server process.

``expected.json`` holds what the original answers to the same script.
"""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from medusa.framework.testing.server import live_server

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def sdk() -> Path:
    """The folder with the installed SDK."""
    if not (HERE / "node_modules" / "@medusajs" / "js-sdk").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)
    return HERE


@pytest.mark.usefixtures("sdk_admin")
def test_guest_and_customer_buy_and_the_admin_sees_the_order(sdk: Path, database_url: str, tmp_path: Path) -> None:
    with live_server(tmp_path, database_url) as server:
        run = subprocess.run(
            ["node", "purchase.mjs", server.url], cwd=sdk, capture_output=True, text=True, timeout=280, check=False
        )
        assert run.returncode == 0, run.stderr + server.log.read_text()[-4000:]
    assert _numbers(run.stdout) == _numbers((HERE / "expected.json").read_text())


def _numbers(text: str) -> Any:
    """The figures without the noise of binary fractions: the original adds floats."""
    return json.loads(text, parse_float=lambda digits: Decimal(digits).quantize(Decimal("1e-9")).normalize())
