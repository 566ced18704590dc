"""The files for containers that an application has. There is no container engine here: their lines are taken one by one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from medusa.cli.build import OUTPUT
from medusa.cli.scaffold import TEMPLATE
from medusa.framework.config import Config, complete
from medusa.framework.testing.server import CONFIG, live_server

DOCKERFILE = (TEMPLATE / "Dockerfile").read_text().replace("\\\n", "")
SETTINGS = {"JWT_SECRET": "a" * 32, "COOKIE_SECRET": "b" * 32, "POSTGRES_PASSWORD": "c"}


def instructions(name: str) -> list[str]:
    return re.findall(rf"(?m)^{name} (.*)$", DOCKERFILE)


def compose() -> dict[str, Any]:
    """docker-compose.yml with its variables filled in."""
    text = (TEMPLATE / "docker-compose.yml").read_text()
    filled = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: SETTINGS[match[1]], text)
    found: dict[str, Any] = yaml.safe_load(filled)
    return found


def ignored(path: str) -> bool:
    """Whether ``.dockerignore`` keeps the path out: the last line that fits decides."""
    out = False
    for line in (TEMPLATE / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if (
            pattern
            and not line.startswith("#")
            and (path == pattern or fnmatch(path, f"{pattern}/*") or pattern == "*")
        ):
            out = not line.startswith("!")
    return out


def test_image_takes_the_build_and_no_secret() -> None:
    sources = [line.split()[0] for line in instructions("COPY") if not line.startswith("--from")]
    assert sources
    for source in sources:
        assert Path(source).is_relative_to(OUTPUT)
        assert not ignored(source.rstrip("/"))
    assert not ignored(f"{OUTPUT}/src/api/brands.py")
    for path in (
        ".env",
        "src/api/brands.py",
        f"{OUTPUT}/.env",
        f"{OUTPUT}/.medusa/postgres/data/base",
        f"{OUTPUT}/.venv/bin/python",
    ):
        assert ignored(path), path  # fmt: skip


def test_image_runs_as_somebody_without_rights() -> None:
    [user] = instructions("USER")
    assert any(line.startswith("useradd") and line.endswith(f" {user}") for line in instructions("RUN"))
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")


@pytest.mark.parametrize("mode", ["server", "worker"])
def test_services_have_the_settings_they_need(mode: str) -> None:
    services = compose()["services"]
    variables = {**SETTINGS, **services[mode]["environment"]}
    config = complete(Config(), {key: str(value) for key, value in variables.items()})
    assert config.is_production
    assert config.worker_mode == mode
    assert (config.project.http.host, config.project.http.port) == ("0.0.0.0", 9000)
    database, redis = urlsplit(config.project.database_url or ""), urlsplit(config.project.redis_url or "")
    assert {database.hostname, redis.hostname} <= set(services)
    assert database.password == services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert database.path == f"/{services['postgres']['environment']['POSTGRES_DB']}"
    assert services[mode]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    grace = int(services[mode]["stop_grace_period"].removesuffix("s"))
    assert grace > config.project.shutdown_timeout.total_seconds()


def test_database_is_healthy_when_it_can_be_connected_to() -> None:
    """The image of PostgreSQL prepares a new volume with a server that answers at its socket, and then ends it."""
    test = compose()["services"]["postgres"]["healthcheck"]["test"]
    assert "--host" in test


def test_application_is_made_for_redis() -> None:
    """Where ``REDIS_URL`` is set, as above, sessions and the cache are there: their package has to be."""
    assert '"medusa-commerce[redis]"' in (TEMPLATE / "pyproject.toml").read_text()


def test_health_check_tells_a_server_from_none(tmp_path: Path, database_url: str) -> None:
    [check] = instructions("HEALTHCHECK")
    program, *arguments = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    (tmp_path / "medusa_config.py").write_text(CONFIG)

    def code(port: str) -> int:
        run = subprocess.run(
            [sys.executable, *arguments], env={**os.environ, "PORT": port}, stderr=subprocess.DEVNULL, check=False
        )
        return run.returncode

    with live_server(tmp_path, database_url, environment={"MEDUSA_WORKER_MODE": "worker"}) as server:
        port = server.url.rpartition(":")[2]
        assert code(port) == 0
    assert code(port) == 1
