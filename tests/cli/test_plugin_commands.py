"""``medusa plugin:…`` as a developer types it: make, fill, try, build, add to an application."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from medusa.cli.main import app
from medusa.cli.plugin_work import check_archive
from medusa.cli.scaffold import Plan, write_files
from medusa.framework.errors import ConfigurationError
from medusa.framework.testing.server import free_port
from tests.applications import MYPY_CACHE, commands, medusa, migrated_environment, run, run_tests, variables
from tests.docs.howto_pages import DOCS, read_page, write_application

PAGE_TEXT = (DOCS / "how-to" / "plugin.md").read_text(encoding="utf-8")
PAGE = read_page(DOCS / "how-to" / "plugin.md")
TO_DO = re.compile(r'    pytest\.fail\("""To do:\n.*?"""\)\n', re.DOTALL)


@pytest.fixture(scope="module")
def environment(worker_id: str) -> Iterator[dict[str, str]]:
    with migrated_environment(f"plugins_{worker_id}") as environment:
        yield {**environment, "UV_NO_DEV": "1"}  # the tools of tests are here already


@pytest.fixture(scope="module")
def new_plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plug-in as it is made."""
    place = tmp_path_factory.mktemp("plugins")
    with chdir(place):
        made = CliRunner().invoke(app, ["new", "plugin", "medusa-gift-wrap", "--skip-install"], catch_exceptions=False)
    assert "medusa-gift-wrap is ready" in made.stderr
    return place / "medusa-gift-wrap"


@pytest.fixture(scope="module")
def outcomes_of_new(new_plugin: Path, environment: dict[str, str]) -> dict[str, str]:
    """What became of the tests that it came with."""
    return run_tests(new_plugin, environment)


@pytest.fixture(scope="module")
def plugin(new_plugin: Path, outcomes_of_new: dict[str, str], environment: dict[str, str]) -> Path:
    """The plug-in of the how-to page, made as the page says."""
    module, early = commands(new_plugin, environment, ["new", "module", "wrap"], ["plugin:build"])
    assert module.startswith("medusa_gift_wrap/modules/wrap/models.py\n")
    assert "medusa_gift_wrap/modules/wrap has models and no migrations: run `medusa db:generate wrap`" in early
    (new_plugin / "medusa_gift_wrap" / "api" / "store" / "greeting.py").unlink()
    write_application(new_plugin, [PAGE])
    generated, built = commands(new_plugin, environment, ["db:generate", "wrap"], ["plugin:build"])
    assert generated.startswith("medusa_gift_wrap/modules/wrap/migrations/r0001_initial_tables.py\n")
    assert "dist/medusa_gift_wrap-0.1.0.tar.gz\n" in built
    return new_plugin


def test_the_tests_of_a_new_plugin_run(outcomes_of_new: dict[str, str]) -> None:
    assert outcomes_of_new == {
        "tests/test_plugin.py::test_it_is_active": "",
        "tests/test_plugin.py::test_visitors_are_greeted": "",
    }


def test_the_plugin_of_the_page_is_typed_and_its_tests_run(plugin: Path, environment: dict[str, str]) -> None:
    for path in plugin.glob("tests/modules/*.py"):
        path.write_text(
            TO_DO.sub("", path.read_text())
            .replace("import pytest\n\n", "")
            .replace('"name": "First"', '"color": "red", "price": 1')
            .replace('.name == "First"', '.color == "red"')
        )
    assert run_tests(plugin, environment) == {
        "tests/test_plugin.py::test_wraps_of_the_shops_colors_are_offered": "",
        "tests/modules/test_wrap.py::test_wraps_are_kept": "",
    }
    typed = run(plugin, environment, "mypy", "--cache-dir", MYPY_CACHE)
    assert typed.returncode == 0, typed.stdout
    checked = run(plugin, environment, "ruff", "check", "--no-cache", ".")
    assert checked.returncode == 0, checked.stdout


