"""Builds an application from the template: files, virtual environment, database, first commit."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from medusa.cli.console import err, working
from medusa.cli.version import source_checkout, version
from medusa.framework.distribution import DISTRIBUTION
from medusa.framework.errors import ConfigurationError

TEMPLATE = Path(__file__).parents[1] / "templates" / "app"
CACHES = shutil.ignore_patterns("__pycache__", ".*_cache", ".env")
"""What tools leave behind in the templates of a checkout."""
_PLACEHOLDER = "my-medusa-store"
_OUTPUT_LINES = 15


@dataclass(frozen=True)
class Plan:
    """What is to be built."""

    target: Path
    name: str
    database_url: str | None
    seed: bool
    install: bool
    admin_email: str | None
    admin_password: str | None

    @property
    def python(self) -> Path:
        """The interpreter that has the package: that of the application's environment, or ours."""
        return self.target / ".venv" / "bin" / "python" if self.install else Path(sys.executable)


def build(plan: Plan) -> None:
    """Do all of it, and say how to go on.

    Raises:
        ConfigurationError: A step failed; the folder is left for a look.
    """
    with working(f"Creating {plan.name}", f"Created {plan.name}"):
        write_files(plan)
    if plan.install:
        with working("Installing the virtual environment", "Installed the virtual environment"):
            _install(plan)
    with ExitStack() as stack:
        if plan.database_url is None:
            from medusa.framework.db.embedded import EmbeddedPostgres  # when it is needed: --help stays quick

            with working("Starting PostgreSQL", "Started PostgreSQL"):
                stack.enter_context(EmbeddedPostgres(plan.target / ".medusa" / "postgres"))
        with working("Migrating the database", "Migrated the database"):
            _medusa(plan, "db:setup")
        if plan.seed:
            with working("Adding demo products", "Added demo products"):
                _medusa(plan, "exec", "src/scripts/seed.py")
        if plan.admin_email and plan.admin_password:
            with working("Creating the admin user", "Created the admin user"):
                _medusa(plan, "user", "-e", plan.admin_email, MEDUSA_USER_PASSWORD=plan.admin_password)
    _commit(plan)
    _say_how_to_go_on(plan)


def write_files(plan: Plan) -> None:
    """The template, with the application's name in it, and ``.env`` with fresh secrets."""
    shutil.copytree(TEMPLATE, plan.target, ignore=CACHES)
    (plan.target / "gitignore").rename(plan.target / ".gitignore")
    for path in plan.target.rglob("*"):
        if path.suffix in {".md", ".toml", ".py", ".yml"}:
            text = path.read_text(encoding="utf-8")
            if _PLACEHOLDER in text:
                path.write_text(text.replace(_PLACEHOLDER, plan.name), encoding="utf-8")
    if checkout := source_checkout():
        project = plan.target / "pyproject.toml"
        source = f'\n[tool.uv.sources]\n{DISTRIBUTION} = {{ path = "{checkout.as_posix()}", editable = true }}\n'
        project.write_text(project.read_text(encoding="utf-8") + source, encoding="utf-8")
    _write_env(plan)


def _write_env(plan: Plan) -> None:
    lines = (plan.target / ".env.template").read_text(encoding="utf-8").splitlines()
    values = {name: secrets.token_urlsafe(32) for name in ("JWT_SECRET", "COOKIE_SECRET", "POSTGRES_PASSWORD")}
    if plan.database_url is not None:
        values["DATABASE_URL"] = plan.database_url
    written: list[str] = []
    for line in lines:
        key = line.lstrip("# ").partition("=")[0]
        written.append(f"{key}={values[key]}" if key in values else line)
    env = plan.target / ".env"
    env.touch(mode=0o600)
    env.write_text("\n".join(written) + "\n", encoding="utf-8")


def _install(plan: Plan) -> None:
    interpreter = getattr(sys, "_base_executable", sys.executable)
    if uv := find_uv():
        run_quietly([uv, "sync", "--quiet", "--no-dev", "--compile-bytecode", "--python", interpreter], plan.target)
        return
    run_quietly([interpreter, "-m", "venv", ".venv"], plan.target)
    checkout = source_checkout()
    package = ["-e", f"{checkout}[redis]"] if checkout else [f"{DISTRIBUTION}[redis]=={version()}"]
    run_quietly(
        [str(plan.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *package], plan.target
    )


def find_uv() -> str | None:
    """uv, of this environment or on the path."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _medusa(plan: Plan, *arguments: str, **variables: str) -> None:
    run_quietly([str(plan.python), "-m", "medusa.cli.main", *arguments], plan.target, variables)


def run_quietly(
    command: Sequence[str], where: Path, variables: Mapping[str, str] | None = None, *, remedy: str | None = None
) -> str:
    """Run a program quietly; its last lines become the error when it fails, with what to do then."""
    environment = {key: value for key, value in os.environ.items() if key not in _SETTINGS} | dict(variables or {})
    run = subprocess.run(
        command, cwd=where, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if run.returncode:
        lines = "\n".join(run.stdout.strip().splitlines()[-_OUTPUT_LINES:])
        raise ConfigurationError(
            f"`{' '.join([Path(command[0]).name, *command[1:]])}` failed in {where}:\n{lines}\n"
            + (remedy or f"Correct this, remove {where}, and run the command again.")
        )
    return run.stdout


# The application's own .env decides, not what this shell happens to have; nor our virtual environment.
_SETTINGS = {
    "DATABASE_URL",
    "REDIS_URL",
    "JWT_SECRET",
    "COOKIE_SECRET",
    "MEDUSA_ENV",
    "PORT",
    "VIRTUAL_ENV",
    "PYTHONPATH",
}


def _commit(plan: Plan) -> None:
    """A git repository with a first commit, when git is there; its absence is no failure."""
    git = shutil.which("git")
    if git is None:
        err.print("[yellow]![/yellow] git is not installed: no repository was made")
        return
    with working("Making a git repository", "Made a git repository"):
        run_quietly([git, "init", "--quiet", "--initial-branch=main"], plan.target)
        run_quietly([git, "add", "."], plan.target)
        configured = subprocess.run([git, "config", "user.email"], cwd=plan.target, capture_output=True, check=False)
        author = [] if configured.returncode == 0 else ["-c", "user.name=Medusa", "-c", "user.email=medusa@localhost"]
        run_quietly([git, *author, "commit", "--quiet", "--no-verify", "-m", "Initial commit"], plan.target)


def _say_how_to_go_on(plan: Plan) -> None:
    medusa = "medusa" if not plan.install else ".venv/bin/medusa"
    folder = os.path.relpath(plan.target)
    err.print(f"\n[bold green]{escape(plan.name)} is ready.[/bold green]\n")
    err.print(f"  cd {escape(folder)}")
    err.print(f"  {medusa} develop" + " " * 12 + "[dim]# http://localhost:9000[/dim]")
    if not plan.admin_email:
        err.print(f"  {medusa} user -e admin@medusajs.com -p supersecret   [dim]# an admin user[/dim]")
