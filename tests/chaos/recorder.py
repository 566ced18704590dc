"""A bank and a carrier in a process of their own: do what they are asked once for each key, and write down every call.

``python -m tests.chaos.recorder FILE`` serves on a free port, which it prints. ``FILE`` is an SQLite database with the tables
``call`` (everything that arrived), ``effect`` (what was done: one row for each key) and ``event``.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SCHEMA = """
CREATE TABLE call (id INTEGER PRIMARY KEY, what TEXT, key TEXT, about TEXT, amount TEXT, answer INTEGER);
CREATE TABLE effect (key TEXT PRIMARY KEY, what TEXT, about TEXT, amount TEXT);
CREATE TABLE event (id INTEGER PRIMARY KEY, name TEXT, data TEXT);
"""


class Recorder(ThreadingHTTPServer):
    """The server, and how it is to behave: what -> {"delay": seconds, "fail": times, "lose": times, "refuse": bool}."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.executescript(SCHEMA)
        self.behaviour: dict[str, dict[str, Any]] = {}

    def ask(self, what: str, body: dict[str, Any]) -> int:
        """Do what is asked; the status of the answer (0: none is given)."""
        key, about, amount = body["key"], body["about"], str(body.get("amount"))
        with self.lock:
            mood = self.behaviour.get(what, {})
            status = self._status(mood)
            call = self.database.execute(
                "INSERT INTO call (what, key, about, amount, answer) VALUES (?, ?, ?, ?, NULL)",
                (what, key, about, amount),
            ).lastrowid
        time.sleep(mood.get("delay", 0))
        with self.lock:
            if status in (0, 200):
                self.database.execute("INSERT OR IGNORE INTO effect VALUES (?, ?, ?, ?)", (key, what, about, amount))
            self.database.execute("UPDATE call SET answer = ? WHERE id = ?", (status, call))
        return status

    @staticmethod
    def _status(mood: dict[str, Any]) -> int:
        for name, status in (("fail", 503), ("lose", 0)):
            if mood.get(name, 0) > 0:
                mood[name] -= 1
                return status
        return 402 if mood.get("refuse") else 200


class Handler(BaseHTTPRequestHandler):
    """POST /<what>, /event and /behaviour."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        recorder = self.server
        assert isinstance(recorder, Recorder)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        what = self.path.strip("/")
        status = 200
        if what == "behaviour":
            recorder.behaviour = body
        elif what == "event":
            with recorder.lock:
                row = (body["name"], json.dumps(body["data"]))
                recorder.database.execute("INSERT INTO event (name, data) VALUES (?, ?)", row)
        else:
            status = recorder.ask(what, body)
        if status == 0:  # done, but nobody will know
            self.close_connection = True
            return
        answer = json.dumps({"about": body.get("about"), "done": what}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the calls are in the file."""


if __name__ == "__main__":
    recorder = Recorder(sys.argv[1])
    print(recorder.server_port, flush=True)
    recorder.serve_forever()
