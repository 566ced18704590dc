"""Plug-ins: found by entry point, and what stops the start."""

from __future__ import annotations

import sys
from contextlib import chdir
from pathlib import Path

import pytest

from medusa.cli.plugin_work import describe_here, requirement_of
from medusa.framework.app import App
from medusa.framework.asgi import http_application
from medusa.framework.config import Config, PluginConfig
from medusa.framework.db.branches import branches
from medusa.framework.discovery import import_folders
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.discovery import discover
from medusa.framework.plugins import GROUP, InstalledPlugin, active_plugins
from medusa.framework.workflows.step import registry as steps
from medusa.framework.workflows.workflow import registry as workflows

PACKAGE = """
from msgspec import Struct

from medusa.framework.plugins import Plugin


class Options(Struct, frozen=True):
    key: str
    limit: int = 3


plugin = Plugin("{name}", options=Options)
"""
CONFIG = "from medusa.framework.config import Config, PluginConfig\nconfig = Config(plugins={plugins})\n"
GIVEN = 'PluginConfig(options={"key": "k"})'


class Site:
    """An application, and a folder on Python's path into which plug-ins are installed."""

    def __init__(self, root: Path) -> None:
        self.application, self.folder = root / "shop", root / "site"
        self.application.mkdir()
        self.folder.mkdir()
        self.configure()

    def configure(self, **plugins: str) -> None:
        """Write the configuration; the names of plug-ins with a dash for each underscore."""
        entries = ", ".join(f'"{name.replace("_", "-")}": {given}' for name, given in plugins.items())
        text = CONFIG.replace("{plugins}", f"{{{entries}}}")
        (self.application / "medusa_config.py").write_text(text)

    def install(
        self, name: str, *, requires: str = "medusa-commerce", code: str = PACKAGE, value: str = "", by: str = ""
    ) -> Path:
        """Install a package with one plug-in; its folder."""
        package = (by or name).replace("-", "_")
        metadata = f"Metadata-Version: 2.1\nName: {by or name}\nVersion: 1.2\nRequires-Dist: {requires}\n"
        info = self.folder / f"{package}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(metadata)
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value or f'{package}:plugin'}\n")
        (self.folder / package).mkdir()
        (self.folder / package / "__init__.py").write_text(code.replace("{name}", name))
        return self.folder / package

    def active(self) -> list[InstalledPlugin]:
        return active_plugins(self.application)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    return Site(tmp_path)


def test_an_installed_plugin_is_active_with_typed_options(site: Site) -> None:
    site.install("acme-found")
    site.configure(acme_found='PluginConfig(options={"key": "k", "limit": 5})')
    [plugin] = site.active()
    assert (plugin.name, plugin.version, plugin.package) == ("acme-found", "1.2", "acme_found")
    assert plugin.is_developed

    class Application:
        config = Config(plugins={"acme-found": PluginConfig(options={"key": "other"})})

    options = plugin.plugin.options(Application())
    assert (options.key, options.limit) == ("other", 3)


def test_what_is_switched_off_is_not_imported_and_keeps_its_tables(site: Site) -> None:
    folder = site.install("acme-off", code="raise RuntimeError('imported')\n")
    (folder / "modules" / "acme_thing").mkdir(parents=True)
    (folder / "modules" / "acme_thing" / "models.py").write_text("")
    site.configure(acme_off="PluginConfig(enabled=False)")
    assert site.active() == []
    assert "acme_thing" in {branch.name for branch in branches(site.application)}


