"""``medusa develop`` as a developer has it: a process in a terminal, and files that are saved."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.applications import Running, answer, command, database_runs, new_application

ROUTE = """
from medusa.framework.http import Context, Response, get

@get("/NAME")
async def NAME(ctx: Context) -> Response:
    return ctx.json({"message": "VERSION"})
"""
WAITING = """
import asyncio
from pathlib import Path
from medusa.framework.http import Context, Response, get

@get("/waiting")
async def waiting(ctx: Context) -> Response:
    Path("begun").touch()
    while not Path("go").exists():
        await asyncio.sleep(0.01)
    return ctx.json({"message": "VERSION"})
"""
MODEL = """
from sqlalchemy.orm import Mapped

from medusa.framework.db import Model


class Brand(Model):
    __tablename__ = "brand"
    __prefix__ = "brand"
    name: Mapped[str]
"""
LINK = """
from medusa.framework.links import define_link
from medusa.modules.product.models import Product
from src.modules.brand.models import Brand

define_link(Product, Brand, left_many=True)
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Path]:
    with new_application() as store:
        yield store


@pytest.fixture(scope="module")
def develop(store: Path) -> Iterator[Running]:
    run = Running(store, "develop")
    try:
        run.said("Ready")
        yield run
        assert run.stop() == 0, run.output
        assert not database_runs(store)
    finally:
        run.close()


