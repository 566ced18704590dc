"""The configuration: where a value comes from, and what is said about a wrong one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from medusa.framework.config import (
    Config,
    Environment,
    HttpConfig,
    ModuleConfig,
    ProjectConfig,
    ProviderConfig,
    WorkerMode,
    complete,
    load_config,
)
from medusa.framework.errors import ConfigurationError

IMPORTS = "from medusa.framework.config import *\nfrom medusa.framework.config import HttpConfig, ProjectConfig\n"
SECRETS = {"JWT_SECRET": "a-long-secret-nobody-knows", "COOKIE_SECRET": "another-long-secret-nobody-knows"}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(os.environ)
    for name in ("MEDUSA_ENV", "DATABASE_URL", "REDIS_URL", "PORT", "HOST", "WORKERS", "STORE_CORS", *SECRETS):
        monkeypatch.delenv(name, raising=False)
    yield
    os.environ.clear()
    os.environ.update(before)


def write(root: Path, config: str, env: str = "") -> Path:
    (root / "medusa_config.py").write_text(IMPORTS + config)
    (root / ".env").write_text(env)
    return root


def test_empty_configuration_runs_the_embedded_server_on_port_9000(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, "config = Config()"))
    assert config.environment is Environment.DEVELOPMENT
    assert config.embedded_directory == tmp_path / ".medusa" / "postgres"
    assert (config.project.http.host, config.project.http.port, config.project.http.workers) == ("127.0.0.1", 9000, 1)
    assert config.worker_mode is WorkerMode.SHARED
    assert config.project.http.store_cors == "http://localhost:8000"


def test_file_wins_over_environment_and_environment_over_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_CORS", "https://environment.example")
    monkeypatch.setenv("ADMIN_CORS", "https://environment.example")
    write(
        tmp_path,
        "config = Config(project=ProjectConfig(http=HttpConfig(store_cors='https://file.example')))",
        "ADMIN_CORS=https://dotenv.example\nDATABASE_URL=postgres://u:p@db:5432/shop\nPORT=9001\nWORKERS=4\n"
        "MEDUSA_WORKER_MODE=server\nREDIS_URL=redis://cache:6379",
    )
    config = load_config(tmp_path)
    http = config.project.http
    assert (http.store_cors, http.admin_cors) == ("https://file.example", "https://environment.example")
    assert (http.port, http.workers) == (9001, 4)
    assert config.project.database_url == "postgres://u:p@db:5432/shop"
    assert config.project.redis_url == "redis://cache:6379"
    assert config.embedded_directory is None
    assert config.worker_mode is WorkerMode.SERVER


def test_file_of_the_environment_wins_over_the_common_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDUSA_ENV", "test")
    (tmp_path / ".env.test").write_text("PORT=9100\n")
    assert load_config(write(tmp_path, "config = Config()", "PORT=9200\n")).project.http.port == 9100


def test_options_of_a_module_arrive_as_they_were_given() -> None:
    options = {"key": object(), "nested": {"list": [1, 2]}}
    provider = ProviderConfig(resolve="shop.stripe", id="stripe", options=options)
    config = complete(Config(modules={"payment": ModuleConfig(providers=[provider])}), {})
    assert config.modules["payment"].providers[0].options == options


def test_http_settings_carry_lifetimes_in_seconds_and_secure_cookies_in_production() -> None:
    http = HttpConfig(jwt_expires_in=timedelta(hours=2), max_body_size=5)
    settings = complete(
        Config(project=ProjectConfig(http=http), environment=Environment.PRODUCTION), SECRETS
    ).http_settings()
    assert settings.jwt_expires_in_seconds == 7200
    assert settings.body_limit_bytes == 5
    assert settings.cookie_secure is True
    assert settings.jwt_secret == SECRETS["JWT_SECRET"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "config = Config(project=ProjectConfig(databse_url='x'))",
            'ProjectConfig has no setting "databse_url": did you mean "database_url"?',
        ),
        (
            "config = Config(project=ProjectConfig(http=HttpConfig(store_corss='x')))",
            'HttpConfig has no setting "store_corss": did you mean "store_cors"?',
        ),
        (
            "config = Config(database_url='postgres://h/d')",
            '"database_url" is a setting of ProjectConfig, not of Config: move it there',
        ),
        ("config = Config(zzz=1)", "it has project, modules, plugins, environment, root"),
        ("config = Config(", "medusa_config.py, line 3: '(' was never closed"),
        ("x = 1\nconfig = nothing", "medusa_config.py, line 4: NameError: name 'nothing' is not defined"),
        ("config = {}", "must export config = Config(...), it exports dict"),
        ("", "must export config = Config(...), it exports NoneType"),
        (
            "config = Config(project=ProjectConfig(http=HttpConfig(port='9000')))",
            "project.http.port in medusa_config.py has the wrong type: expected `int`, got `str`",
        ),
        (
            "config = Config(environment='live')",
            "environment in medusa_config.py has the wrong type: invalid enum value 'live'",
        ),
    ],
)
def test_mistake_in_the_file_is_named_with_its_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as failure:
        load_config(write(tmp_path, text))
    assert message in str(failure.value)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"DATABASE_URL": "mysql://u@h/d"},
            "project.database_url (DATABASE_URL) does not begin with postgres:// or postgresql://: write it as "
            "postgresql://user:password@host/medusa.",
        ),
        ({"DATABASE_URL": "postgres://u@h"}, "(DATABASE_URL) names no database"),
        ({"DATABASE_URL": "postgres:///d"}, "(DATABASE_URL) names no host"),
        ({"DATABASE_URL": "postgres://u@h:port/d"}, "(DATABASE_URL) is not a URL"),
        ({"REDIS_URL": "localhost:6379"}, "project.redis_url (REDIS_URL) does not begin with redis://"),
        ({"STORE_CORS": "localhost:8000"}, 'project.http.store_cors (STORE_CORS): "localhost:8000" is not an origin'),
        ({"AUTH_CORS": "https://a.example/"}, "project.http.auth_cors (AUTH_CORS)"),
        ({"ADMIN_CORS": "/(/"}, "project.http.admin_cors (ADMIN_CORS): /(/ is not a regular expression"),
        ({"PORT": "http"}, 'PORT is "http": give a whole number from 1 to 65535'),
        ({"WORKERS": "0"}, 'WORKERS is "0": give a whole number from 1 to 512'),
        ({"MEDUSA_ENV": "live"}, 'MEDUSA_ENV is "live": give one of development, production, test'),
        ({"MEDUSA_WORKER_MODE": "both"}, 'MEDUSA_WORKER_MODE is "both": give one of shared, server, worker'),
        ({"LOG_LEVEL": "loud"}, 'project.log_level (LOG_LEVEL) is "loud": give debug, info, warning or error'),
        ({"MEDUSA_ENV": "production"}, "project.http.jwt_secret (JWT_SECRET) is missing, and production does not"),
        (
            {"MEDUSA_ENV": "production", **SECRETS, "COOKIE_SECRET": "supersecret"},
            "project.http.cookie_secret (COOKIE_SECRET) is missing",
        ),
        (
            {"MEDUSA_ENV": "production", **SECRETS, "JWT_SECRET": "short"},
            "project.http.jwt_secret (JWT_SECRET) can be guessed",
        ),
    ],
)
def test_wrong_variable_is_named_with_its_remedy(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as failure:
        complete(Config(), environ)
    assert message in str(failure.value)


def test_missing_file_says_where_to_run_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="run the command in an application's directory"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    "origins", ["*", "https://a.example,http://localhost:8000", r"/https:\/\/.*\.example/", "https://a.example, *"]
)
def test_origins_may_be_many_a_pattern_or_all(origins: str) -> None:
    assert complete(Config(), {"STORE_CORS": origins}).project.http.store_cors == origins
