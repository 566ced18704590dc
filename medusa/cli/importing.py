"""Imports the application in the working directory, all of it: ``python -m medusa.cli.importing``."""

from __future__ import annotations

from pathlib import Path

from medusa.cli.console import run_explained
from medusa.cli.mistakes import mistakes_in_code_explained
from medusa.framework.app import load
from medusa.framework.discovery import import_application
from medusa.framework.http.discovery import discover


def main() -> None:
    """Import modules, links, workflows, subscribers, jobs, routes and scripts.

    Raises:
        ConfigurationError: Something cannot be imported; the message says where.
    """
    root = Path.cwd()
    with mistakes_in_code_explained(root):
        boot = load(root)
        discover(root, plugins=boot.plugins)
        import_application(root, ("scripts",))


if __name__ == "__main__":
    run_explained(main)