def save(path: Path, text: str) -> None:
    """At once, as editors do: nobody sees half of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", delete=False) as whole:
        whole.write(text)
    Path(whole.name).replace(path)


def route(name: str, version: str) -> str:
    return ROUTE.replace("NAME", name).replace("VERSION", version)


def answer_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=120) as response:
        return str(response.read(), "utf-8")


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def server_of(develop: Running) -> tuple[int, int]:
    """The process that forks, and the server it has forked."""
    [warm] = children(develop.process.pid)
    return warm, children(warm)[-1]


def test_change_is_live_at_once_and_says_how_long_it_took(store: Path, develop: Running) -> None:
    for version in ("one", "two", "six"):  # of one length, perhaps within one second: bytecode must not be mistaken
        for name in ("4913", ".hello.py.swp", "#hello.py#"):  # as vim and emacs do
            (store / "src/api" / name).touch()
            (store / "src/api" / name).unlink()
        save(store / "src/api/hello.py", route("hello", version))
        line = develop.said("↻ src/api/hello.py  reloaded")
        seconds = re.search(r"reloaded in (\d+\.\d\d) s$", line)
        assert seconds is not None, line
        answer(f"{develop.url}/hello", version)


def test_nobody_is_refused_during_a_reload(store: Path, develop: Running) -> None:
    done, failures, answered = threading.Event(), list[str](), list[str]()

    def ask() -> None:
        while not done.is_set():
            try:
                answered.append(answer_of(f"{develop.url}/health"))
            except OSError as error:
                failures.append(repr(error))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for version in ("first", "second", "third"):
            save(store / "src/api/crowd.py", route("crowd", version))
            develop.said("src/api/crowd.py")
        done.set()
        for each in asking:
            each.result()
    assert failures == []
    assert set(answered) == {"OK"}


def test_request_under_way_is_answered_by_the_code_it_came_to(store: Path, develop: Running) -> None:
    save(store / "src/api/waiting.py", WAITING.replace("VERSION", "before"))
    develop.said("reloaded")
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(answer, f"{develop.url}/waiting", "before")
        while not (store / "begun").exists():
            time.sleep(0.01)
        save(store / "src/api/waiting.py", route("waiting", "after"))
        develop.said("reloaded")
        answer(f"{develop.url}/waiting", "after")
        (store / "go").touch()
        assert under_way.result() == '{"message":"before"}'


def test_connection_that_is_kept_open_gets_to_the_new_code(store: Path, develop: Running) -> None:
    save(store / "src/api/kept.py", route("kept", "before"))
    develop.said("reloaded")
    connection = HTTPConnection(urlsplit(develop.url).netloc, timeout=120)
    connection.request("GET", "/kept")
    assert b"before" in connection.getresponse().read()
    save(store / "src/api/kept.py", route("kept", "after"))
    develop.said("reloaded")
    deadline, said = time.monotonic() + 120, b""
    while b"after" not in said and time.monotonic() < deadline:
        try:
            connection.request("GET", "/kept")
            said = connection.getresponse().read()
        except (ConnectionError, OSError):
            connection.close()  # as browsers do: a connection that was closed is opened again
    connection.close()
    assert b"after" in said


@pytest.mark.parametrize(
    ("path", "text", "place", "sentence"),
    [
        ("src/api/broken.py", "x = 1\ndef broken(:\n", "src/api/broken.py, line 2", "SyntaxError: invalid syntax"),
        ("src/workflows/broken.py", "\n\nimport nothing_such\n", "src/workflows/broken.py, line 3", "nothing_such"),
        (
            "src/jobs/broken.py",
            "from medusa.framework.app import App, on_start\n\n@on_start\nasync def boot(app: App) -> None:\n    1 / 0\n",
            "src/jobs/broken.py, line 5",
            "ZeroDivisionError: division by zero",
        ),
        ("src/api/twice.py", route("hello", "another"), "GET /hello", "is defined twice"),
        ("src/jobs/ends.py", "import sys\n\nsys.exit(3)\n", "src/jobs/ends.py, line 3", "sys.exit(3) ends the server"),
        (
            "src/subscribers/odd.py",
            "from medusa.framework.events import subscriber\n\n\n@subscriber()\nasync def odd(event, app): ...\n",
            "src/subscribers/odd.py, line 4",
            "@subscriber needs at least one event name",
        ),
    ],
)
def test_mistake_is_shown_with_its_place_and_the_old_code_serves(
    store: Path, develop: Running, path: str, text: str, place: str, sentence: str
) -> None:
    save(store / "src/api/hello.py", route("hello", "good"))
    develop.said("reloaded")
    save(store / path, text)
    develop.said(f"{path}  not loaded")
    line = develop.said(place)
    assert sentence in line
    develop.said("The code before this change keeps serving")
    assert "good" in answer_of(f"{develop.url}/hello")
    (store / path).unlink()
    develop.said("reloaded")


def test_settings_are_read_again(store: Path, develop: Running) -> None:
    def allowed_origin() -> str | None:
        request = urllib.request.Request(f"{develop.url}/store/products", headers={"origin": "https://new.example.com"})
        with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request, timeout=120):
            pass
        refused.value.close()
        return refused.value.headers["access-control-allow-origin"]

    env, config = store / ".env", store / "medusa_config.py"
    before = env.read_text(), config.read_text()
    assert allowed_origin() != "https://new.example.com"
    save(env, re.sub("STORE_CORS=.*", "STORE_CORS=https://new.example.com", before[0]))
    develop.said(".env")
    assert allowed_origin() == "https://new.example.com"
    save(config, before[1].replace("HttpConfig()", "HttpConfig(store_cros='*')"))
    develop.said('HttpConfig has no setting "store_cros": did you mean "store_cors"?')
    save(config, before[1].replace("HttpConfig()", "HttpConfig(store_cors='https://old.example.com')"))
    develop.said("medusa_config.py  reloaded")
    assert allowed_origin() != "https://new.example.com"
    save(env, before[0])
    develop.said("reloaded")
    save(config, before[1])
    develop.said("reloaded")


def test_new_models_and_links_ask_for_their_commands(store: Path, develop: Running) -> None:
    save(store / "src/modules/brand/models.py", MODEL)
    asked = develop.said("The tables of brand are not what its models say")
    assert asked.endswith("run `medusa db:generate brand`.")
    generated = command("db:generate", "brand", where=store)
    assert generated.returncode == 0, generated.stderr
    assert develop.said("brand_0001 is not applied yet").endswith("run `medusa db:migrate`.")
    assert "brand_0001 applied" in command("db:migrate", where=store).stdout
    save(store / "src/modules/brand/models.py", MODEL + "    slogan: Mapped[str | None]\n")
    assert develop.said("add_column brand slogan").endswith("run `medusa db:generate brand`.")
    save(store / "src/modules/brand/models.py", MODEL)
    develop.said("reloaded")
    save(store / "src/links/product_brand.py", LINK)
    assert develop.said("The database lacks what links need").endswith("run `medusa db:migrate`.")
    assert "table product_product_brand_brand created" in command("db:migrate", where=store).stdout


def test_code_that_lacks_tables_serves_as_soon_as_they_are_there(store: Path, develop: Running) -> None:
    assert command("db:rollback", "store", where=store).returncode == 0
    save(store / "src/api/hello.py", route("hello", "later"))
    assert develop.said("The database lacks 1 migrations").endswith("run `medusa db:migrate`.")
    assert command("db:migrate", where=store).returncode == 0
    develop.said("the database  reloaded")
    answer(f"{develop.url}/hello", "later")


def test_port_in_use_ends_the_command(store: Path, develop: Running) -> None:
    run = command("develop", "--port", str(urlsplit(develop.url).port), where=store)
    assert run.returncode == 1
    assert "is in use: end the other program, or choose another port with --port" in run.stderr


def test_server_that_was_killed_is_started_by_the_next_change(store: Path, develop: Running) -> None:
    _, server = server_of(develop)
    os.kill(server, signal.SIGKILL)
    develop.said("The server has ended; save a change to start it again")
    save(store / "src/api/hello.py", route("hello", "again"))
    develop.said("reloaded")
    answer(f"{develop.url}/hello", "again")


@pytest.mark.parametrize("is_asked", [False, True])
def test_process_that_forks_may_be_killed(store: Path, develop: Running, is_asked: bool) -> None:
    warm, _ = server_of(develop)
    if is_asked:  # to fork, but does not come to it
        os.kill(warm, signal.SIGSTOP)
        save(store / "src/api/hello.py", route("hello", f"reborn {is_asked}"))
        time.sleep(1)
        os.kill(warm, signal.SIGKILL)
    else:
        os.kill(warm, signal.SIGKILL)
        save(store / "src/api/hello.py", route("hello", f"reborn {is_asked}"))
    develop.said("reloaded")
    answer(f"{develop.url}/hello", f"reborn {is_asked}")


def test_interrupt_during_the_start_ends_it_in_silence(store: Path) -> None:
    """As a terminal does it: the command and the process that it has just started get the signal."""
    run = Running(store, "develop")
    try:
        while not (started := children(run.process.pid)):
            assert run.process.poll() is None, run.output
        os.kill(started[0], signal.SIGINT)
        assert run.stop(signal.SIGINT) == 0, run.output
        assert run.output == ""
    finally:
        run.close()


def test_port_is_free_after_the_supervisor_was_killed(store: Path, develop: Running) -> None:
    another = Running(store, "develop")
    try:
        another.said("Ready")
        another.stop(signal.SIGKILL)
        refused = command("start", "--port", str(urlsplit(develop.url).port), where=store)
        assert "is in use" in refused.stderr
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                answer_of(f"{another.url}/health")
            except OSError:
                break
        else:
            pytest.fail("Something still serves")
    finally:
        another.close()
