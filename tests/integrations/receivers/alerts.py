"""Alerts of Jira Service Management and Opsgenie, as their documentation says."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.integrations.receivers.base import Receiver, Reply, Seen, hold, size


class AlertApi(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []

    def refusal(self, why: str) -> Reply:
        return Reply(422, {"message": why, "took": 0.0, "requestId": "r"})

    def answer(self, seen: Seen) -> Reply:
        if seen.headers["Authorization"] != f"GenieKey {self.secret}":
            return Reply(401, {"message": "Could not authenticate", "took": 0.0, "requestId": "r"})
        hold(
            seen.method == "POST" and seen.headers["Content-Type"].startswith("application/json"),
            "content type",
        )
        taken = Reply(202, {"result": "Request will be processed", "took": 0.1, "requestId": "req-1"})
        if seen.path == "/v2/alerts":
            self._made(seen.json)
            return taken
        _, _, _, alias, verb = unquote(seen.path).split("/")
        hold(seen.query == {"identifierType": "alias"}, "identifierType")
        hold(size(seen.json["note"]) <= 25_000, "note")
        hold(alias in self.alerts, "Alert does not exist")
        if verb == "notes":
            self.notes.append(seen.json["note"])
        else:
            self.alerts[alias]["status"] = {"close": "closed", "acknowledge": "acked"}[verb]
        return taken

    def _made(self, alert: dict[str, Any]) -> None:
        hold(0 < size(alert["message"]) <= 130, "Message can not be empty or longer than 130")
        hold(0 < size(alert["alias"]) <= 512, "alias")
        hold(size(alert["description"]) <= 15_000, "description")
        hold(alert["priority"] in ("P1", "P2", "P3", "P4", "P5"), "priority")
        hold(len(alert["tags"]) <= 20 and all(0 < size(tag) <= 50 for tag in alert["tags"]), "tags")
        hold(size(alert["source"]) <= 100, "source")
        hold(size(alert.get("entity", "")) <= 512, "entity")
        hold(all(isinstance(v, str) for v in alert["details"].values()), "details")
        hold(sum(size(n) + size(v) for n, v in alert["details"].items()) <= 8000, "details")
        there = self.alerts.get(alert["alias"])
        count = there["count"] if there and there["status"] != "closed" else 0
        self.alerts[alert["alias"]] = alert | {"status": "open", "count": count + 1}