def test_a_build_has_everything_and_an_application_takes_it(plugin: Path, environment: dict[str, str]) -> None:
    wheel = plugin / "dist" / "medusa_gift_wrap-0.1.0-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert "medusa_gift_wrap/modules/wrap/migrations/r0001_initial_tables.py" in names
    assert not [name for name in names if name.startswith(("tests", "medusa_config"))]

    shop = plugin.parent / "shop"
    write_files(Plan(shop, "shop", None, seed=False, install=False, admin_email=None, admin_password=None))
    added = medusa(shop, environment, "plugin:add", str(wheel))
    assert added.returncode == 0, added.stderr
    assert "Object missing required field `colors`" in added.stderr
    assert '"medusa-gift-wrap"' in (shop / "pyproject.toml").read_text()
    line = next(line for line in PAGE_TEXT.splitlines() if line.startswith("and into its")).split("`")[-2]
    (shop / "medusa_config.py").write_text(
        f"from medusa.framework.config import Config, PluginConfig\n\nconfig = Config({line})\n"
    )
    python = shop / ".venv" / "bin" / "python"
    listed, refused = commands(shop, environment, ["plugin:list"], ["db:generate", "wrap"], python=python)
    assert listed == "medusa-gift-wrap 0.1.0 (colors=['red'], free=False)\n"
    assert "wrap belongs to an installed package: its migrations are written where it is developed" in refused
    with chdir(shop), pytest.raises(ConfigurationError, match="is no plug-in"):
        CliRunner().invoke(app, ["plugin:add", str(shop)], catch_exceptions=False)


def test_develop_serves_the_plugin_and_reloads_it(plugin: Path, environment: dict[str, str]) -> None:
    port, log = str(free_port()), plugin.parent / "develop.log"
    route = plugin / "medusa_gift_wrap" / "api" / "probe.py"
    code = (
        "from medusa.framework.http import AuthContext, Response, get\n\n\n"
        '@get("/probe")\nasync def probe(ctx: AuthContext) -> Response:\n    """Probe."""\n'
        '    return ctx.json({"paper": "red"})\n'
    )
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "medusa.cli.main", "plugin:develop", "--port", port],
            cwd=plugin,
            env=variables(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(log.read_text, "✓ Ready")
        for color in ("red", "blue"):
            route.write_text(code.replace("red", color))
            wait_for(lambda: asked(f"http://127.0.0.1:{port}/probe"), color)
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(120)
        print(log.read_text())  # shown where the test fails
        route.unlink(missing_ok=True)
    assert status == 0


def asked(url: str) -> str:
    """What a server answers, or why it does not."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return str(response.read(), "utf-8")
    except OSError as error:
        return str(error)


def wait_for(read: Callable[[], str], expected: str) -> None:
    """Read until what is expected is there."""
    limit, last = time.monotonic() + 120, ""
    while time.monotonic() < limit:
        if expected in (last := read()):
            return
        time.sleep(0.1)
    raise AssertionError(f"{last}: expected {expected}")


def test_a_version_that_does_not_fit_stops_the_boot_with_a_sentence(plugin: Path, environment: dict[str, str]) -> None:
    project = plugin / "pyproject.toml"
    text = project.read_text()
    project.write_text(text.replace(">=0.1,<0.2", ">=2"))
    stopped = medusa(plugin, {**environment, "MEDUSA_ENV": "development"}, "start", "--port", str(free_port()))
    project.write_text(text)
    assert stopped.returncode == 1
    assert "Error: The plug-in medusa-gift-wrap 0.1.0 needs medusa-commerce >=2, this is 0." in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_what_is_missing_in_a_plugin_is_told_before_it_is_published(plugin: Path) -> None:
    project = plugin / "pyproject.toml"
    text = project.read_text()
    project.write_text(text.replace(">=0.1,<0.2", ""))
    with chdir(plugin), pytest.raises(ConfigurationError, match="does not say which versions of Medusa"):
        CliRunner().invoke(app, ["plugin:build"], catch_exceptions=False)
    project.write_text(text)
    late = plugin / "medusa_gift_wrap" / "late.json"
    late.write_text("{}")
    with pytest.raises(ConfigurationError, match=r"none-any\.whl lacks medusa_gift_wrap/late\.json: correct what"):
        check_archive(plugin / "dist" / "medusa_gift_wrap-0.1.0-py3-none-any.whl", plugin / "medusa_gift_wrap")
    late.unlink()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Gift Wrap", 'cannot be the name of a plug-in: .*for example "medusa-gift-wrap"'),
        ("class", "cannot be the name of a plug-in"),
        ("json", 'There is a package "json" already: choose another name, for example "medusa-json"'),
        ("medusa", 'There is a package "medusa" already'),
        ("src", 'There is a package "src" already'),
    ],
)
def test_names_that_are_taken_or_none_are_refused(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=message):
        CliRunner().invoke(app, ["plugin:new", name], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["plugin:build"], ["plugin:develop"], ["plugin:develop", "."]])
def test_outside_of_a_plugin_the_way_is_told(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"There is no plug-in in .* make one with `medusa plugin:new NAME`"):
        CliRunner().invoke(app, command, catch_exceptions=False)
