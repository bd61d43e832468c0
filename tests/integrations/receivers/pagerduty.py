"""PagerDuty Events API v2, as its documentation says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold


class PagerDuty(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, dict[str, Any]] = {}

    def refusal(self, why: str) -> Reply:
        return Reply(400, {"status": "invalid event", "message": "Event object is invalid", "errors": [why]})

    def answer(self, seen: Seen) -> Reply:
        hold((seen.method, seen.path) == ("POST", "/v2/enqueue"), "no such resource")
        hold(seen.headers["Content-Type"].startswith("application/json"), "content type")
        hold(len(seen.body) <= 512 * 1024, "larger than 512 KB")
        event = seen.json
        hold(event["routing_key"] == self.secret, "'routing_key' is invalid")
        hold(event["event_action"] in ("trigger", "acknowledge", "resolve"), "'event_action' is invalid")
        key = event["dedup_key"]
        hold(0 < len(key) <= 255, "'dedup_key' is too long")
        if event["event_action"] == "trigger":
            self._payload(event["payload"])
            for link in event.get("links", []):
                hold(link["href"].startswith(("http://", "https://")), "'links' is invalid")
            self.alerts[key] = event
        elif key in self.alerts:
            self.alerts[key]["status"] = event["event_action"]
        return Reply(202, {"status": "success", "message": "Event processed", "dedup_key": key})

    def _payload(self, payload: dict[str, Any]) -> None:
        hold(0 < len(payload["summary"]) <= 1024, "'summary' is invalid")
        hold(payload["source"], "'source' is missing")
        hold(payload["severity"] in ("critical", "error", "warning", "info"), "'severity' is invalid")
        datetime.fromisoformat(payload["timestamp"])
        hold(isinstance(payload.get("custom_details", {}), dict), "'custom_details' is invalid")
        hold(set(payload) <= KNOWN, "unknown field")


KNOWN = {
    "summary",
    "source",
    "severity",
    "timestamp",
    "component",
    "group",
    "class",
    "custom_details",
}
