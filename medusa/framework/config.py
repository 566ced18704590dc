"""An application's configuration: ``medusa_config.py``, completed by the environment and ``.env``, checked at start.

What the file gives wins; what it leaves out comes from the environment, then from ``.env``, then from the default.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import msgspec
from dotenv import dotenv_values

from medusa.framework.config_checks import DEFAULT_SECRET, check_networks, check_origins, check_secret, check_url
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.settings import HttpSettings

FILE_NAME = "medusa_config.py"
T = TypeVar("T")


class Environment(StrEnum):
    """What the application runs for (``MEDUSA_ENV``)."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class WorkerMode(StrEnum):
    """Which work a process takes on: ``server`` answers HTTP, ``worker`` runs subscribers and jobs, ``shared`` both."""

    SHARED = "shared"
    SERVER = "server"
    WORKER = "worker"


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpConfig:
    """The HTTP server. An empty value means: not given here, look in the environment.

    Args:
        store_cors: Origins that may call ``/store`` from a browser, separated by commas; ``/x/`` is a regular
            expression (STORE_CORS). ``admin_cors`` (ADMIN_CORS) and ``auth_cors`` (AUTH_CORS) alike.
        jwt_secret: Signs the tokens (JWT_SECRET). ``cookie_secret`` signs session cookies (COOKIE_SECRET).
        max_body_size: Bytes of a JSON, form or text body that are accepted; ``max_upload_size`` those of any other.
        header_timeout: How long a client may take to send the head of a request.
        body_timeout: How long it may take to send a JSON, form or text body, or to send the next part of any other.
        auth_requests_per_minute: So many ``POST``s to ``/auth`` are accepted from one address; 0 for no limit.
        trusted_proxies: Addresses and networks of proxies, separated by commas, that are believed who the client is; ``*`` for
            whoever connects (TRUSTED_PROXIES).
        workers: Server processes (WORKERS).
    """

    host: str = ""
    port: int = 0
    workers: int = 0
    store_cors: str = ""
    admin_cors: str = ""
    auth_cors: str = ""
    jwt_secret: str = ""
    cookie_secret: str = ""
    jwt_expires_in: timedelta = timedelta(days=1)
    session_expires_in: timedelta = timedelta(hours=10)
    cookie_secure: bool | None = None
    max_body_size: int = 102_400
    max_upload_size: int = 104_857_600
    header_timeout: timedelta = timedelta(seconds=30)
    body_timeout: timedelta = timedelta(seconds=30)
    auth_requests_per_minute: int = 600
    trusted_proxies: str = ""
    access_log: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectConfig:
    """The application as a whole.

    Args:
        database_url: PostgreSQL 14 or later (DATABASE_URL); without one the embedded server is used.
        database_pool_size: Connections of each process, at most.
        database_acquire_timeout: How long a request waits for a free connection before it is refused with 503.
        database_statement_timeout: A statement that runs longer is cancelled by PostgreSQL.
        database_idle_timeout: A transaction in which nothing happens for so long is ended by PostgreSQL.
        workflow_lease: Without a sign of life for so long, a workflow is taken over by another process.
        shutdown_timeout: How long a server that is to stop lets requests and jobs come to their end.
        redis_url: Redis for the providers that use it (REDIS_URL).
        worker_mode: See ``WorkerMode`` (MEDUSA_WORKER_MODE).
        log_level: ``debug``, ``info``, ``warning`` or ``error`` (LOG_LEVEL).
    """

    database_url: str | None = None
    database_pool_size: int = 10
    database_acquire_timeout: timedelta = timedelta(seconds=10)
    database_statement_timeout: timedelta = timedelta(seconds=30)
    database_idle_timeout: timedelta = timedelta(seconds=30)
    workflow_lease: timedelta = timedelta(seconds=6)
    shutdown_timeout: timedelta = timedelta(seconds=30)
    redis_url: str | None = None
    http: HttpConfig = field(default_factory=HttpConfig)
    worker_mode: WorkerMode | None = None
    log_level: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderConfig:
    """One provider of a module: where its class is (``package.module`` or ``package.module:Class``), and its id.

    Of several, the module uses the one with ``is_default`` where nobody names another; else the first.
    """

    resolve: str
    id: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    is_default: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ModuleConfig:
    """Options and providers of a module; modules themselves are found, not configured."""

    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    providers: Sequence[ProviderConfig] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PluginConfig:
    """Options of a plug-in; an installed one that is not configured is active all the same.

    Args:
        enabled: False switches it off: nothing of it is loaded. Its tables stay.
    """

    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    enabled: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """What ``medusa_config.py`` exports as ``config``."""

    project: ProjectConfig = field(default_factory=ProjectConfig)
    modules: Mapping[str, ModuleConfig] = field(default_factory=dict[str, ModuleConfig])
    plugins: Mapping[str, PluginConfig] = field(default_factory=dict[str, PluginConfig])
    environment: Environment | None = None
    root: Path = Path()

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def embedded_directory(self) -> Path | None:
        """Where the embedded server lives; None when a database is configured."""
        return None if self.project.database_url else self.root / ".medusa" / "postgres"

    @property
    def worker_mode(self) -> WorkerMode:
        return self.project.worker_mode or WorkerMode.SHARED

    def http_settings(self) -> HttpSettings:
        """What the HTTP layer takes from here."""
        http = self.project.http
        return HttpSettings(
            jwt_secret=http.jwt_secret,
            cookie_secret=http.cookie_secret,
            store_cors=http.store_cors,
            admin_cors=http.admin_cors,
            auth_cors=http.auth_cors,
            jwt_expires_in_seconds=int(http.jwt_expires_in.total_seconds()),
            session_ttl_seconds=int(http.session_expires_in.total_seconds()),
            cookie_secure=self.is_production if http.cookie_secure is None else http.cookie_secure,
            body_limit_bytes=http.max_body_size,
            upload_limit_bytes=http.max_upload_size,
            body_timeout_seconds=http.body_timeout.total_seconds(),
            auth_requests_per_minute=http.auth_requests_per_minute,
            trusted_proxies=http.trusted_proxies,
            access_log=http.access_log,
        )


