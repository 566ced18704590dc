"""How much our product list costs above the least it can: a bare ASGI handler with the same prepared statement.

    python benchmarks/floor.py --database-url postgresql://... --state state.json

Both answer `GET /store/products` with 12 products, prices, stock and tags from the same database, on the same server
(granian, one worker), in turns. Printed is the processor time of the server process for one request; the aim is a ratio of
1.5 at most. `state.json` comes from the benchmark's `seed.py`, run against the same database.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import asyncpg

FIELDS = "*variants.calculated_price,+variants.inventory_quantity,+metadata,+tags"
Send = Callable[[dict[str, Any]], Awaitable[None]]


def bare() -> Callable[..., Awaitable[None]]:
    """The floor: no routing, no authentication, no parsing; one statement and its bytes."""
    from medusa.framework.db.database import KEEP_MEMORY, SETTINGS

    statement = json.loads(Path(os.environ["FLOOR_STATEMENT"]).read_text())
    pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def keep(_: object) -> None: ...

    async def keep_memory(connection: asyncpg.Connection[asyncpg.Record]) -> None:
        await connection.execute(KEEP_MEMORY)

    async def handler(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        nonlocal pool
        if scope["type"] == "lifespan":
            await receive()
            pool = await asyncpg.create_pool(
                os.environ["DATABASE_URL"],
                min_size=2,
                server_settings=SETTINGS,
                init=keep_memory,
                reset=keep,
                max_cacheable_statement_size=0,
            )
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        assert pool is not None
        async with pool.acquire() as connection:
            row = await connection.fetchrow(statement["sql"], *statement["args"])
        assert row is not None
        body = b'{"products":%b,"count":%d,"offset":0,"limit":12}' % (row["items"], row["count"])
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return handler


async def capture(url: str, path: str, key: str) -> tuple[dict[str, Any], bytes]:
    """The statement that our route runs for this request, and its answer."""
    import httpx

    from medusa.framework.app import App
    from medusa.framework.asgi import http_application
    from medusa.framework.config import Config, Environment, HttpConfig, ProjectConfig, complete
    from medusa.framework.db import Session

    http = HttpConfig(jwt_secret="floor", cookie_secret="floor", access_log=False)
    project = ProjectConfig(database_url=url, http=http, log_level="error")
    config = complete(Config(project=project, environment=Environment.TEST, root=Path(tempfile.mkdtemp())), {})
    seen: list[tuple[str, tuple[Any, ...]]] = []
    fetch_row = Session.fetch_row

    async def spy(self: Session, sql: str, *args: Any) -> Any:
        seen.append((sql, args))
        return await fetch_row(self, sql, *args)

    async with App.open(config.root, config=config) as app:
        await app.cache.start()
        transport = httpx.ASGITransport(app=http_application(app))  # type: ignore[arg-type]  # plain dicts there
        async with httpx.AsyncClient(transport=transport, base_url="http://floor") as client:
            await client.get(path, headers={"x-publishable-api-key": key})  # fills the caches
            Session.fetch_row = spy  # type: ignore[method-assign]  # looks on
            answer = await client.get(path, headers={"x-publishable-api-key": key})
            Session.fetch_row = fetch_row  # type: ignore[method-assign]
    assert answer.status_code == 200, answer.text
    assert len(seen) == 1, f"{len(seen)} statements"
    return {"sql": seen[0][0], "args": list(seen[0][1])}, answer.content


class Side:
    """One server and what it used."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], port: int) -> None:
        self.name, self.process, self.port = name, process, port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.microseconds: list[float] = []

    def get(self, path: str, key: str) -> bytes:
        """One request on the kept connection."""
        self.connection.request("GET", path, headers={"x-publishable-api-key": key})
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return body

    def cpu_seconds(self) -> float:
        """Processor time of the server's processes so far."""
        return sum(_cpu(pid) for pid in _tree(self.process.pid))

    def measure(self, path: str, key: str, requests: int) -> None:
        """Some requests, one after the other; notes the processor time of each."""
        before = self.cpu_seconds()
        for _ in range(requests):
            self.get(path, key)
        self.microseconds.append((self.cpu_seconds() - before) / requests * 1e6)


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in _tree(int(child)))]


def _cpu(pid: int) -> float:
    values = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def start(target: str, environment: dict[str, str], directory: Path) -> Side:
    """Serve a target with granian on a free port, as `medusa start` does."""
    from medusa.framework.testing.server import answers, free_port

    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", target, "--port", str(port)),
        *("--loop", "uvloop", "--no-ws", "--log-level", "warning"),
    ]
    here = str(Path(__file__).parent)
    variables = {**os.environ, **environment, "PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(command, env=variables, cwd=directory)
    for _ in range(200):
        if answers(f"http://127.0.0.1:{port}"):
            return Side(target, process, port)
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"{target} does not answer")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--state", required=True)
    parser.add_argument("--requests", type=int, default=300, help="in each round")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    assert urlsplit(args.database_url).scheme.startswith("postgres"), "a PostgreSQL URL"
    state = json.loads(Path(args.state).read_text())
    key, region = state["publishable_key"], state["regions"][0]["id"]
    path = "/store/products?" + urlencode({"limit": 12, "region_id": region, "fields": FIELDS})
    statement, expected = asyncio.run(capture(args.database_url, path, key))

    directory = Path(tempfile.mkdtemp())
    (directory / "statement.json").write_text(json.dumps(statement))
    (directory / "medusa_config.py").write_text(
        "from medusa.framework.config import Config, HttpConfig, ProjectConfig\n"
        "config = Config(project=ProjectConfig(http=HttpConfig(access_log=False)))\n"
    )
    environment = {"DATABASE_URL": args.database_url, "FLOOR_STATEMENT": str(directory / "statement.json")}
    sides: list[Side] = []
    try:
        sides.extend(start(target, environment, directory) for target in ("floor:bare", "medusa.framework.asgi:create"))
        for side in sides:
            assert side.get(path, key) == expected, f"{side.name} gives another answer"
            side.measure(path, key, 100)
            side.microseconds.clear()
        for number in range(args.rounds):
            for side in sides[:: 1 if number % 2 else -1]:
                side.measure(path, key, args.requests)
    finally:
        for side in sides:
            side.process.terminate()
    floor, ours = (statistics.median(side.microseconds) for side in sides)
    print(f"answer: {len(expected) / 1024:.0f} KB, one statement")
    print(f"processor time of one request: floor {floor:.0f} us, ours {ours:.0f} us, ratio {ours / floor:.2f}")


if __name__ == "__main__":
    main()