async def test_a_boot_runs_the_configuration_once(
    site: Site, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("acme-once")
    site.configure(acme_once=GIVEN)
    with (site.application / "medusa_config.py").open("a") as file:
        file.write("with open(__file__ + '.runs', 'a') as runs:\n    runs.write('x')\n")
    monkeypatch.setenv("DATABASE_URL", database_url)
    async with App.open(site.application) as app:
        http_application(app)
        assert [plugin.name for plugin in app.plugins] == ["acme-once"]
    assert (site.application / "medusa_config.py.runs").read_text() == "x"


def test_the_list_shows_also_what_is_switched_off(site: Site) -> None:
    site.install("acme-shown")
    site.install("acme-off")
    site.configure(acme_shown=GIVEN, acme_off="PluginConfig(enabled=False)")
    with chdir(site.application):
        assert describe_here() == ["acme-shown 1.2 (key='k', limit=3)", "acme-off (switched off)"]


def test_a_path_is_a_dependency_with_its_name(tmp_path: Path) -> None:
    project = (
        '[project]\nname = "Acme_Gifts"\n[project.entry-points."medusa.plugins"]\nacme-gifts = "acme_gifts:plugin"\n'
    )
    (tmp_path / "pyproject.toml").write_text(project)
    assert requirement_of(tmp_path) == f"acme-gifts @ file://{tmp_path}"
    assert requirement_of(tmp_path / "acme_gifts-1.0-py3-none-any.whl").startswith(
        f"acme-gifts @ file://{tmp_path}/acme"
    )


def test_without_an_application_there_are_no_plugins(site: Site, tmp_path: Path) -> None:
    site.install("acme-nowhere", code="raise RuntimeError('imported')\n")
    assert active_plugins(tmp_path) == active_plugins(None) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("PluginConfig()", "Object missing required field `key`"),
        ('PluginConfig(options={"key": 1})', "Expected `str`, got `int` - at `$.key`"),
        ('PluginConfig(options={"key": "k", "limt": 1})', 'have no "limt": did you mean "limit"?'),
        ('PluginConfig(options={"key": "k", "zzz": 1})', 'have no "zzz": it takes key, limit.'),
        ('{"key": "k"}', "is a dict: write PluginConfig(options={...})."),
    ],
)
def test_wrong_options_stop_the_start_with_the_remedy(site: Site, given: str, message: str) -> None:
    site.install("acme-options")
    site.configure(acme_options=given)
    with pytest.raises(ConfigurationError) as failure:
        site.active()
    assert "acme-options" in str(failure.value)
    assert message in str(failure.value)


def test_a_version_that_does_not_fit_is_told_before_the_code_is_imported(site: Site) -> None:
    site.install("acme-old", requires="medusa-commerce<0.1", code="raise RuntimeError('imported')\n")
    with pytest.raises(ConfigurationError, match=r"The plug-in acme-old 1\.2 needs medusa-commerce <0\.1, this is 0\."):
        site.active()
    site.configure(acme_old="PluginConfig(enabled=False)")
    assert site.active() == []


def test_what_is_configured_and_not_installed_is_told(site: Site) -> None:
    site.install("acme-near")
    site.configure(acme_naer=GIVEN)
    with pytest.raises(
        ConfigurationError, match=r'names "acme-naer", which is not installed: did you mean "acme-near"\?'
    ):
        site.active()
    site.configure(something="PluginConfig()")
    with pytest.raises(ConfigurationError, match="add it with `medusa plugin:add something`, or remove it"):
        site.active()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "import nothing_of_this_name\n",
            r"__init__\.py, line 1: ModuleNotFoundError: No module named 'nothing_of_this_name'",
        ),
        ("plugin = 5\n", r"names a int: let it name a Plugin\(\.\.\.\)"),
        ("x = 1\n", "AttributeError"),
        (PACKAGE.replace("{name}", "another"), "names the plug-in 'another': give both the same name"),
    ],
    ids=["broken", "no plug-in", "missing", "another name"],
)
def test_a_package_that_is_wrong_is_told(site: Site, code: str, message: str, request: pytest.FixtureRequest) -> None:
    name = f"acme-wrong-{request.node.callspec.id.replace(' ', '-')}"
    site.install(name, code=code)
    site.configure(**{name.replace("-", "_"): GIVEN})
    with pytest.raises(ConfigurationError, match=message):
        site.active()


