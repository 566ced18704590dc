"""The commands as a user types them, in processes of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from medusa.framework.testing.server import CONFIG, free_port
from tests.cli.applications import answer, command, database_runs, running
from tests.databases import empty_database


def test_new_application_has_secrets_of_its_own_and_a_first_commit(store: Path) -> None:
    env = (store / ".env").read_text()
    secrets = [line.partition("=")[2] for line in env.splitlines() if "_SECRET=" in line]
    assert len(set(secrets)) == 2
    assert all(len(secret) >= 32 for secret in secrets)
    assert (store / ".env").stat().st_mode & 0o077 == 0
    assert 'name = "shop"' in (store / "pyproject.toml").read_text()
    tracked = subprocess.run(["git", "ls-files"], cwd=store, capture_output=True, text=True, check=True).stdout.split()
    assert ".gitignore" in tracked
    assert ".env" not in tracked
    assert "src/scripts/seed.py" in tracked
    assert not [name for name in tracked if name.startswith(".medusa")]
    assert not database_runs(store)


def test_server_answers_with_two_workers_and_takes_the_database_down_with_it(store: Path) -> None:
    with running(store, "start", "--workers", "2") as server:
        assert answer(f"{server.url}/health", "OK") == "OK"
        assert database_runs(store)
        taken = command("start", "--port", server.url.rpartition(":")[2], where=store)
        assert taken.returncode == 1
        assert "is in use: end the other program, or choose another port with --port" in taken.stderr
        assert "Traceback" not in taken.stderr
    assert not database_runs(store)


def test_mistake_in_the_code_is_told_with_its_place_only(store: Path) -> None:
    broken = store / "src" / "api" / "broken.py"
    broken.write_text("import nothing_of_this_name\n")
    run = command("start", "--port", "59999", where=store)
    broken.unlink()
    assert run.returncode == 1
    assert "No module named 'nothing_of_this_name'" in run.stderr
    assert 'src/api/broken.py", line 1' in run.stderr
    assert "medusa/cli" not in run.stderr


def test_migrating_again_changes_nothing_and_a_taken_back_migration_comes_back(store: Path) -> None:
    assert "No new migrations" in command("db:migrate", where=store).stderr
    assert "store_0001" in command("db:rollback", "store", where=store).stdout
    run = command("start", "--port", "59999", where=store)
    assert "run `medusa db:migrate`" in run.stderr
    assert command("db:migrate", "--pending", where=store).stdout.strip() == "store_0001"
    assert "store_0001 applied" in command("db:setup", where=store).stdout
    assert "There is no module 'nothing'" in command("db:generate", "nothing", where=store).stderr


def test_second_user_with_an_address_is_refused(store: Path) -> None:
    run = command("user", "-e", "a@example.com", "-p", "supersecret", where=store)
    assert run.returncode == 1
    assert "There is a user with the email a@example.com already" in run.stderr
    assert "Traceback" not in run.stderr
    assert command("user", "-e", "b@example.com", "-p", "supersecret", where=store).returncode == 0


def test_script_gets_the_application_and_its_arguments(store: Path) -> None:
    script = store / "src" / "scripts" / "count.py"
    script.write_text(
        "async def main(app, args):\n"
        "    async with app.database.reader() as session:\n"
        "        print(args, await session.fetch_value('SELECT count(*) FROM product'))\n"
    )
    assert command("exec", str(script), "one", "--two", where=store).stdout == "['one', '--two'] 0\n"
    script.write_text("x = 1\n")
    assert "has no async def main(app, args)" in command("exec", str(script), where=store).stderr
    script.write_text("async def main(app, args):\n    print(args[0])\n")
    mistake = command("exec", str(script), where=store)
    assert mistake.returncode == 1
    assert "src/scripts/count.py, line 2: IndexError: list index out of range" in mistake.stderr
    assert "medusa/cli" not in mistake.stderr
    away = command("exec", str(script), where=store, DATABASE_URL="postgresql://postgres@127.0.0.1:9/nothing")
    assert "The database of DATABASE_URL does not answer" in away.stderr
    assert "port 9 failed" in away.stderr
    script.unlink()


def test_explained_query_is_one_statement(store: Path) -> None:
    run = command("query", "explain", "product", "--fields", "id,title,*variants", where=store)
    statement, plan = run.stdout.strip().split("\n", 1)
    assert statement.startswith("SELECT")
    assert "product_variant" in statement
    assert "Sort" in plan
    assert "There is no entity 'nope'" in command("query", "explain", "nope", where=store).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Bad Name"], "cannot be the name of an application: use lower-case letters, digits, dots, dashes and"),
        (["../elsewhere"], "cannot be the name of an application"),
        (["there"], "there exists already: choose another name, or remove it first."),
        (["new", "--directory-path", "missing"], "missing: create it first."),
        (["new", "--db-url", "mysql://h/d"], "--db-url does not begin with postgres:// or postgresql://"),
        (["new", "--admin-email", "me"], '--admin-email "me" is not an e-mail address'),
        (["new", "--admin-email", "me@example.com"], "--admin-email needs --admin-password"),
    ],
)
def test_what_cannot_be_created_is_explained_and_nothing_is_left(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "there").mkdir()
    run = command(*arguments, where=tmp_path, program="create_app")
    assert run.returncode == 1
    assert message in run.stderr.replace("\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_database_that_does_not_answer_is_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "medusa_config.py").write_text(
        "from medusa.framework.config import Config, ProjectConfig\n"
        "config = Config(project=ProjectConfig(database_url='postgresql://u:hunter2@127.0.0.1:1/shop'))\n"
    )
    for arguments in (["db:create"], ["db:migrate"], ["start"]):
        run = command(*arguments, where=tmp_path)
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
        assert "hunter2" not in run.stderr
        assert run.stderr.startswith("Error: ") or "\nError: " in run.stderr


def test_database_that_cannot_hold_every_letter_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "medusa_config.py").write_text(CONFIG)
    with empty_database("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0") as url:
        for name in ("db:migrate", "start"):
            run = command(name, where=tmp_path, DATABASE_URL=url, MEDUSA_ENV="development", PORT=str(free_port()))
            assert run.returncode == 1
            assert "encoding SQL_ASCII, UTF8 is needed" in run.stderr
            assert "Traceback" not in run.stderr


def test_example_of_the_readme_adds_a_brand_to_products(store: Path) -> None:
    example = (Path(__file__).parents[2] / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
    for part in example.split("# src/")[1:]:
        name, _, code = part.partition("\n")
        path = store / "src" / name.strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    generated = command("db:generate", "brand", where=store)
    assert generated.stdout.startswith("src/modules/brand/migrations/"), generated.stderr
    migrated = command("db:migrate", where=store)
    assert "brand_0001 applied" in migrated.stdout, migrated.stderr
    explained = command("query", "explain", "product", "--fields", "title,*brand", where=store)
    assert '"brand"' in explained.stdout, explained.stderr


def test_help_teaches_with_examples(tmp_path: Path) -> None:
    run = command("--help", where=tmp_path)
    assert "medusa user -e admin@medusajs.com -p supersecret" in run.stdout
    assert "db:generate" in run.stdout
    outside = command("develop", where=tmp_path)
    assert "go to your application's directory" in outside.stderr
