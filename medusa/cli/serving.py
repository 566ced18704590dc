"""``medusa develop``, ``medusa build`` and ``medusa start``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

from medusa.cli.console import err
from medusa.framework.errors import ConfigurationError

Host = Annotated[str | None, typer.Option(help="Address to listen on. [default: HOST, or the configuration]")]
Port = Annotated[int | None, typer.Option(min=1, max=65_535, help="Port. [default: PORT, or the configuration, 9000]")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("develop")(develop)
    app.command("build")(build)
    app.command("start")(start)


def develop(host: Host = None, port: Port = None) -> None:
    """Serve the application, and take in what you save at once.

    Watches src/, medusa_config.py and .env. A new server takes over when it has booted, so nobody is refused; a mistake in
    the code is shown, and the code before it keeps serving.

    Example: medusa develop --port 9001
    """
    from medusa.cli.develop import Supervisor  # when it is needed: --help stays quick

    root = _application()
    environment = _environment(root, "development", host, port)
    asyncio.run(Supervisor(root, environment).run())


def build() -> None:
    """Make .medusa/server: the application as a folder that runs on another machine, with nothing but Python.

    It holds the sources, a lock file for uv and one for pip, and wheels of what no registry has.

    Example: medusa build && cd .medusa/server && uv sync --frozen && cp ../../.env . && .venv/bin/medusa start
    """
    from medusa.cli.build import OUTPUT
    from medusa.cli.build import build as work  # when it is needed: --help stays quick

    work(_application())
    err.print(f"\nThe application is in [bold]{OUTPUT}[/bold]. On the machine it is to run on:\n")
    err.print("  uv sync --frozen                          [dim]# or: python -m venv .venv, then[/dim]")
    err.print("                                            [dim]# .venv/bin/pip install -r requirements.txt[/dim]")
    err.print("  cp .env.template .env                     [dim]# and fill it in[/dim]")
    err.print("  .venv/bin/medusa db:migrate && .venv/bin/medusa start")


def start(
    host: Host = None,
    port: Port = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Server processes. [default: WORKERS, or the configuration, 1]")
    ] = None,
) -> None:
    """Serve the application, for production.

    MEDUSA_ENV is production unless it is set. Stops on SIGTERM after the requests under way were answered.

    Example: medusa start --host 0.0.0.0 --port 9000 --workers 4
    """
    from medusa.cli.server import serve
    from medusa.framework.config import load_config

    root = _application()
    os.environ.update(_environment(root, "production", host, port, workers))
    serve(load_config(root))


def _application() -> Path:
    root = Path.cwd()
    if not (root / "medusa_config.py").exists():
        raise ConfigurationError(
            f"There is no medusa_config.py in {root}: go to your application's directory, or make an application with "
            "create-medusa-app."
        )
    return root


def _environment(
    root: Path, kind: str, host: str | None, port: int | None, workers: int | None = None
) -> dict[str, str]:
    """What the options and the command's own environment put above ``.env``."""
    given = os.environ.get("MEDUSA_ENV") or dotenv_values(root / ".env").get("MEDUSA_ENV")
    chosen = {"MEDUSA_ENV": given or kind, "HOST": host, "PORT": port, "WORKERS": workers}
    return {key: str(value) for key, value in chosen.items() if value is not None}
