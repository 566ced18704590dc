"""``medusa build``: what it makes runs elsewhere, with nothing but Python, when the application it came from is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from medusa.cli.scaffold import find_uv
from tests.cli.applications import Running, answer, command, environment, stop_database

PYTHON: str = getattr(sys, "_base_executable", sys.executable)

MODEL = """
from sqlalchemy.orm import Mapped

from medusa.framework.db import Model


class Brand(Model):
    __tablename__ = "brand"
    __prefix__ = "brand"
    name: Mapped[str]
"""
SERVICE = """
from medusa.framework.modules import Crud, ModuleService
from src.modules.brand.models import Brand


class BrandService(ModuleService):
    brands = Crud(Brand)
"""
ROUTE = """
from pathlib import Path

from medusa.framework.http import Context, Response, get
from src.modules.brand.service import BrandService

WORDS = Path("texts/hello.txt").read_text()

@get("/brands/count")
async def count_brands(ctx: Context) -> Response:
    async with ctx.app.database.reader() as session:
        [_, count] = await ctx.app.service(BrandService).brands.list_and_count(session)
    return ctx.json({"text": WORDS, "count": count})
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture(scope="module")
def built(store: Path) -> Path:
    """The build of an application with a module, its migration, a route and a folder of its own."""
    write(store / "src/modules/brand/models.py", MODEL)
    write(store / "src/modules/brand/service.py", SERVICE)
    write(store / "src/api/admin/brands.py", ROUTE)
    write(store / "src/admin/widget.tsx", "export {}")
    write(store / "texts/hello.txt", "hello")
    project = store / "pyproject.toml"
    project.write_text(project.read_text() + '\n[tool.medusa]\ninclude = ["texts"]\n')
    unready = command("build", where=store)
    assert unready.returncode == 1
    assert "src/modules/brand has models and no migration: run `medusa db:generate brand`" in unready.stderr
    assert command("db:generate", "brand", where=store).returncode == 0
    run = command("build", where=store)
    assert run.returncode == 0, run.stderr
    return store / ".medusa" / "server"


def test_build_holds_what_runs_and_nothing_else(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == [
        ".env.template", "medusa_config.py", "packages", "public", "pyproject.toml", "requirements.txt", "src", "texts",
        "uv.lock",
    ]  # fmt: skip
    assert (built / "src/api/admin/brands.py").exists()
    assert not (built / "src/admin").exists()
    assert (built / "public/admin").is_dir()
    assert not list(built.rglob("__pycache__"))
    requirements = (built / "requirements.txt").read_text()
    assert "./packages/medusa_commerce-" in requirements
    assert "litestar==" in requirements
    assert "pytest==" not in requirements


def test_second_build_takes_out_what_is_gone_and_leaves_what_a_server_made(store: Path, built: Path) -> None:
    write(built / ".medusa/postgres/data/kept", "")
    write(built / ".env", "JWT_SECRET=kept")
    write(built / "src/api/gone.py", "")
    assert command("build", where=store).returncode == 0
    assert (built / ".medusa/postgres/data/kept").exists()
    assert (built / ".env").read_text() == "JWT_SECRET=kept"
    assert not (built / "src/api/gone.py").exists()
    shutil.rmtree(built / ".medusa")
    (built / ".env").unlink()


def test_what_cannot_be_imported_from_the_build_is_told_now(store: Path, built: Path) -> None:
    write(store / "beside.py", "x = 1")
    write(store / "src/api/needs.py", "import beside\n")
    run = command("build", where=store)
    (store / "src/api/needs.py").unlink()
    assert run.returncode == 1
    assert "src/api/needs.py, line 1: ModuleNotFoundError: No module named 'beside'" in run.stderr
    assert (built / "src").exists()  # the last good one


def test_requirements_are_all_that_pip_needs(built: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    shutil.copytree(built, place)
    uv("venv", "--quiet", "--python", PYTHON, where=place)
    uv("pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt", where=place)
    python = place / ".venv" / "bin" / "python"
    imported = subprocess.run(
        [python, "-m", "medusa.cli.importing"],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr


def test_build_runs_on_another_machine(store: Path, built: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    shutil.copytree(built, place)
    tmp_path.chmod(0o755)
    away = store.rename(store.with_name("away"))
    try:
        uv("sync", "--frozen", "--quiet", "--python", PYTHON, where=place)
        medusa = place / ".venv" / "bin" / "medusa"
        refused = subprocess.run(
            [medusa, "start"], cwd=place, env=environment(), capture_output=True, text=True, check=False, timeout=300
        )
        assert refused.returncode == 1
        assert "project.http.jwt_secret (JWT_SECRET) is missing, and production does not start" in refused.stderr
        shutil.copy(away / ".env", place)
        migrated = subprocess.run(
            [medusa, "db:migrate"],
            cwd=place,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert "brand_0001 applied" in migrated.stdout, migrated.stderr
        server = Running(place, "start", "--workers", "2", "--host", "127.0.0.1", program=[str(medusa)])
        try:
            assert answer(f"{server.url}/brands/count", "hello") == '{"text":"hello","count":0}'
            assert "server.ready" in server.said("server.ready")
            assert server.stop() == 0, server.output
        finally:
            server.close()
    finally:
        away.rename(store)
        stop_database(place)


def uv(*arguments: str, where: Path) -> None:
    """Run uv as on a machine that knows nothing of ours."""
    program = find_uv() or shutil.which("uv", path=environment()["PATH"])
    assert program is not None
    variables = {key: value for key, value in environment().items() if key not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    run = subprocess.run(
        [program, *arguments], cwd=where, env=variables, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr
