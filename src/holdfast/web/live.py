"""What happened a moment ago appears on the pages that show it: a hub in the process, server-sent events.

A message is encoded once, whoever hears it. Who lost the connection says which event came last and gets what
was missed, or is told to fetch its panels anew where that is not known any more.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from holdfast.kernel.events import Recorded

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

KEPT = 256
"""Messages of a topic that are kept for who comes back."""
REMEMBERED = 8192
"""Events whose topics are remembered: whether something was missed, even where nobody listened."""
MOST_WAITING = 512
"""Messages that may wait for one viewer: one so slow is sent away, comes back and catches up."""
HEARTBEAT = 15.0
LONGEST = 900.0
"""Seconds after which a viewer has to come back, so that who may no longer see is found out."""
EVERYTHING = "*"


@dataclass(frozen=True)
class Told:
    """Something for the viewers of a topic.

    Attributes
    ----------
    topic : str
        `incident/INC-2026-0001`, `home`.
    name : str
        `row`: HTML that is added to the time line; `changed`: names of panels to fetch anew.
    data : str or callable
        What is sent; a callable is asked only where somebody listens.
    """

    topic: str
    name: str
    data: str | Callable[[], str]


Teller: TypeAlias = Callable[[Recorded], Iterable[Told]]
"""Says what an event is to the viewers; a room's wiring gives one."""


def encoded(messages: Sequence[tuple[str, str]], seq: int | None = None) -> bytes:
    r"""Return messages, name and data each, as server-sent events; the last of them carries the seq.

    Examples
    --------
    >>> encoded([("row", "<p>\n</p>")], 7)
    b'id: 7\nevent: row\ndata: <p>\ndata: </p>\n\n'
    """
    parts: list[str] = []
    for number, (name, data) in enumerate(messages, 1):
        if seq is not None and number == len(messages):
            parts.append(f"id: {seq}\n")
        parts.append(f"event: {name}\n")
        # a stray carriage return would end a line, too
        lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        parts += [f"data: {line}\n" for line in lines]
        parts.append("\n")
    return "".join(parts).encode("utf-8", "backslashreplace")


class Viewer:
    """One open page, as the hub knows it."""

    __slots__ = ("_waiting", "_wake", "closed")

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self.closed = False

    def hear(self, message: bytes) -> None:
        """Put a message into the queue; one who does not keep up is sent away."""
        if len(self._waiting) >= MOST_WAITING:
            self.close()
            return
        self._waiting.append(message)
        self._wake.set()

    def close(self) -> None:
        """End the stream; what waits is not sent any more: who comes back catches up."""
        self.closed = True
        self._waiting.clear()
        self._wake.set()

    async def next(self) -> bytes:
        """Return what waits, at once; empty where the stream has ended."""
        while not self._waiting and not self.closed:
            self._wake.clear()
            await self._wake.wait()
        together = b"".join(self._waiting)
        self._waiting.clear()
        return together


@dataclass
class Channel:
    """A topic that somebody listens to, or did a moment ago."""

    since: int
    viewers: set[Viewer] = field(default_factory=set)
    kept: deque[tuple[int, bytes]] = field(default_factory=deque)

    def keep(self, seq: int, message: bytes) -> None:
        """Keep a message for who comes back."""
        if len(self.kept) >= KEPT:
            self.since = self.kept.popleft()[0]
        self.kept.append((seq, message))


