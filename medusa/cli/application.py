"""``medusa user`` and ``medusa exec``: what works inside the application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from medusa.cli.console import err, out
from medusa.framework.errors import ConfigurationError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("user")(user)
    app.command("exec", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(execute)


def user(
    email: Annotated[str, typer.Option("--email", "-e", prompt="E-mail", help="The user's e-mail address.")],
    password: Annotated[
        str | None,
        typer.Option(
            "--password",
            "-p",
            envvar="MEDUSA_USER_PASSWORD",
            show_envvar=False,
            help="The password; without it MEDUSA_USER_PASSWORD is taken, or you are asked.",
        ),
    ] = None,
    invite: Annotated[
        bool,
        typer.Option("--invite/--no-invite", help="Invite instead: prints a token for POST /admin/invites/accept."),
    ] = False,
) -> None:
    """Create an admin user, or an invitation for one.

    Example: medusa user -e admin@medusajs.com -p supersecret
    """
    if "@" not in email:
        raise ConfigurationError(f'"{email}" is not an e-mail address: write it as me@example.com.')
    if password is None and not invite:
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))

    from medusa.cli.running import create_user, invite_user  # when it is needed: --help stays quick

    if invite:
        out.print(invite_user(email))
        err.print("Accept it at POST /admin/invites/accept?token=... with the token of a registered identity.")
    else:
        create_user(email, password or "")
        err.print(f"[green]✓[/green] {escape(email)} can log in")


def execute(
    context: typer.Context,
    script: Annotated[
        Path,
        typer.Argument(metavar="SCRIPT", exists=True, dir_okay=False, help="A file with async def main(app, args)."),
    ],
) -> None:
    """Run a script inside the application: its main gets the App and the arguments that follow.

    Example: medusa exec src/scripts/seed.py

    [bold]The smallest script[/bold]

      async def main(app, args):\n
          async with app.database.reader() as session:\n
              print(await session.fetch_value("SELECT count(*) FROM product"))\n
    """
    from medusa.cli.running import run_script  # when it is needed: --help stays quick

    run_script(script, context.args)
