"""``medusa new``: what it writes is typed, boots, and has tests that fail until they are filled in."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from medusa.cli.main import app
from medusa.cli.scaffold import Plan, write_files
from medusa.framework.errors import ConfigurationError
from tests.applications import MYPY_CACHE, commands, migrated_environment, run, run_tests

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "how-to" / "generate.md").read_text(encoding="utf-8")
SHOWN = [shlex.split(line)[1:] for line in PAGE.split("```bash\n")[1].split("```")[0].splitlines()]
INFRASTRUCTURE = ("analytics", "caching", "events", "files", "locking", "notifications", "sessions", "workflow_engine")
MADE = [
    *SHOWN,
    *(["new", "provider", module, f"acme-{module}"] for module in INFRASTRUCTURE),
    ["new", "link", "gift-wrap", "customer"],
    ["new", "link", "region", "sales-channel"],
]
REFUSED = [
    ("module product", '"product" is taken by the module medusa.modules.product.models'),
    (
        "module gift_wrap",
        'taken by the module src.modules.gift_wrap.models: choose another name, for example "store_gift_wrap"',
    ),
    ("module image", '"image" is taken by a table: choose another name, for example "store_image"'),
    ("module class", "it is a keyword of Python"),
    ("module list", "means something to Python already"),
    ("module match", 'means something to Python already: choose another name, for example "store_match"'),
    ("module Größe", 'a letter first; for example "grosse"'),
    ("module 2nd", 'it is no identifier: use letters, digits and dashes, a letter first; for example "nd"'),
    ("link product brnd", 'There is no model "brnd"'),
    ("link product categories", "did you mean product_category?"),
    ("link product product", "A link joins two models, product is one"),
    ("link product sales_channel", "product and sales_channel are linked already, by the table product_sales_channel"),
    ("link gift_wrap region --extra position", "write it as name:type, for example position:int"),
    ("route store/products", "GET /store/products is there already, in medusa.api.store.products"),
    ("route Store/Brands", '"Store" in "Store/Brands" cannot be a part of a path'),
    ("route hello", "GET /hello is there already, in src.api.hello"),
    ("workflow create-cart", 'There is a workflow "create-cart" in medusa.workflows.cart.create already'),
    ("step charge-points", 'There is a step "charge-points" in src.workflows.steps.charge_points already'),
    ("subscriber thank", "src/subscribers/thank.py exists already: choose another name, or remove it first"),
    ("job nightly --cron 12", 'it has five fields, for example "0 3 * * *"'),
    ("provider payment system", '"system" is taken by medusa.providers.payment_system.SystemPaymentProvider'),
    ("provider shipping acme", 'The module "shipping" takes no providers'),
]
TO_DO = re.compile(r'    pytest\.fail\("""To do:\n.*?"""\)\n', re.DOTALL)


@pytest.fixture(scope="module")
def environment(worker_id: str) -> Iterator[dict[str, str]]:
    with migrated_environment(f"new_{worker_id}") as environment:
        yield environment


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A new application with one thing of each kind, written where no formatter is installed."""
    root = tmp_path_factory.mktemp("new") / "shop"
    write_files(Plan(root, "shop", None, seed=False, install=False, admin_email=None, admin_password=None))
    python = tmp_path_factory.mktemp("bin") / "python"
    python.symlink_to(sys.executable)
    places = [path for path in (str(REPOSITORY), *sys.path) if path]
    without_ruff = {**environment, "PATH": str(python.parent), "PYTHONPATH": os.pathsep.join(places)}
    answers = commands(root, without_ruff, *MADE, python=python)
    assert all("The test says what to do: uv run pytest tests/" in answer for answer in answers), "".join(answers)
    return root


def test_generated_code_is_typed_and_clean(application: Path, environment: dict[str, str]) -> None:
    checked = run(application, environment, "ruff", "check", "--no-cache", ".")
    assert checked.returncode == 0, checked.stdout
    formatted = run(application, environment, "ruff", "format", "--check", "--no-cache", "src", "tests")
    assert formatted.returncode == 0, formatted.stdout
    typed = run(application, environment, "mypy", "--cache-dir", MYPY_CACHE)
    assert typed.returncode == 0, typed.stdout


def test_generated_tests_say_what_to_do_and_pass_when_it_is_done(
    application: Path, environment: dict[str, str]
) -> None:
    """The whole way: module, migration, second migration, tests that fail with their message, tests that pass."""
    unknown, first, early, migrated, again = commands(
        application,
        environment,
        ["db:generate", "gift-warp"],
        ["db:generate", "gift_wrap"],
        ["db:generate", "gift_wrap"],
        ["db:migrate"],
        ["db:generate", "gift_wrap"],
    )
    assert "There is no module 'gift-warp'" in unknown
    assert first.startswith("src/modules/gift_wrap/migrations/r0001_initial_tables.py\n")
    assert "Run `medusa db:migrate` first" in early
    assert "gift_wrap_0001 applied" in migrated
    assert "Nothing to do" in again

    failing = run_tests(application, environment)
    passed = {test for test, problem in failing.items() if not problem}
    assert {test for test in passed if "configured" not in test} == {"tests/test_first.py::test_a_purchase"}
    for test, problem in failing.items():
        assert test in passed or "To do:" in problem, f"{test}\n{problem}"
    shown = re.findall(r"^E +(\d\. .*)$", PAGE, re.MULTILINE)
    assert len(shown) == 3
    assert all(line in failing["tests/modules/test_gift_wrap.py::test_gift_wraps_are_kept"] for line in shown)

    models = application / "src" / "modules" / "gift_wrap" / "models.py"
    complete = models.read_text()
    models.write_text(complete.replace("    name: Mapped[str]\n", "    title: Mapped[str | None]\n"))
    [renamed] = commands(application, environment, ["db:generate", "gift_wrap", "-m", "renamed"])
    assert "It drops the column gift_wrap.name with what is in it; for a new name write op.alter_column" in renamed
    (application / "src" / "modules" / "gift_wrap" / "migrations" / "r0002_renamed.py").unlink()
    models.write_text(complete)
    models.write_text(
        models.read_text().replace("    name: Mapped[str]\n", "    name: Mapped[str]\n    color: Mapped[str | None]\n")
    )
    [second] = commands(application, environment, ["db:generate", "gift_wrap", "-m", "colour"])
    assert second.startswith("src/modules/gift_wrap/migrations/r0002_colour.py\n")
    for path in application.glob("tests/**/test_*.py"):
        path.write_text(TO_DO.sub("", path.read_text()))
    done = run_tests(application, environment)
    assert len(done) == len(failing) > 15
    assert {test: problem for test, problem in done.items() if problem} == {}


def test_what_cannot_be_made_is_refused_with_a_suggestion(application: Path, environment: dict[str, str]) -> None:
    before = sorted(application.rglob("*.py"))
    answers = commands(application, environment, *(["new", *command.split()] for command, _ in REFUSED))
    for (command, message), answer in zip(REFUSED, answers, strict=True):
        assert message in answer, command
    assert sorted(application.rglob("*.py")) == before


def test_each_command_teaches_with_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("module", "link", "route", "workflow", "step", "subscriber", "job", "provider"):
        assert f"Example: medusa new {kind} " in CliRunner().invoke(app, ["new", kind, "--help"]).stdout
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="go to your application's directory"):
        CliRunner().invoke(app, ["new", "job", "x"], catch_exceptions=False)
