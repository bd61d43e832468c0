"""A foreign system on loopback: it enforces what its documentation says, and fails on demand."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class BrokenError(Exception):
    """The request breaks the contract."""


class SaidError(Exception):
    """The request keeps the contract, and the system answers with an error of it."""


def hold(so: object, why: str) -> None:
    if not so:
        raise BrokenError(why)


def size(text: str) -> int:
    """Length as the strictest of these systems count it."""
    return len(text.encode("utf-16-le")) // 2


class Receiver(ThreadingHTTPServer):
    """The base of all: subclasses hold `answer` to a contract.

    `faults` are used up one by one before any contract is looked at: a Reply, "hang", "drop", "drip" or
    "endless".
    """

    daemon_threads = True
    block_on_close = False
    secret = "s3cret-of-the-receiver"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[Seen] = []
        self.broken: list[str] = []
        self.faults: deque[Reply | str] = deque()
        self.over = threading.Event()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, seen: Seen) -> Reply:
        raise NotImplementedError

    def refusal(self, why: str) -> Reply:
        """How the system says that a request breaks its contract."""
        return Reply(400, {"error": why})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is part of the tests."""

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        length = int(self.headers.get("Content-Length") or 0)
        seen = Seen(self.command, parts.path, query, self.headers, self.rfile.read(length))
        self.server.seen.append(seen)
        fault = self.server.faults.popleft() if self.server.faults else None
        if isinstance(fault, str):
            getattr(self, fault)()
            return
        self._reply(fault if fault is not None else self._held(seen))

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

    def _held(self, seen: Seen) -> Reply:
        try:
            return self.server.answer(seen)
        except SaidError as error:
            return self.server.refusal(str(error))
        except BrokenError as error:
            self.server.broken.append(str(error))
            return self.server.refusal(str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it trips over, it was not as documented
            self.server.broken.append(repr(error))
            return self.server.refusal(f"malformed: {error!r}")

    def _reply(self, reply: Reply) -> None:
        body = reply.bytes()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang(self) -> None:
        self.server.over.wait(30)
        self.close_connection = True

    def drop(self) -> None:
        self.connection.close()
        self.close_connection = True

    def drip(self) -> None:
        """Answer a byte at a time, each in time, without end."""
        self.send_response(200)
        self.end_headers()
        while not self.server.over.wait(0.02):
            self.wfile.write(b" ")
            self.wfile.flush()

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while not self.server.over.is_set():
            self.wfile.write(b"x" * 65536)

    def log_message(self, format: str, *args: Any) -> None:
        pass