def test_one_name_of_two_packages_is_refused(site: Site) -> None:
    site.install("acme-twice")
    site.install("acme-twice", by="other-package")
    with pytest.raises(ConfigurationError, match=r"Two packages are the plug-in acme-twice: .*Uninstall one of them"):
        site.active()


def test_modules_of_the_same_name_are_refused(site: Site) -> None:
    for name in ("acme-left", "acme-right"):
        models = site.install(name) / "modules" / "acme_same" / "models.py"
        models.parent.mkdir(parents=True)
        models.write_text("")
    site.configure(acme_left=GIVEN, acme_right=GIVEN)
    with pytest.raises(
        ConfigurationError, match="acme-right has a module 'acme_same', and so has acme_left: switch one off"
    ):
        branches(site.application)
    site.configure(acme_left=GIVEN, acme_right="PluginConfig(enabled=False)")
    assert [branch.models for branch in branches(site.application) if branch.name == "acme_same"] == [
        "acme_left.modules.acme_same.models"
    ]


def test_routes_of_a_plugin_lie_over_shipped_ones_and_below_the_applications(site: Site) -> None:
    route = (
        "from medusa.framework.http import Context, Response, get\n\n\n"
        '@get("PATH")\nasync def answer(ctx: Context) -> Response:\n    """Answer."""\n    return ctx.json({})\n'
    )
    folder = site.install("acme-routes") / "api"
    folder.mkdir()
    (folder / "shop.py").write_text(
        route.replace("PATH", "/store/regions") + route.replace("PATH", "/acme").replace("answer", "acme")
    )
    site.configure(acme_routes=GIVEN)
    found = {
        (route.method, route.path): route.module for route in discover(site.application, plugins=site.active()).routes
    }
    assert found["GET", "/store/regions"] == found["GET", "/acme"] == "acme_routes.api.shop"
    assert found["GET", "/store/products"] == "medusa.api.store.products"


@pytest.mark.parametrize(
    ("name", "code", "place"),
    [
        ("acme-broken", "x = 1\nraise ValueError('no')\n", r"bad\.py, line 2: ValueError: no"),
        ("acme-unreadable", "x = 1\ndef f(:\n", r"bad\.py, line 2: SyntaxError: invalid syntax"),
        ("acme-deep", "import json\njson.loads('{')\n", r"bad\.py, line 2: JSONDecodeError: "),
    ],
)
def test_a_mistake_in_one_of_its_files_is_told_with_its_place(site: Site, name: str, code: str, place: str) -> None:
    folder = site.install(name) / "api"
    folder.mkdir()
    (folder / "bad.py").write_text(code)
    site.configure(**{name.replace("-", "_"): GIVEN})
    with pytest.raises(ConfigurationError, match=rf"{name} cannot be loaded: \S*{place}"):
        discover(site.application, plugins=site.active())


@pytest.mark.parametrize("kind", ["workflow", "step"])
def test_workflows_and_steps_of_the_same_name_are_refused(site: Site, kind: str) -> None:
    name = f"acme-{kind}-of-two"
    code = (
        f"from medusa.framework.workflows import WorkflowContext, {kind}\n\n\n"
        f'@{kind}("{name}")\nasync def wrap(ctx: WorkflowContext, data: str) -> None:\n    """Wrap."""\n'
    )
    folders = [site.install(f"acme-{side}-{kind}") for side in ("first", "second")]
    for folder in folders:
        (folder / "workflows").mkdir()
        (folder / "workflows" / "wrap.py").write_text(code)
    both = f"'{name}', acme_first_{kind}.workflows.wrap.wrap and acme_second_{kind}.workflows.wrap.wrap"
    try:
        import_folders(folders[0], ("workflows",))
        with pytest.raises(ConfigurationError, match=rf"There are two {kind}s with the .* {both}: give one another"):
            import_folders(folders[1], ("workflows",))
    finally:
        workflows.pop(name, None)
        steps.pop(name, None)
