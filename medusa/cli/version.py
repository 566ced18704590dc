"""Which version of the package this is, and whether it runs from its sources."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

from medusa.framework.distribution import DISTRIBUTION


def version() -> str:
    """The installed version of the distribution."""
    return importlib.metadata.version(DISTRIBUTION)


def source_checkout() -> Path | None:
    """The directory of the source tree this package runs from; None when it is installed."""
    root = Path(__file__).parents[2]
    project = root / "pyproject.toml"
    if project.exists() and f'name = "{DISTRIBUTION}"' in project.read_text(encoding="utf-8"):
        return root
    return None
