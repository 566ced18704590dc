"""What runs in the processes that ``medusa develop`` forks: one version of the application's code."""

from __future__ import annotations

import asyncio
import os
import socket
import traceback
from collections.abc import Callable
from pathlib import Path

from medusa.cli.announcing import address_of
from medusa.cli.conversation import Advice, Failed, Left, Ready, ServerSide, Started
from medusa.cli.migrating import check_version, refuse_without
from medusa.cli.mistakes import mistakes_in_code_explained
from medusa.cli.one_process import OneProcess
from medusa.framework.app import Boot, database_url, load
from medusa.framework.asgi import create
from medusa.framework.config import Config, load_config
from medusa.framework.db.autogenerate import drift
from medusa.framework.db.branches import branches
from medusa.framework.db.migrations import own_revisions, pending
from medusa.framework.errors import ConfigurationError, MedusaError
from medusa.framework.http.discovery import discover
from medusa.framework.logging import configure_logging
from medusa.framework.plugins import plugin_packages


def serve_version(channel: socket.socket) -> int:
    """Serve the code as it is now, until the supervisor hangs up; the exit code."""
    return _explained(ServerSide(channel), _serve)


def advise(channel: socket.socket) -> int:
    """Compare the code as it is now with the database; the exit code."""
    os.nice(10)  # nobody waits for it
    return _explained(ServerSide(channel), _advise)


def _explained(supervisor: ServerSide, work: Callable[[ServerSide, Path], None]) -> int:
    supervisor.tell(Started(os.getpid()))
    root = Path.cwd()
    try:
        with mistakes_in_code_explained(root):
            try:
                work(supervisor, root)
            except SystemExit as error:
                raise RuntimeError(f"sys.exit({error.code}) ends the server").with_traceback(
                    error.__traceback__
                ) from None
    except (ConfigurationError, MedusaError, ConnectionError) as error:
        supervisor.tell(Failed(str(error)))
        return 1
    except Exception as error:
        supervisor.tell(Failed("".join(traceback.format_exception(error)).rstrip()))
        return 1
    return 0


def _serve(supervisor: ServerSide, root: Path) -> None:
    config, boot = _load(root)
    discover(root, plugins=boot.plugins)
    http = config.project.http
    listener = supervisor.listener(http.host, http.port)
    if isinstance(listener, str):
        raise ConfigurationError(listener)
    with database_url(config) as url:
        check_version(url)
        _check_migrations(url, root)
        os.environ["DATABASE_URL"] = url

        def ready() -> None:
            asyncio.get_running_loop().add_reader(supervisor.fileno(), server.stop)
            developed = [str(plugin.folder) for plugin in boot.plugins if plugin.is_developed]
            supervisor.tell(Ready(address_of(config), url, developed))

        server = OneProcess(
            create(),
            host=http.host,
            port=http.port,
            header_seconds=http.header_timeout.total_seconds(),
            grace_seconds=config.project.shutdown_timeout.total_seconds(),
            listener=listener,
            on_ready=ready,
            on_leave=lambda: supervisor.tell(Left()),
        )
        server.run()


def _load(root: Path) -> tuple[Config, Boot]:
    config = load_config(root)
    configure_logging(config.project.log_level, as_json=config.is_production)
    return config, load(root, config)


def _check_migrations(url: str, root: Path) -> None:
    """Without its own tables nothing works; those of the application are advice."""
    waiting = pending(url, project=root)
    own = own_revisions(root) if waiting else set[str]()
    refuse_without([name for name in waiting if name not in own])


def _advise(supervisor: ServerSide, root: Path) -> None:
    config, _ = _load(root)
    with database_url(config) as url:
        supervisor.tell(Advice(advice(url, root)))


def advice(url: str, root: Path) -> list[str]:
    """What is left to do before the database fits the code: sentences with the command."""
    if waiting := pending(url, project=root):
        return [f"{_listed(waiting)} not applied yet: run `medusa db:migrate`."]
    sources = [root / "src", *(plugin.folder for plugin in plugin_packages(root) if plugin.is_developed)]
    own = [branch.name for branch in branches(root) if any(map(branch.folder.is_relative_to, sources))]
    lines: dict[str, list[str]] = {}
    for line in drift(url, modules=own, project=root):
        name, _, difference = line.partition(": ")
        lines.setdefault(name, []).append(difference)
    missing = [line for line in lines.pop("links", []) if line.startswith("add_")]
    return [
        *(
            f"The tables of {name} are not what its models say ({', '.join(differences)}): run `medusa db:generate {name}`."
            for name, differences in lines.items()
        ),
        *([f"The database lacks what links need ({', '.join(missing)}): run `medusa db:migrate`."] if missing else []),
    ]


def _listed(names: list[str]) -> str:
    return f"{names[0]} is" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} are"
