"""Commands that run in the tests' own process."""

from __future__ import annotations

from typer.testing import CliRunner

from medusa.cli.main import app


def run(*arguments: str) -> str:
    """What a command prints.

    Raises:
        ConfigurationError, NotFound: It was refused; the command line shows the message.
    """
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def ids(output: str) -> list[str]:
    """The ids in a list."""
    return [line.split()[0] for line in output.splitlines()[1:]]
