"""Follows the ledger, one reader a process, and tells the open pages what was appended, by whomever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.kernel.events import Recorded
from holdfast.web.live import EVERYTHING, Hub, Teller, Told, encoded

if TYPE_CHECKING:
    from holdfast.ledger.ports import Ledger

EVERY = 0.1
"""Seconds between two looks for what other processes appended; what this one appends is told at once."""
PATIENCE = 2.0
"""Seconds until another try where the ledger could not be read."""
BATCH = 200
log = logging.getLogger("holdfast.live")


@dataclass(frozen=True)
class Published:
    """What one event is to the viewers."""

    seq: int
    messages: Sequence[tuple[str, bytes]]
    topics: frozenset[str]


@dataclass
class Tailer:
    """Reads what is new, renders it once, and publishes it.

    Attributes
    ----------
    problem : str
        Why the last look failed, for /healthz; empty where it did not.
    """

    ledger: Ledger
    hub: Hub
    tellers: Sequence[Teller]
    every: float = EVERY
    problem: str = ""
    _appended: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    def poke(self) -> None:
        """Look at once; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._appended.set)

    async def run(self) -> None:
        """Follow the ledger until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                if self.hub.reached == 0:
                    self.hub.start_at((await asyncio.to_thread(self.ledger.head)).seq)
                await self._step()
                self.problem = ""
            except Exception as error:
                self.problem = type(error).__name__
                log.exception("the ledger cannot be followed")
                await asyncio.sleep(PATIENCE)

    async def _step(self) -> None:
        while found := await asyncio.to_thread(self._look):
            for each in found:
                self.hub.publish(each.seq, each.messages, each.topics)
        self._appended.clear()
        try:
            await asyncio.wait_for(self._appended.wait(), self.every)
        except TimeoutError:
            return

    def _look(self) -> list[Published]:
        events = self.ledger.since(self.hub.reached, limit=BATCH)
        return [self._publishable(recorded) for recorded in events]

    def _publishable(self, recorded: Recorded) -> Published:
        by_topic: dict[str, list[tuple[str, str]]] = {}
        topics: set[str] = set()
        for told in self._told(recorded):
            topics.add(told.topic)
            if self.hub.watched(told.topic):
                by_topic.setdefault(told.topic, []).append(self._message(told, recorded))
        messages = [(topic, encoded(each, recorded.seq)) for topic, each in by_topic.items()]
        return Published(recorded.seq, messages, frozenset(topics))

    def _told(self, recorded: Recorded) -> list[Told]:
        found: list[Told] = []
        for teller in self.tellers:
            try:
                found += teller(recorded)
            except Exception:
                # pages that miss a row are told to fetch everything: they are late, not wrong
                log.exception("an event could not be told", extra={"told": {"seq": recorded.seq}})
                found.append(Told(recorded.stream, "changed", EVERYTHING))
        return found

    def _message(self, told: Told, recorded: Recorded) -> tuple[str, str]:
        if isinstance(told.data, str):
            return told.name, told.data
        try:
            return told.name, told.data()
        except Exception:
            log.exception("an event could not be shown", extra={"told": {"seq": recorded.seq}})
            return "changed", EVERYTHING
