"""Where tests kill the process: at a boundary that runs of one workflow reach.

``MEDUSA_FAULT=complete-cart:3`` ends the process with SIGKILL at the third boundary, ``complete-cart:workflow:before-commit``
at the first of that name, ``complete-cart:0`` nowhere. ``MEDUSA_FAULT_LOG`` names a file to which each boundary is written.
Both count only where ``MEDUSA_ENV=test``.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

Boundary = Callable[[str, str], None]


def _from_environment() -> Boundary | None:
    wanted = os.environ.get("MEDUSA_FAULT")
    if wanted is None or os.environ.get("MEDUSA_ENV") != "test":
        return None
    workflow, _, place = wanted.partition(":")
    log = os.environ.get("MEDUSA_FAULT_LOG")
    reached = 0

    def boundary(workflow_id: str, name: str) -> None:
        nonlocal reached
        if workflow_id != workflow:
            return
        reached += 1
        if log is not None:
            with Path(log).open("a") as file:
                file.write(f"{reached} {name}\n")
        if place in (str(reached), name):
            os.kill(os.getpid(), signal.SIGKILL)

    return boundary


boundary: Boundary | None = _from_environment()
