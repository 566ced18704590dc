"""An HTTP server that replays recorded answers, and refuses requests that are not the recorded ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class RecordedServer:
    """What it is going to answer, what it was asked, and what was wrong with that.

    A recording is a JSON file: a list of ``{"request": {"method", "path", "headers", "body"}, "answer": {"status",
    "headers", "body"}}``. Of headers and body only what is recorded is compared; ``"*"`` stands for any text.
    """

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    successes: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])
    pending: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def load(self, *recordings: Path) -> None:
        """Replay these files, one after the other."""
        for path in recordings:
            self.pending += json.loads(path.read_text(encoding="utf-8"))

    def finished(self) -> bool:
        """Whether everything recorded was asked for, and nothing else."""
        return not self.pending and not self.problems

    def accepted(self, path: str) -> int:
        """How many requests for a path were answered with success."""
        return self.successes.count(path)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The recorded answer to a request."""
        self.asked.append(request)
        if not self.pending:
            self.problems.append(f"not recorded: {request}")
            return {"status": 599}
        recorded = self.pending.pop(0)
        if problem := _difference(recorded["request"], request):
            self.problems.append(problem)
            return {"status": 599}
        found: dict[str, Any] = recorded["answer"]
        if found["status"] < 300:
            self.successes.append(request["path"])
        return found


def _difference(wanted: Any, given: Any, where: str = "request") -> str:
    if isinstance(wanted, dict):
        if not isinstance(given, dict):
            return f"{where} is {given!r}"
        entries: dict[str, Any] = wanted  # pyright: ignore[reportUnknownVariableType]
        found: dict[str, Any] = given  # pyright: ignore[reportUnknownVariableType]
        if unknown := found.keys() - entries.keys() if where.startswith("request.body") else set[str]():
            return f"{where} has {sorted(unknown)} too"
        return next(
            (
                problem
                for key, value in entries.items()
                if (problem := _difference(value, found.get(key), f"{where}.{key}"))
            ),
            "",
        )
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):  # pyright: ignore[reportUnknownArgumentType]
        pairs: list[tuple[Any, Any]] = list(zip(wanted, given, strict=True))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return next((problem for a, b in pairs if (problem := _difference(a, b, f"{where}[]"))), "")
    if wanted == given or (wanted == "*" and isinstance(given, str)):
        return ""
    return f"{where} is {given!r}, recorded is {wanted!r}"


@contextmanager
def recorded_server() -> Generator[RecordedServer]:
    """A server on a free port."""
    state = RecordedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body: Any = json.loads(content) if content else None
            answer = state.answer({"method": self.command, "path": self.path, "headers": headers, "body": body})
            raw = answer.get("body")
            text = b"" if raw is None else json.dumps(raw).encode()
            self.send_response(answer["status"])
            for name, value in answer.get("headers", {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _serve  # noqa: N815 - the names are the library's

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