_Settings = Config | ProjectConfig | HttpConfig | ModuleConfig | ProviderConfig | PluginConfig


def load_config(root: Path) -> Config:
    """Read, complete and check the configuration of the application in ``root``; ``.env`` joins the environment.

    Raises:
        ConfigurationError: A setting is missing or wrong; names it, and says what to do.
    """
    root = root.resolve()
    load_environment(root)
    return complete(read_config(root), os.environ)


def read_config(root: Path) -> Config:
    """What the application's ``medusa_config.py`` says by itself, neither completed nor checked."""
    return replace(_read(root / FILE_NAME), root=root)


def load_environment(root: Path) -> None:
    """Put ``.env.<MEDUSA_ENV>`` and ``.env`` into the process's environment, below what is there."""
    kind = os.environ.get("MEDUSA_ENV", Environment.DEVELOPMENT)
    for name in (f".env.{kind}", ".env"):
        for key, value in dotenv_values(root / name).items():
            os.environ.setdefault(key, value or "")


def complete(config: Config, environ: Mapping[str, str]) -> Config:
    """Fill what the file leaves out from the environment, and check the whole.

    Raises:
        ConfigurationError: A setting is missing or wrong.
    """
    config = _typed(config)
    kind = config.environment or _choice(Environment, "MEDUSA_ENV", environ, Environment.DEVELOPMENT)
    project, http = config.project, config.project.http
    production = kind is Environment.PRODUCTION
    http = replace(
        http,
        host=http.host or environ.get("HOST") or ("0.0.0.0" if production else "127.0.0.1"),
        port=http.port or _number("PORT", environ, 9000, 65_535),
        workers=http.workers or _number("WORKERS", environ, 1, 512),
        store_cors=http.store_cors or environ.get("STORE_CORS") or "http://localhost:8000",
        admin_cors=http.admin_cors or environ.get("ADMIN_CORS") or "http://localhost:5173,http://localhost:9000",
        auth_cors=http.auth_cors
        or environ.get("AUTH_CORS")
        or "http://localhost:5173,http://localhost:9000,http://localhost:8000",
        trusted_proxies=http.trusted_proxies or environ.get("TRUSTED_PROXIES") or "",
        jwt_secret=http.jwt_secret or environ.get("JWT_SECRET") or DEFAULT_SECRET,
        cookie_secret=http.cookie_secret or environ.get("COOKIE_SECRET") or DEFAULT_SECRET,
    )
    project = replace(
        project,
        database_url=project.database_url or environ.get("DATABASE_URL") or None,
        redis_url=project.redis_url or environ.get("REDIS_URL") or None,
        worker_mode=project.worker_mode or _choice(WorkerMode, "MEDUSA_WORKER_MODE", environ, WorkerMode.SHARED),
        log_level=(project.log_level or environ.get("LOG_LEVEL") or "info").lower(),
        http=http,
    )
    _check(project, production=production)
    return replace(config, project=project, environment=kind)


