"""The server's process: it listens, says where, and stops without cutting anybody off."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from holdfast.kernel.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

PATIENCE = 8
"""Seconds that requests under way have to end when the server stops."""


class Server(uvicorn.Server):
    """A server to which a signal is a wish to end well: it is not raised again when all is done."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear SIGTERM and SIGINT while serving; a second one ends at once."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def is_loopback(host: str) -> bool:
    """Return whether nobody but this machine can reach an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises
    ------
    UsageError
        HF644: the address is in use, or none of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # asyncio lets small writes leave at once only where the protocol is named; else every answer waits
        # for the client's delayed acknowledgement, 40 ms
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            made.listen(2048)
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise UsageError.of(
            "HF644",
            f"cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}",
            fix="choose another with --port, or --port 0 for any that is free",
        ) from error
    return made


def address(made: socket.socket) -> str:
    """Return where a listening server is found."""
    host, port = made.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def run(app: FastAPI, made: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is called when requests are answered."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # where a proxy stands in front, access is told so and reads what it says
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=32_768,
        ws="none",
        loop="asyncio",
    )
    server = Server(config)

    async def told() -> None:
        while not server.started:
            if server.should_exit:
                return
            await asyncio.sleep(0.005)
        ready()
        while not server.should_exit:
            await asyncio.sleep(0.05)
        # open streams would hold the end up: their pages come back to another process
        app.state.hub.close()

    async def both() -> None:
        telling = asyncio.create_task(told())
        try:
            await server.serve(sockets=[made])
        finally:
            telling.cancel()

    asyncio.run(both())
