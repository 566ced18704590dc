"""An empty, migrated store in production mode, in the foreground: what the benchmark and the comparison run against.

PORT (9000) and WORKERS (1) come from the environment. The store is made afresh below .medusa/bench each time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from medusa.cli.console import err, run_explained, working
from medusa.cli.listening import check_port
from medusa.cli.scaffold import Plan, write_files
from medusa.framework.db.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[1]
EMAIL, PASSWORD = "admin@medusajs.com", "supersecret"


def main() -> None:
    port = os.environ.get("PORT", "9000")
    check_port("0.0.0.0", int(port))
    store = ROOT / ".medusa" / "bench" / port
    if store.exists():
        leftover = EmbeddedPostgres(store / ".medusa" / "postgres")
        leftover.hold_if_running()
        leftover.stop()
        shutil.rmtree(store)
    store.parent.mkdir(parents=True, exist_ok=True)
    write_files(Plan(store, "bench", None, seed=False, install=False, admin_email=EMAIL, admin_password=PASSWORD))
    for name in ("DATABASE_URL", "REDIS_URL", "HOST"):
        os.environ.pop(name, None)
    os.environ |= {"MEDUSA_ENV": "production", "LOG_LEVEL": os.environ.get("LOG_LEVEL", "warning")}
    with EmbeddedPostgres(store / ".medusa" / "postgres"):
        with working("Migrating the database", "Migrated the database"):
            _medusa(store, "db:setup")
        with working(f"Creating the admin user {EMAIL}", f"Created the admin user {EMAIL}"):
            _medusa(store, "user", "-e", EMAIL, "-p", PASSWORD)
    os.chdir(store)
    server = [*_command(), "start", "--port", port, "--workers", os.environ.get("WORKERS", "1")]
    err.print(f"Serving on http://localhost:{port}")
    os.execv(server[0], server)  # the process that was started is the server, for whoever measures it


def _command() -> list[str]:
    return [sys.executable, "-m", "medusa.cli.main"]


def _medusa(store: Path, *arguments: str) -> None:
    subprocess.run([*_command(), *arguments], cwd=store, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    run_explained(main)