def _check(project: ProjectConfig, *, production: bool) -> None:
    http = project.http
    check_url("project.database_url (DATABASE_URL)", project.database_url, ("postgres", "postgresql"), "medusa")
    check_url("project.redis_url (REDIS_URL)", project.redis_url, ("redis", "rediss", "unix"), "0")
    for scope in ("store", "admin", "auth"):
        check_origins(f"project.http.{scope}_cors ({scope.upper()}_CORS)", getattr(http, f"{scope}_cors"))
    check_networks("project.http.trusted_proxies (TRUSTED_PROXIES)", http.trusted_proxies)
    if http.auth_requests_per_minute < 0:
        raise ConfigurationError(
            f"project.http.auth_requests_per_minute is {http.auth_requests_per_minute}: give 0 for no limit, or more."
        )
    for name in ("jwt_secret", "cookie_secret"):
        if production:
            check_secret(f"project.http.{name} ({name.upper()})", getattr(http, name))
    for name, time in (
        ("project.database_acquire_timeout", project.database_acquire_timeout),
        ("project.database_statement_timeout", project.database_statement_timeout),
        ("project.database_idle_timeout", project.database_idle_timeout),
        ("project.http.header_timeout", http.header_timeout),
        ("project.http.body_timeout", http.body_timeout),
        ("project.workflow_lease", project.workflow_lease),
        ("project.shutdown_timeout", project.shutdown_timeout),
    ):
        if time <= timedelta(0):
            raise ConfigurationError(f"{name} is {time}: give a time above zero, e.g. timedelta(seconds=10).")
    for name, value in (
        ("project.database_pool_size", project.database_pool_size),
        ("project.http.max_body_size", http.max_body_size),
        ("project.http.max_upload_size", http.max_upload_size),
        ("project.http.workers", http.workers),
    ):
        if value < 1:
            raise ConfigurationError(f"{name} is {value}: give a number of 1 or more.")
    if project.log_level not in {"debug", "info", "warning", "error"}:
        raise ConfigurationError(
            f'project.log_level (LOG_LEVEL) is "{project.log_level}": give debug, info, warning or error.'
        )


def _choice(kind: type[T], name: str, environ: Mapping[str, str], default: T) -> T:
    given = environ.get(name)
    if not given:
        return default
    try:
        return kind(given)  # type: ignore[call-arg]
    except ValueError:
        allowed = ", ".join(str(value) for value in kind)  # type: ignore[attr-defined]
        raise ConfigurationError(f'{name} is "{given}": give one of {allowed}.') from None


def _number(name: str, environ: Mapping[str, str], default: int, largest: int) -> int:
    given = environ.get(name)
    if not given:
        return default
    if not given.isdecimal() or not 1 <= int(given) <= largest:
        raise ConfigurationError(f'{name} is "{given}": give a whole number from 1 to {largest}.')
    return int(given)


def _typed(config: Config) -> Config:
    """Check the types of every setting: a file is not type-checked before it is run."""
    try:
        return replace(msgspec.convert(_plain(config), Config), root=config.root)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        setting = where.strip("`").removeprefix("$.") or "config"
        raise ConfigurationError(f"{setting} in {FILE_NAME} has the wrong type: {what[0].lower()}{what[1:]}.") from None


def _plain(value: object) -> object:
    """Our own classes as dictionaries; what an application puts into ``options`` stays as it is."""
    if isinstance(value, _Settings):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.name != "root"}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return value


def _read(path: Path) -> Config:
    """Run the file and take its ``config``."""
    if not path.exists():
        raise ConfigurationError(
            f"There is no {FILE_NAME} in {path.parent}: run the command in an application's directory, or make an "
            "application with create-medusa-app."
        )
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("medusa_config", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ConfigurationError:
        raise
    except SyntaxError as error:
        raise ConfigurationError(f"{error.filename}, line {error.lineno}: {error.msg}.") from error
    except Exception as error:
        raise ConfigurationError(_explain(path, error)) from error
    config = getattr(module, "config", None)
    if not isinstance(config, Config):
        raise ConfigurationError(f"{path} must export config = Config(...), it exports {type(config).__name__}.")
    for name, given in cast("Mapping[str, object]", config.plugins).items():
        if not isinstance(given, PluginConfig):
            raise ConfigurationError(
                f'plugins["{name}"] in {FILE_NAME} is a {type(given).__name__}: write PluginConfig(options={{...}}).'
            )
    return config


def _explain(path: Path, error: Exception) -> str:
    """Cause and remedy of what went wrong in the file; a misspelt setting gets a suggestion."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"{path}, line {lines[-1]}" if lines else str(path)
    unknown = re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", str(error))
    kinds = {kind.__name__: kind for kind in get_args(_Settings)}
    if not unknown or unknown[1] not in kinds:
        return f"{place}: {type(error).__name__}: {error}."
    known = [item.name for item in fields(kinds[unknown[1]])]
    close = get_close_matches(unknown[2], known, n=1)
    if not close:
        for kind in kinds.values():
            if unknown[2] in {item.name for item in fields(kind)}:
                return f'{place}: "{unknown[2]}" is a setting of {kind.__name__}, not of {unknown[1]}: move it there.'
    hint = f'did you mean "{close[0]}"?' if close else f"it has {', '.join(known)}."
    return f'{place}: {unknown[1]} has no setting "{unknown[2]}": {hint}'
