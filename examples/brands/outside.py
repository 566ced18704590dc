"""Everybody outside of the shop, in one small process: a bank, a carrier, a registry of brands, a post office, a shelf for files.

    python outside.py            # http://127.0.0.1:9200; GET / shows what everybody was asked and remembers

Each request that does something has a key, and a repeated key does it once: so do real ones, and the workflows rely on it.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
MOST_THE_BANK_LENDS = 1000


class Refusal(Exception):
    """A clear no."""


class Outside:
    """What everybody remembers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_away = False
        self.done: dict[str, Json] = {}  # answers by key
        self.payments: dict[str, Json] = {}
        self.names: dict[str, str] = {}
        self.parcels: dict[str, Json] = {}
        self.cards: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self.card_came = threading.Event()

    def memory(self) -> Json:
        """All of it."""
        return {
            "payments": self.payments,
            "names": self.names,
            "parcels": self.parcels,
            "cards": self.cards,
            "files": sorted(self.files),
        }

    def once(self, key: str, act: Callable[[], Json]) -> Json:
        """What the act answered, the first time."""
        if key not in self.done:
            self.done[key] = act()
        return self.done[key]

    def bank(self, verb: str, data: Json) -> Json:
        """``begin``, ``authorize``, ``capture``, ``refund`` and ``cancel`` payments."""
        if verb == "begin":
            payment = {"id": f"pay_{len(self.payments) + 1}", "amount": data["amount"], "status": "begun", "moved": "0"}
            self.payments[payment["id"]] = payment
            return payment
        payment = self.payments[data["id"]]
        if verb == "authorize" and float(payment["amount"]) > MOST_THE_BANK_LENDS:
            raise Refusal("That is more than the account holds")
        payment["status"] = {"authorize": "held", "capture": "taken", "refund": "returned", "cancel": "let go"}[verb]
        if verb in ("capture", "refund"):
            payment["moved"] = data["amount"]
        return payment

    def registry(self, data: Json) -> Json:
        """Register a name."""
        if data["name"] in self.names.values():
            raise Refusal(f"{data['name']} belongs to somebody else")
        number = f"no-{len(self.done) + 1}"
        self.names[number] = data["name"]
        return {"number": number}

    def carrier(self, data: Json) -> Json:
        """Book a parcel."""
        number = f"P{len(self.done) + 1}"
        self.parcels[number] = data
        return {"number": number, "label": f"https://carrier.example/{number}.pdf"}

    def post_office(self, data: Json) -> Json:
        """Take a card."""
        self.cards[data["key"]] = data
        self.card_came.set()
        return {"id": f"card_{len(self.cards)}"}


class Desk(BaseHTTPRequestHandler):
    """One request to one of them."""

    outside: Outside
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A file, or everything."""
        if self.path.startswith("/shelf/"):
            content = self.outside.files.get(self.path.removeprefix("/shelf/"))
            self._answer(HTTPStatus.NOT_FOUND if content is None else HTTPStatus.OK, content or b"")
        else:
            self._answer(HTTPStatus.OK, json.dumps(self.outside.memory(), indent=2).encode())

    def do_PUT(self) -> None:
        """Put a file on the shelf."""
        self.outside.files[self.path.removeprefix("/shelf/")] = self._body()
        self._answer(HTTPStatus.OK)

    def do_DELETE(self) -> None:
        """Forget a file, a name or a parcel; nobody minds when it is gone already."""
        _, who, what = self.path.split("/", 2)
        remembered: dict[str, dict[str, Any]] = {
            "shelf": self.outside.files,
            "names": self.outside.names,
            "parcels": self.outside.parcels,
        }
        remembered[who].pop(what, None)
        self._answer(HTTPStatus.OK)

    def do_POST(self) -> None:
        """Do something, once for a key."""
        data: Json = json.loads(self._body())
        if self.outside.is_away:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            with self.outside.lock:
                done = self.outside.once(f"{self.path} {data['key']}", lambda: self._act(data))
            self._answer(HTTPStatus.OK, json.dumps(done).encode())
        except Refusal as no:
            self._answer(HTTPStatus.CONFLICT, json.dumps({"message": str(no)}).encode())

    def _act(self, data: Json) -> Json:
        _, who, *rest = self.path.split("/")
        match who:
            case "bank":
                return dict(self.outside.bank(rest[0], data))
            case "names":
                return self.outside.registry(data)
            case "parcels":
                return self.outside.carrier(data)
            case _:
                return self.outside.post_office(data)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            chunks: list[bytes] = []
            while length := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(length))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _answer(self, status: HTTPStatus, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody wants to read it."""


@contextmanager
def open_outside(port: int = 0) -> Generator[tuple[Outside, str]]:
    """Everybody, on a free port unless one is named, and their address."""
    outside = Outside()
    desk = type("OpenDesk", (Desk,), {"outside": outside})
    with ThreadingHTTPServer(("127.0.0.1", port), desk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield outside, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


if __name__ == "__main__":
    with open_outside(int(sys.argv[1]) if len(sys.argv) > 1 else 9200) as (_, address):
        print(f"The bank, the carrier, the registry, the post office and the shelf are at {address}", flush=True)
        threading.Event().wait()
