"""ClickHouse for tests: its engine in this process (chdb), behind what clients use of its HTTP interface.

Started as a process of its own: `python clickhouse_http.py USER PASSWORD`; it writes its port and serves
until its standard input ends.
"""

from __future__ import annotations

import base64
import re
import socket
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb import session

_OURS = {
    "query", "database", "client_protocol_version", "session_id", "query_id", "compress", "readonly",
    "enable_http_compression", "wait_end_of_query", "default_format", "http_headers_progress_interval_ms",
    "send_progress_in_http_headers", "cancel_http_readonly_queries_on_client_close", "buffer_size",
}  # fmt: skip
"""Parameters that are for the interface, not for the engine; all others are settings."""


class Interface(BaseHTTPRequestHandler):
    """Answers `/?database=...&setting=...` with a statement in the body, as ClickHouse does."""

    protocol_version = "HTTP/1.1"
    engine = session.Session()
    turn = threading.Lock()
    login = ""

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def answer(self, body: bytes) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query))
        if self.headers.get("Authorization", "") != self.login:
            self.reply(403, b"Code: 516. DB::Exception: ann: Authentication failed. (AUTHENTICATION_FAILED)")
            return
        if self.headers.get("Content-Encoding") in {"gzip", "deflate"}:
            body = zlib.decompress(body, 47)
        statement = "\n".join(part for part in (asked.get("query", ""), body.decode()) if part)
        if "holdfast_drop" in statement:  # for tests: the connection ends in the middle of an answer
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"\x02\x01")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        settings = {name: value for name, value in asked.items() if name not in _OURS}
        form = asked.get("default_format") or "TabSeparated"
        try:
            with self.turn:
                self.engine.query(f"USE {asked.get('database') or 'default'}")
                for name, value in settings.items():
                    self.engine.query(f"SET {name} = '{value}'")
                found = self.engine.query(statement, form).bytes()
        except RuntimeError as error:
            self.reply(500, str(error).encode())
            return
        self.reply(200, bytes(found))

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        if found := re.match(rb"Code: (\d+)", body):
            self.send_header("X-ClickHouse-Exception-Code", found[1].decode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def main() -> None:
    user, password = sys.argv[1:]
    Interface.login = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Interface)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)  # noqa: T201 -- whoever started it reads the port
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