class Hub:
    """Who listens to what. It belongs to one event loop; other threads hand over with `call_soon_threadsafe`.

    Attributes
    ----------
    reached : int
        The event up to which everything has been published.
    """

    def __init__(self) -> None:
        self.reached = 0
        self._forgotten = 0
        self._channels: dict[str, Channel] = {}
        self._touched: deque[tuple[int, frozenset[str]]] = deque()
        self._closed = False

    @property
    def viewers(self) -> int:
        """How many pages are open."""
        return sum(len(channel.viewers) for channel in self._channels.values())

    def watched(self, topic: str) -> bool:
        """Return whether anybody would hear it, now or on coming back."""
        return topic in self._channels

    def start_at(self, seq: int) -> None:
        """Say up to where nobody can have missed anything: what was there when the process began."""
        self.reached = self._forgotten = seq

    def publish(self, seq: int, messages: Sequence[tuple[str, bytes]], topics: Iterable[str] = ()) -> None:
        """Tell the viewers what an event was to them.

        Parameters
        ----------
        messages : sequence of (topic, encoded messages)
        topics : iterable of str
            Further topics that the event was about, though nobody listens.
        """
        for topic, message in messages:
            channel = self._channels.get(topic)
            if channel is None:
                continue
            channel.keep(seq, message)
            for viewer in tuple(channel.viewers):
                viewer.hear(message)
        touched = frozenset(topic for topic, _ in messages) | frozenset(topics)
        if touched:
            if len(self._touched) >= REMEMBERED:
                self._forgotten = self._touched.popleft()[0]
            self._touched.append((seq, touched))
        self.reached = max(self.reached, seq)

    def connect(self, topic: str, after: int) -> Viewer:
        """Return a new viewer, who gets what came after an event first."""
        viewer = Viewer()
        channel = self._channels.get(topic)
        if channel is None:
            channel = self._channels[topic] = Channel(self.reached)
        if after >= channel.since:
            for seq, message in channel.kept:
                if seq > after:
                    viewer.hear(message)
        elif self._missed(topic, after):
            viewer.hear(encoded([("changed", EVERYTHING)], self.reached))
        if self._closed:
            viewer.close()
        else:
            channel.viewers.add(viewer)
        return viewer

    def _missed(self, topic: str, after: int) -> bool:
        return after < self._forgotten or any(
            seq > after and topic in topics for seq, topics in self._touched
        )

    def leave(self, topic: str, viewer: Viewer) -> None:
        """Take a viewer out."""
        channel = self._channels.get(topic)
        if channel is not None:
            channel.viewers.discard(viewer)

    def beat(self) -> None:
        """Write a comment to everybody, so that nobody cuts the line; forget topics without viewers."""
        for topic, channel in list(self._channels.items()):
            if not channel.viewers:
                del self._channels[topic]
            for viewer in tuple(channel.viewers):
                viewer.hear(b":\n\n")

    def close(self) -> None:
        """End all streams: the process stops, and every page comes back to another."""
        self._closed = True
        for channel in self._channels.values():
            for viewer in tuple(channel.viewers):
                viewer.close()


class LiveRoute:
    """Answers `GET /live/{topic}` with the stream of a topic; an ASGI application of its own, to stay small.

    Parameters
    ----------
    hub : Hub
    allow : callable
        Refuses who may not see a topic; takes the ASGI scope and the topic.
    longest : float
        Seconds after which a stream ends and the page comes back.
    """

    def __init__(self, hub: Hub, allow: Callable[[Scope, str], None], longest: float = LONGEST) -> None:
        self._hub = hub
        self._allow = allow
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what happens until the page goes, the time is over or the process stops."""
        topic: str = scope["path_params"]["topic"]
        self._allow(scope, topic)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        viewer = self._hub.connect(topic, _after(scope))
        gone = asyncio.create_task(_until_gone(receive, viewer))
        loop = asyncio.get_running_loop()
        # not all at once: pages that came together would come back together
        end = loop.call_later(self._longest * random.uniform(0.8, 1.0), viewer.close)  # noqa: S311 -- no secret
        try:
            await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
            while message := await viewer.next():
                await send({"type": "http.response.body", "body": message, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            end.cancel()
            gone.cancel()
            self._hub.leave(topic, viewer)


HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies that collect would make it late
]


async def _until_gone(receive: Receive, viewer: Viewer) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.close()


def _after(scope: Scope) -> int:
    """Return the last event that a page knows: what the browser says of itself, else what the page said."""
    from urllib.parse import parse_qs

    said = dict(scope["headers"]).get(b"last-event-id", b"").decode("ascii", "replace")
    if not said:
        said = parse_qs(scope["query_string"].decode("ascii", "replace")).get("after", ["0"])[0]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
