"""A receiver of CloudEvents that verifies signatures as docs/connectors.md tells receivers to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold


class Hook(Receiver):
    """Takes each event once; `verify` is the page's own sample."""

    def __init__(self, verify: Callable[..., bool] | None = None) -> None:
        super().__init__()
        self.verify = verify
        self.events: list[dict[str, Any]] = []

    def answer(self, seen: Seen) -> Reply:
        hold(seen.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8", "content type")
        if self.verify is not None and not self.verify(seen.headers, seen.body):
            return Reply(401, {"error": "signature"})
        event = seen.json
        hold(event["specversion"] == "1.0", "specversion")
        for name in ("id", "source", "type"):
            hold(isinstance(event[name], str) and event[name], name)
        hold(all(name.isalnum() and name.islower() for name in event), "attribute names")
        datetime.fromisoformat(event["time"])
        hold(event["datacontenttype"] == "application/json", "datacontenttype")
        hold(seen.headers["webhook-id"] == event["id"], "webhook-id")
        if event["id"] not in {e["id"] for e in self.events}:
            self.events.append(event)
        return Reply(204)
