"""The README of each folder of a new application: its example works when it is pasted."""

from __future__ import annotations

from pathlib import Path

from medusa.cli.scaffold import TEMPLATE, Plan, write_files
from tests.applications import medusa, migrated_environment, run_tests
from tests.docs.howto_pages import HowToPage, read_page, write_application

READMES = {path.parent.name: read_page(path) for path in TEMPLATE.glob("src/*/README.md")}
WITHOUT_EXAMPLE = {"admin"}
TESTS = """
import pytest

from medusa.framework.app import App
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import make_shop
from medusa.framework.worker import Worker
from src.jobs.count_products import count_products
from src.links.product_brand import PRODUCT_BRAND
from src.workflows.create_brand import create_brand


async def test_api(store: Client, visitor: Client) -> None:
    assert await store.get("/hello/Ada") == {"message": "Hello, Ada"}
    await visitor.get("/store/hello/Ada", expect=400)


async def test_modules_workflows_and_links(app: App, admin: Client, store: Client) -> None:
    product = await (await make_shop(admin, store)).product(20)
    brand = await app.run(create_brand, "Acme")
    async with app.database.session() as session:
        await app.links.create(session, PRODUCT_BRAND, [(product.id, brand)])
    found = (await admin.get(f"/products/{product.id}", {"fields": "id,brand.name"}))["product"]
    assert found["brand"]["name"] == "Acme"


async def test_subscribers(app: App, admin: Client, store: Client, capsys: pytest.CaptureFixture[str]) -> None:
    shop = await make_shop(admin, store)
    cart = await shop.ready_cart((await shop.product(20), 1))
    order = (await store.post(f"/carts/{cart}/complete"))["order"]
    await Worker(app).run_until_idle()
    assert f"a new order: {order['id']}" in capsys.readouterr().out


async def test_jobs(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert [job.cron for job in app.events.jobs.values() if job.function is count_products] == ["0 3 * * *"]
    await count_products(app)
    assert int(capsys.readouterr().out) >= 2
"""


def test_every_folder_says_what_it_is_for() -> None:
    folders = {path.name for path in (TEMPLATE / "src").iterdir() if path.is_dir()}
    assert folders == {"admin", "api", "jobs", "links", "modules", "scripts", "subscribers", "workflows"}
    assert set(READMES) == folders
    assert {name for name, page in READMES.items() if not page.files} == WITHOUT_EXAMPLE
    assert "this folder\nis not read" in (TEMPLATE / "src" / "admin" / "README.md").read_text(encoding="utf-8")


def test_every_example_works_when_pasted(tmp_path: Path, worker_id: str) -> None:
    root = tmp_path / "shop"
    write_files(Plan(root, "shop", None, seed=False, install=False, admin_email=None, admin_password=None))
    tests = HowToPage("tests", {**read_page(root / "tests" / "README.md").files, "tests/test_examples.py": TESTS})
    write_application(root, [*READMES.values(), tests])
    with migrated_environment(f"readmes_{worker_id}") as environment:
        generated = medusa(root, environment, "db:generate", "brand")
        assert "src/modules/brand/migrations/r0001" in generated.stdout, generated.stderr
        migrated = medusa(root, environment, "db:migrate")
        assert "table product_product_brand_brand created" in migrated.stdout, migrated.stderr
        executed = medusa(root, environment, "exec", "src/scripts/hello.py", "Ada")
        assert executed.stdout == "Hello Ada: 0 products\n", executed.stderr
        found = run_tests(root, environment)
    assert {test.partition("::")[2] for test in found} == {
        "test_a_purchase",
        "test_products_are_created",
        "test_api",
        "test_modules_workflows_and_links",
        "test_subscribers",
        "test_jobs",
    }
    assert {test: problem for test, problem in found.items() if problem} == {}
