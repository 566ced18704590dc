"""The embedded server, with real processes: every test starts PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from medusa.framework.db.embedded import EmbeddedPostgres
from medusa.framework.db.postgres_place import Account, can_enter, data_directory
from medusa.framework.errors import ConfigurationError

_USER = """
import sys
from pathlib import Path
from medusa.framework.db.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A project's database directory with a short path that PostgreSQL's user can reach (pytest's own are neither)."""
    root = Path(tempfile.mkdtemp(prefix="medusa-test-"))
    root.chmod(0o755)
    home = root / "store" / ".medusa" / "postgres"
    yield home
    _end_server(home)
    shutil.rmtree(root)


def _end_server(home: Path) -> None:
    """Stop whatever a test left running, by becoming its last user."""
    if home.exists():
        server = EmbeddedPostgres(home)
        server.start()
        server.stop()


@contextmanager
def another_process(home: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """A second process that uses the server until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.stdout.close()
        assert process.wait(120) in {0, -signal.SIGKILL}


def ask(url: str, sql: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return None if cursor.description is None else (cursor.fetchone() or [None])[0]


def accepts(url: str) -> bool:
    try:
        ask(url, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def server_pid(home: Path) -> int:
    return int((data_directory(home) / "postmaster.pid").read_text().split()[0])


async def test_both_drivers_use_the_url_and_find_the_database(place: Path) -> None:
    with EmbeddedPostgres(place) as url:
        assert ask(url, "SELECT current_database()::text") == "medusa"
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SHOW server_version_num") >= "180000"
        await connection.close()


def test_settings_are_those_of_a_durable_shop_without_network(place: Path) -> None:
    with EmbeddedPostgres(place) as url:
        names = ("jit", "fsync", "synchronous_commit", "max_connections", "listen_addresses", "plan_cache_mode")
        found = [ask(url, f"SHOW {name}") for name in names]
    assert found == ["off", "on", "on", "100", "", "auto"]


def test_data_outlive_the_server_and_are_those_of_the_first_start(place: Path) -> None:
    with EmbeddedPostgres(place) as url:
        ask(url, "CREATE TABLE kept (id int)")
        made = ask(url, "SELECT system_identifier FROM pg_control_system()")
    assert not accepts(url)
    with EmbeddedPostgres(place) as url:
        assert ask(url, "SELECT count(*) FROM kept") == 0
        assert ask(url, "SELECT system_identifier FROM pg_control_system()") == made


def test_starting_twice_gives_the_same_server_and_stopping_twice_does_nothing(place: Path) -> None:
    server = EmbeddedPostgres(place)
    assert server.start() == server.start()
    server.stop()
    server.stop()


def test_second_process_reuses_the_server_and_the_last_user_stops_it(place: Path) -> None:
    server = EmbeddedPostgres(place)
    url = server.start()
    pid = server_pid(place)
    with another_process(place) as (_, theirs):
        assert theirs == url
        assert server_pid(place) == pid
        server.stop()
        assert accepts(url)
    assert not accepts(url)


def test_many_processes_starting_at_once_share_one_server(place: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", _USER, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(5)
    ]
    urls = {process.stdout.readline() for process in processes if process.stdout}
    for process in processes:
        process.communicate(timeout=120)
    assert len(urls) == 1
    assert {process.returncode for process in processes} == {0}
    assert not accepts(urls.pop().decode().strip())


def test_server_survives_its_killed_user_who_no_longer_counts(place: Path) -> None:
    with another_process(place) as (process, url):
        process.kill()
        process.wait()
    assert accepts(url)
    pid = server_pid(place)
    with EmbeddedPostgres(place) as again:
        assert again == url
        assert server_pid(place) == pid
    assert not accepts(url)
    assert list((place / "users").iterdir()) == []


def test_crashed_server_is_started_again_and_committed_rows_are_there(place: Path) -> None:
    server = EmbeddedPostgres(place)
    url = server.start()
    ask(url, "CREATE TABLE kept AS SELECT 7 AS id")
    os.kill(server_pid(place), signal.SIGKILL)
    with EmbeddedPostgres(place) as again:
        assert ask(again, "SELECT id FROM kept") == 7
    server.stop()


@pytest.mark.parametrize("owner", ["a living process", "nobody", "rubbish"])
def test_stale_pid_file_and_socket_are_cleaned_up(place: Path, owner: str) -> None:
    with EmbeddedPostgres(place) as before:
        pass
    number = {"a living process": str(os.getppid()), "nobody": "4194000", "rubbish": "?"}[owner]
    pid_file = data_directory(place) / "postmaster.pid"
    pid_file.write_text(f"{number}\n{data_directory(place)}\n1\n5432\n{place / 'run'}\n\n1 2\nready\n")
    (place / "run").mkdir(exist_ok=True)
    (place / "run" / ".s.PGSQL.5432").touch()
    (place / "run" / ".s.PGSQL.5432.lock").write_text(f"{number}\n")
    with EmbeddedPostgres(place) as url:
        assert url == before
        assert accepts(url)


def test_server_whose_socket_was_swept_away_is_replaced(place: Path) -> None:
    server = EmbeddedPostgres(place)
    url = server.start()
    (place / "run" / ".s.PGSQL.5432").unlink()
    with EmbeddedPostgres(place) as again:
        assert accepts(again)
        assert again == url
        server.stop()
        assert accepts(url)


def test_two_stores_side_by_side_do_not_collide(place: Path) -> None:
    other = place.parent / "other"
    with EmbeddedPostgres(place) as one, EmbeddedPostgres(other) as two:
        assert one != two
        ask(one, "CREATE TABLE mine (id int)")
        assert ask(two, "SELECT to_regclass('mine')::text") is None
        copied = place.parent / "copied"
        shutil.copytree(place, copied, ignore=shutil.ignore_patterns(".s.PGSQL.5432"))
    for path in (copied, *copied.rglob("*")):
        _copy_owner(place, path)
    with EmbeddedPostgres(copied) as copy:
        assert str(copied) in copy


def _copy_owner(source: Path, target: Path) -> None:
    if os.geteuid() == 0:
        owner = data_directory(source).stat()
        os.chown(target, owner.st_uid, owner.st_gid)


@pytest.mark.parametrize("name", ["a" * 120, "spaces and, commas", "Läden"])
def test_socket_of_a_path_postgres_cannot_use_goes_to_a_private_temporary_directory(place: Path, name: str) -> None:
    home = place.parent / name / "postgres"
    with EmbeddedPostgres(home) as url:
        sockets = Path((data_directory(home) / "postmaster.pid").read_text().splitlines()[4])
        assert accepts(url)
        assert not sockets.is_relative_to(home)
        assert sockets.stat().st_mode & 0o777 == 0o700
    assert not sockets.exists()


def test_interrupted_first_start_is_begun_again(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "data.new").mkdir()
    (place / "data.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(place) as url:
        assert accepts(url)


def test_foreign_files_in_the_data_directory_are_left_alone(place: Path) -> None:
    (place / "data").mkdir(parents=True)
    (place / "data" / "letter.txt").write_text("dear")
    with pytest.raises(ConfigurationError, match="is not a PostgreSQL cluster but is not empty: move it away"):
        EmbeddedPostgres(place).start()
    assert (place / "data" / "letter.txt").read_text() == "dear"
    shutil.rmtree(place)


def test_data_of_another_version_are_explained(place: Path) -> None:
    with EmbeddedPostgres(place):
        pass
    (place / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ConfigurationError, match="was made by another PostgreSQL version"):
        EmbeddedPostgres(place).start()
    (place / "data" / "PG_VERSION").write_text("18\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_database_that_became_unreachable_is_not_replaced_by_an_empty_one(place: Path) -> None:
    with EmbeddedPostgres(place) as url:
        ask(url, "CREATE TABLE kept (id int)")
    place.parent.parent.chmod(0o700)
    with pytest.raises(ConfigurationError, match="can no longer reach the database"):
        EmbeddedPostgres(place).start()
    place.parent.parent.chmod(0o755)
    with EmbeddedPostgres(place) as url:
        assert ask(url, "SELECT count(*) FROM kept") == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_hands_an_unreachable_project_to_a_reachable_directory(place: Path) -> None:
    place.mkdir(parents=True)
    place.parent.parent.chmod(0o700)
    with EmbeddedPostgres(place) as url:
        outside = data_directory(place)
        assert outside.is_relative_to("/var/lib")
        assert accepts(url)
    with EmbeddedPostgres(place):
        assert data_directory(place) == outside
    copy = place.parent / "copy"
    shutil.copytree(place, copy)
    with EmbeddedPostgres(copy):
        assert data_directory(copy) != outside
    shutil.rmtree(data_directory(copy).parent)
    shutil.rmtree(copy)
    shutil.rmtree(outside.parent)
    shutil.rmtree(place)


def test_ordinary_user_runs_it_and_a_stranger_is_told_whose_it_is(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to become other users")
    nobody = pwd.getpwnam("nobody")
    if not can_enter(Account(nobody.pw_uid, nobody.pw_gid), Path(sys.executable).resolve().parent):
        pytest.skip("the interpreter is out of other users' reach")
    place.mkdir(parents=True)
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    for user, expected in ((nobody.pw_uid, 0), (12345, 1)):
        run = subprocess.run(
            [sys.executable, "-c", _USER, str(place)],
            user=user,
            group=user,
            extra_groups=[],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == expected, run.stderr
    assert "is not yours to use" in run.stderr
